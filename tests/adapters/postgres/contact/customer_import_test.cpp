/// Customers from files: what is stored, what is a problem, what stays after a crash.

#include "tests/adapters/postgres/support/admin_side.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <string>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

class customer_import_test : public admin_side {
protected:
  core::result<ports::import_report> load(const std::string& csv, ports::import_choice chosen = {},
                                          std::size_t piece = 1'000'000) {
    auto i = contacts->import_customers(who, std::move(chosen));
    if (!i)
      return i.error();
    for (std::size_t at = 0; at < csv.size(); at += piece)
      if (auto s = (*i)->feed(std::string_view{csv}.substr(at, piece)); !s)
        return s.error();
    return (*i)->finish();
  }
  std::string customer(const std::string& columns, const std::string& where = "true") {
    return base.text("SELECT concat_ws('|', " + columns + ") FROM customer WHERE " + where);
  }
};

TEST_F(customer_import_test, a_file_is_stored_and_told) {
  base.run("INSERT INTO attribute (organization_no, name, type) VALUES (1, 'spent', 'number'), (1, "
           "'since', 'time')");
  const auto r = need(load("Mobile,Name,Language,Tags,Time Zone,spent,since,marketing opt in\n"
                           "+4915112345670,Anna,de,vip; new,Europe/Berlin,12.50,2026-11-20,yes\n"
                           "+4915112345671,Ben,,,Delhi time,much,,no\n"
                           "nonsense,C,,,,,,yes\n"
                           "+4915112345672,Dora,,,,7,,no\n",
                           {}, 7));
  EXPECT_EQ(r.rows_read, 4);
  EXPECT_EQ(r.rows_added, 2);
  EXPECT_EQ(r.rows_bad, 2);
  ASSERT_EQ(r.problems.size(), 2U);
  EXPECT_EQ(r.problems[0].line, 3);
  EXPECT_EQ(r.problems[0].what.text, "attributes.spent: expected a number such as 12.50");
  EXPECT_EQ(
      customer("name, language, array_to_string(tags, ','), time_zone, country, attributes, "
               "marketing_opt_in",
               "phone = 4915112345670"),
      R"(Anna|de|vip,new|Europe/Berlin|DE|{"since": "2026-11-20", "spent": 12.50, "timeZone": "Europe/Berlin"}|t)");
  EXPECT_EQ(customer("marketing_opt_in, marketing_opt_out_at IS NOT NULL", "phone = 4915112345672"),
            "f|t");
  const auto told = json::parse(need(imports->show(who, r.id)));
  EXPECT_EQ(told["kind"], "customers");
  EXPECT_EQ(told["state"], "done");
  EXPECT_EQ(told["rowsAdded"], 2);
  const auto problems = json::parse(need(imports->problems(who, r.id, {})));
  EXPECT_EQ(problems["total"], 2);
  EXPECT_EQ(problems["data"][1]["line"], 4);
  EXPECT_EQ(imports->show(stranger, r.id).error().code, core::errc::not_found);
  EXPECT_EQ(imports->problems(stranger, r.id, {}).error().code, core::errc::not_found);
}

TEST_F(customer_import_test, the_same_file_once_more_changes_nothing) {
  const std::string csv = "phone,userId,a\n+4915112345670,DE.1,1\n,DE.2,2\n+4915112345671,,\n";
  EXPECT_EQ(need(load(csv)).rows_added, 3);
  const auto again = need(load(csv));
  EXPECT_EQ(again.rows_added, 0);
  EXPECT_EQ(again.rows_updated, 0);
  EXPECT_EQ(again.rows_unchanged, 3);
}

TEST_F(customer_import_test, a_trial_keeps_nothing) {
  ports::import_choice trial;
  trial.dry_run = true;
  const auto r = need(load("phone\n+4915112345670\n12\n", trial));
  EXPECT_EQ(r.rows_added, 1);
  EXPECT_EQ(r.rows_bad, 1);
  EXPECT_TRUE(r.id.empty());
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM import"), 0);
}

TEST_F(customer_import_test, a_file_that_breaks_off_keeps_its_pieces_and_says_so) {
  std::string csv = "phone,note\n";
  for (int i = 0; i < 50'010; ++i)
    csv += "+4915" + std::to_string(112300000 + i) + ",n\n";
  {
    auto i = need(contacts->import_customers(who, {}));
    ASSERT_TRUE(i->feed(csv).ok());
    EXPECT_EQ(json::parse(need(imports->list(who, "customers", {})))["data"][0]["state"],
              "running");
  }
  const auto told = json::parse(need(imports->list(who, "customers", {})))["data"][0];
  EXPECT_EQ(told["state"], "failed");
  EXPECT_EQ(told["position"], 50'001);
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 50'000);
  const auto again = need(load(csv));
  EXPECT_EQ(again.rows_added, 10);
  EXPECT_EQ(again.rows_unchanged, 50'000);
}

TEST_F(customer_import_test, nobody_works_on_an_import_whose_process_is_gone) {
  base.run("INSERT INTO import (organization_no, kind, source, rows_read, rows_added, rows_bad, "
           "state) VALUES (1, 'customers', 'csv', 5, 5, 0, 'running')");
  EXPECT_EQ(json::parse(need(imports->list(who, "", {})))["data"][0]["state"], "failed");
}

TEST_F(customer_import_test, lists_of_recipients_are_imports_too) {
  const auto campaign = make_draft();
  auto i = need(recipients->import_csv(who, campaign, {}));
  ASSERT_TRUE(i->feed("phone\n+4915112345670\n\"open\n").ok());
  const auto r = need(i->finish());
  const auto told = json::parse(need(imports->list(who, "recipients", {})))["data"][0];
  EXPECT_EQ(told["id"], r.id);
  EXPECT_EQ(told["campaignId"], campaign);
  EXPECT_EQ(json::parse(need(imports->problems(who, r.id, {})))["total"], 1);
  EXPECT_EQ(json::parse(need(imports->list(who, "customers", {})))["total"], 0);
}

TEST_F(customer_import_test, a_file_without_a_column_for_people_is_refused) {
  const auto r = load("color\nred\n");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code, core::errc::invalid);
  EXPECT_EQ(json::parse(need(imports->list(who, "", {})))["data"][0]["state"], "failed");
}

TEST_F(customer_import_test, long_files_need_no_more_memory) {
  const auto peak = [] {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
  };
  const auto load_many = [&](int from, int count) {
    auto i = need(contacts->import_customers(who, {}));
    ASSERT_TRUE(i->feed("phone,name,city\n").ok());
    std::string piece;
    for (int n = from; n < from + count; ++n) {
      piece += "+4915" + std::to_string(100000000 + n) + ",Name,Berlin\n";
      if (piece.size() > 60'000) {
        ASSERT_TRUE(i->feed(piece).ok());
        piece.clear();
      }
    }
    ASSERT_TRUE(i->feed(piece).ok());
    EXPECT_EQ(need(i->finish()).rows_added, count);
  };
  load_many(0, 60'000);
  const auto before = peak();
  load_many(100'000, 110'000);
  EXPECT_LT(peak() - before, 30'000) << "KB";
}

} // namespace
} // namespace stentor::postgres::testing
