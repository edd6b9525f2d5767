/// The import against a real server: what gets onto the list, what is screened and why, and what
/// bad files do.

#include "adapters/postgres/campaign/campaign_admin.hpp"
#include "adapters/postgres/campaign/launch.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/support/sample_file.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <memory>
#include <string>

namespace stentor::postgres::testing {
namespace {

using core::errc;
using nlohmann::json;

std::int64_t peak_memory_kb() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_maxrss;
}

class import_test : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    campaign = make_draft();
  }

  core::result<ports::import_report> load(const std::string& csv, std::size_t piece = 1'000'000) {
    auto i = recipients->import_csv(who, campaign, {});
    if (!i)
      return i.error();
    for (std::size_t at = 0; at < csv.size(); at += piece)
      if (auto s = (*i)->feed(std::string_view{csv}.substr(at, piece)); !s)
        return s.error();
    return (*i)->finish();
  }

  static std::int64_t count(const ports::import_report& r, const std::string& reason) {
    for (const auto& [name, n] : r.screened)
      if (name == reason)
        return n;
    return 0;
  }

  std::string reason_of(int seq) {
    return base.text("SELECT coalesce(screen_reason, 'none') FROM recipient WHERE seq = " +
                     std::to_string(seq) + " AND campaign_id = '" + campaign + "'");
  }

  std::string campaign;
  std::unique_ptr<ports::campaign_admin> campaigns = make_campaign_admin(pool, *zones);
  std::unique_ptr<ports::campaign_launch> launches = make_campaign_launch(pool, *phones, *zones);
};

TEST_F(import_test, screens_each_recipient_for_its_reason) {
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
           "4915112345674, 'STOP', now())");
  base.run("INSERT INTO suppression (organization_no, user_id, reason, stopped_at) VALUES (1, "
           "'DE.77', 'STOP', now())");
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (2, "
           "4915112345670, 'STOP', now())");
  base.run("INSERT INTO customer (organization_no, phone, user_id, name, marketing_opt_in) VALUES "
           "(1, 4915112345675, NULL, 'No', false), (1, 4915112345670, NULL, 'Yes', true), (1, "
           "4915112345677, 'DE.77', 'Stopped', true)");
  const auto r = need(load("Phone Number;Name;City;Opt-In\n"
                           "+49 151 12345670;Anna;Ulm;yes\n"   // 1
                           "not a number;Ben;Bonn;ja\n"        // 2
                           "0049 151 12345670;Anna again;;1\n" // 3
                           "+4915112345673;Cora;;no\n"         // 4
                           "+4915112345674;Dora;;yes\n"        // 5
                           "+4915112345675;Emil;;yes\n"        // 6
                           "+12025550123;Fred;;yes\n"          // 7
                           "+14165550123;Gina;;yes\n"          // 8
                           "+4915112345677;Hans;;yes\n"));     // 9
  EXPECT_EQ(r.rows_read, 9);
  EXPECT_EQ(r.rows_added, 9);
  EXPECT_EQ(r.sendable, 2);
  const char* expected[] = {"none",       "invalid_number", "duplicate", "no_consent", "opted_out",
                            "no_consent", "united_states",  "none",      "opted_out"};
  for (int i = 0; i < 9; ++i)
    EXPECT_EQ(reason_of(i + 1), expected[i]) << i + 1;
  EXPECT_EQ(count(r, "no_consent"), 2);
  const auto variables =
      json::parse(base.text("SELECT variables FROM campaign_recipient WHERE seq = 1"));
  EXPECT_EQ(variables, (json{{"name", "Anna"}, {"Name", "Anna"}, {"City", "Ulm"}}));
  EXPECT_EQ(base.text("SELECT raw FROM campaign_recipient WHERE seq = 2"), "not a number");
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE customer_no IS NOT NULL"),
            4);
  EXPECT_EQ(base.number("SELECT total_recipients * 100 + screened_count FROM campaign"), 907);
  EXPECT_EQ(base.number("SELECT rows_added FROM import"), 9);
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'campaign.import'"), 1);
}

TEST_F(import_test, a_second_import_goes_on_where_the_first_ended) {
  static_cast<void>(need(load("phone\n+4915112345670\n+4915112345671\n")));
  const auto r = need(load("phone\n+4915112345671\n+4915112345672\n"));
  EXPECT_EQ(r.rows_added, 2);
  EXPECT_EQ(r.sendable, 1);
  EXPECT_EQ(reason_of(3), "duplicate");
  EXPECT_EQ(reason_of(4), "none");
  EXPECT_EQ(base.number("SELECT total_recipients FROM campaign"), 4);
  EXPECT_EQ(
      base.text("SELECT concat_ws(' ', part, from_seq, next_seq, to_seq, plannable_count) FROM "
                "campaign_part JOIN campaign ON no = campaign_no"),
      "1 1 1 4 4");
}

TEST_F(import_test, people_without_a_number_are_known_by_their_user_id) {
  const auto r = need(load("userId,name\nDE.1,Anna\nDE.2,Ben\nDE.1,Anna\n,Nobody\n"));
  EXPECT_EQ(r.sendable, 2);
  EXPECT_EQ(reason_of(3), "duplicate");
  EXPECT_EQ(reason_of(4), "invalid_number");
}

TEST_F(import_test, other_messages_need_no_consent_and_reach_the_united_states) {
  campaign = make_draft("receipt");
  const auto r = need(load("phone,optIn\n+12025550123,yes\n+4915112345670,no\n"));
  EXPECT_EQ(r.sendable, 2);
  EXPECT_EQ(base.text("SELECT string_agg(marketing_screen::text, ' ' ORDER BY seq) FROM "
                      "campaign_recipient"),
            "5 3")
      << "for the day on which the template becomes one for marketing";
}

TEST_F(import_test, bad_lines_are_reported_and_cost_no_good_one) {
  const std::string csv = "phone,name\n+4915112345670,Anna\n+4915112345671,\xFF\n+4915112345672,"
                          "\"open\n+4915112345673,Cora\n"
                          "+4915112345674,Dora,too,many\n+4915112345675\n";
  for (const std::size_t piece : {csv.size(), std::size_t{1}}) {
    campaign = make_draft();
    const auto r = need(load(csv, piece));
    EXPECT_EQ(r.rows_read, 6);
    EXPECT_EQ(r.rows_bad, 3);
    EXPECT_EQ(r.sendable, 3);
    ASSERT_EQ(r.problems.size(), 3U);
    EXPECT_EQ(r.problems[0].line, 3);
    EXPECT_EQ(r.problems[1].line, 4);
    EXPECT_EQ(r.problems[2].line, 6);
    EXPECT_EQ(r.problems[0].what.code, "csv_not_utf8");
    EXPECT_EQ(r.problems[2].what.code, "csv_more_fields");
  }
  EXPECT_EQ(base.number("SELECT count(*) FROM import_problem"), 6);
}

TEST_F(import_test, a_file_that_is_no_csv_changes_nothing) {
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string{"phone\n+4915112345670\n"})
    utf16 += {c, '\0'};
  const std::pair<std::string, const char*> files[] = {
      {"", "empty"},
      {utf16, "UTF-16"},
      {std::string(5000, '\x01'), "not text"},
      {"PK\x03\x04", "Excel"},
      {"name,city\nAnna,Ulm\n", "no column for the phone number"}};
  for (const auto& [file, why] : files) {
    const auto r = load(file);
    ASSERT_FALSE(r.ok()) << why;
    EXPECT_EQ(r.error().code, errc::invalid);
    EXPECT_NE(r.error().message.find(why), std::string::npos) << r.error().message;
  }
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM import"), 0);
  const auto header_only = need(load("\xEF\xBB\xBFphone;name\r\n"));
  EXPECT_EQ(header_only.rows_read, 0);
}

TEST_F(import_test, ten_million_lines_take_no_more_memory_than_a_few) {
  // All but one line in a thousand are bad, so that the test spends no minutes in PostgreSQL.
  constexpr int pieces = 10'000;
  constexpr int lines_of_a_piece = 1'000;
  std::string bad_lines;
  for (int i = 1; i < lines_of_a_piece; ++i)
    bad_lines += "+49151" + std::to_string(10'000'000 + i) + ",Ana,too,many\n";
  auto i = need(recipients->import_csv(who, campaign, {}));
  ASSERT_TRUE(i->feed("phone,name\n").ok());
  const auto feed = [&](int piece) {
    const auto good = "+49151" + std::to_string(12'000'000 + piece) + ",Ana\n";
    return i->feed(good).ok() && i->feed(bad_lines).ok();
  };
  int piece = 0;
  for (; piece < pieces / 100; ++piece)
    ASSERT_TRUE(feed(piece));
  const auto before_kb = peak_memory_kb();
  for (; piece < pieces; ++piece)
    ASSERT_TRUE(feed(piece));
#if !defined(__SANITIZE_ADDRESS__) // it keeps what was freed
  EXPECT_LT(peak_memory_kb() - before_kb, 8'000) << "for 260 MB of text";
#else
  static_cast<void>(before_kb);
#endif
  const auto r = need(i->finish());
  EXPECT_EQ(r.rows_read, std::int64_t{pieces} * lines_of_a_piece);
  EXPECT_EQ(r.rows_bad, std::int64_t{pieces} * (lines_of_a_piece - 1));
  EXPECT_EQ(r.rows_added, pieces);
  EXPECT_LE(r.problems.size(), 1'000U) << "the first ones";
  EXPECT_FALSE(r.problems.empty());
}

TEST_F(import_test, an_import_that_is_dropped_leaves_nothing_behind) {
  {
    auto i = need(recipients->import_csv(who, campaign, {}));
    std::string lines = "phone\n";
    for (int n = 0; n < 50'000; ++n)
      lines += "+49151" + std::to_string(12'000'000 + n) + "\n";
    ASSERT_TRUE(i->feed(lines).ok());
  }
  EXPECT_EQ(need(load("phone\n+4915112345670\n")).rows_added, 1);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient"), 1);
}

TEST_F(import_test, what_another_import_has_is_refused_at_once) {
  auto first = need(recipients->import_csv(who, campaign, {}));
  const auto second = recipients->import_csv(who, campaign, {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, errc::conflict) << second.error().message;
  EXPECT_NE(second.error().message.find("being imported"), std::string::npos);
  core::campaign_draft change;
  change.name = "another name";
  EXPECT_EQ(campaigns->update(who, campaign, change).error().code, errc::conflict);
  EXPECT_EQ(campaigns->remove(who, campaign).error().code, errc::conflict);
  EXPECT_EQ(
      launches->launch(who, campaign, [](const auto&) { return std::vector<core::sentence>{}; })
          .error()
          .code,
      errc::conflict);
  ASSERT_TRUE(first->feed("phone\n+4915112345670\n").ok());
  EXPECT_EQ(need(first->finish()).sendable, 1);
  EXPECT_EQ(need(load("phone\n+4915112345671\n")).sendable, 1) << "afterwards it is free again";
}

TEST_F(import_test, a_start_waits_for_no_upload_and_wins) {
  auto upload = need(recipients->import_csv(who, campaign, {}));
  ASSERT_TRUE(upload->feed("phone\n+4915112345670\n").ok());
  base.run("SET lock_timeout = 200");
  base.run("UPDATE campaign SET status = 'sending'");
  const auto late = upload->finish();
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, errc::conflict) << late.error().message;
  upload.reset();
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient"), 0);
}

TEST_F(import_test, only_drafts_of_the_own_organization_take_recipients) {
  EXPECT_EQ(recipients->import_csv(stranger, campaign, {}).error().code, errc::not_found);
  EXPECT_EQ(recipients->import_csv(who, "nonsense", {}).error().code, errc::not_found);
  for (const char* state : {"sending", "paused", "completed", "cancelled"}) {
    base.run(std::string{"UPDATE campaign SET status = '"} + state + "'");
    EXPECT_EQ(recipients->import_csv(who, campaign, {}).error().code, errc::conflict) << state;
    EXPECT_EQ(recipients->add(who, campaign, {{}}).error().code, errc::conflict) << state;
  }
}

TEST_F(import_test, the_api_adds_people_by_the_same_rules) {
  const auto r = need(recipients->add(who, campaign,
                                      {{"+4915112345670", "", "Anna", R"({"package":"Bali"})", {}},
                                       {"+4915112345670", "", "", "", {}},
                                       {"+4915112345671", "", "", "[1]", {}},
                                       {"+4915112345672", "", "", "", false},
                                       {"+4915112345673", "", "", R"({"a":"\u0000"})", {}},
                                       {"", "DE.5", "", "", true}}));
  EXPECT_EQ(r.rows_read, 6);
  EXPECT_EQ(r.rows_bad, 2);
  EXPECT_EQ(r.sendable, 2);
  EXPECT_EQ(count(r, "duplicate"), 1);
  EXPECT_EQ(count(r, "no_consent"), 1);
  EXPECT_EQ(json::parse(base.text("SELECT variables FROM campaign_recipient WHERE seq = 1")),
            (json{{"name", "Anna"}, {"package", "Bali"}}));
}

TEST_F(import_test, decorated_numbers_are_one_person) {
  for (const char* list : {"decorated_msisdn", "decorated_phone"}) {
    campaign = make_draft();
    const auto rows = sample::rows_of("lists/numbers/" + std::string{list} + ".csv");
    const auto r = need(load(sample::text_of("lists/numbers/" + std::string{list} + ".csv")));
    EXPECT_EQ(r.sendable, 1) << list;
    EXPECT_EQ(count(r, "duplicate"), static_cast<std::int64_t>(rows.size()) - 1) << list;
  }
}

TEST_F(import_test, every_way_in_reads_numbers_by_the_same_rules) {
  const auto rows = sample::rows_of("lists/numbers/text_behind.csv");
  std::vector<ports::contact_input> as_json;
  for (const auto& row : rows)
    as_json.push_back({row.at("phone"), "", "", "", {}});
  static_cast<void>(need(load(sample::text_of("lists/numbers/text_behind.csv"))));
  const auto of_csv = campaign;
  campaign = make_draft();
  static_cast<void>(need(recipients->add(who, campaign, as_json)));
  const auto numbers = [&](const std::string& id) {
    return base.text("SELECT string_agg(coalesce(r.phone::text, r.raw), ' ' ORDER BY r.seq) FROM "
                     "campaign_recipient r JOIN campaign c ON c.no = r.campaign_no WHERE c.id = '" +
                     id + "'");
  };
  EXPECT_EQ(numbers(of_csv), numbers(campaign));
  static_cast<void>(need(contacts->upsert_customers(who, as_json)));
  EXPECT_EQ(base.number("SELECT count(*) FROM customer k WHERE NOT EXISTS (SELECT 1 FROM "
                        "campaign_recipient r WHERE r.phone = k.phone)"),
            0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto got = base.text("SELECT coalesce(phone::text, 'raw ' || raw) FROM "
                               "campaign_recipient WHERE seq = " +
                               std::to_string(i + 1) + " LIMIT 1");
    EXPECT_TRUE(got == rows[i].at("expected") || got == "raw " + rows[i].at("phone"))
        << rows[i].at("phone") << " became " << got;
  }
}

TEST_F(import_test, columns_may_be_named_in_many_ways) {
  for (const char* file : {"line-break", "no-break-space", "two-byte-order-marks", "upper-movil",
                           "upper-telefono", "upper-telephone", "zero-width"}) {
    campaign = make_draft();
    const auto r = need(load(sample::text_of("lists/columns/" + std::string{file} + ".csv")));
    EXPECT_EQ(r.sendable, 1) << file;
    ASSERT_FALSE(r.columns.empty());
    EXPECT_EQ(r.columns[0].first, "phoneNumber");
  }
}

TEST_F(import_test, a_column_can_be_chosen_by_its_name) {
  auto i = need(recipients->import_csv(
      who, campaign, {.phone = "whom", .user_id = {}, .name = {}, .marketing_opt_in = "May we?"}));
  ASSERT_TRUE(i->feed("Whom,phone,May we?\n+4915112345670,1,yes\n+4915112345671,2,no\n").ok());
  const auto r = need(i->finish());
  EXPECT_EQ(r.sendable, 1);
  EXPECT_EQ(count(r, "no_consent"), 1);
}

TEST_F(import_test, a_file_in_windows_1252_is_refused_as_a_whole) {
  const auto r = load(sample::text_of("lists/encoding/windows_1252.csv"));
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code, errc::invalid);
  EXPECT_NE(r.error().message.find("CSV UTF-8"), std::string::npos) << r.error().message;
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient"), 0);
}

TEST_F(import_test, readers_of_other_lists_are_not_locked_out) {
  auto i = need(recipients->import_csv(who, campaign, {}));
  ASSERT_TRUE(i->feed("phone\n+4915112345670\n").ok());
  base.run("SET lock_timeout = 200");
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient"), 0);
  EXPECT_EQ(need(i->finish()).rows_added, 1);
}

TEST_F(import_test, stops_are_stored_while_a_list_arrives) {
  ASSERT_EQ(base.number("SELECT no FROM campaign"), 1) << "the organization has the same number";
  auto i = need(recipients->import_csv(who, campaign, {}));
  ASSERT_TRUE(i->feed("phone\n+4915112345670\n").ok());
  base.run("SET lock_timeout = 200");
  need(base.db().call("people_lock", std::move(params{}.int4_array(std::vector{1}))));
  EXPECT_EQ(need(i->finish()).rows_added, 1);
}

} // namespace
} // namespace stentor::postgres::testing
