/// Templates as Meta has them.

#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include "adapters/postgres/message_template/template_directory.hpp"

#include <nlohmann/json.hpp>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class template_rows : public with_stores {};

TEST_F(template_rows, templates_follow_meta) {
  const std::string list =
      R"([{"id":"9","name":"sale","language":"de","status":"APPROVED","category":"MARKETING","components":[{"type":"BODY","text":"Hi"}]}])";
  ASSERT_TRUE(stores.templates->save(1, "w1", list).ok());
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'sale'"), "APPROVED");
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'hello'"), "DELETED");
  ports::ledger_write w;
  w.templates.push_back({.waba_id = "w1", .name = "sale", .language = "de", .status = "PAUSED"});
  need(book->commit(w));
  EXPECT_EQ(base.text("SELECT status || ' ' || category FROM template WHERE name = 'sale'"),
            "PAUSED MARKETING");
  EXPECT_EQ(need(stores.campaigns->using_template("w1", "hello", "en_US")),
            std::vector<core::campaign_no>{1});
}

TEST_F(template_rows, a_category_changes_now_or_is_announced) {
  const auto note = [&](const std::string& now, const std::string& next, std::int64_t at_ms) {
    ports::ledger_write w;
    w.templates.push_back({.waba_id = "w1",
                           .name = "hello",
                           .language = "en_US",
                           .status = "",
                           .category = now,
                           .next_category = next,
                           .next_category_at_ms = at_ms});
    need(book->commit(w));
  };
  const auto seen = [&] {
    return base.text("SELECT status || ' ' || category || ' ' || coalesce(next_category, '-') || "
                     "' ' || coalesce(extract(epoch FROM next_category_at)::int8, 0) FROM template "
                     "WHERE name = 'hello'");
  };
  note("UTILITY", "MARKETING", 1'795'800'000'000);
  EXPECT_EQ(seen(), "APPROVED UTILITY MARKETING 1795800000");
  const auto sync = [&](const std::string& category) {
    ASSERT_TRUE(stores.templates
                    ->save(1, "w1",
                           R"([{"id":"1","name":"hello","language":"en_US","status":"APPROVED",)"
                           R"("category":")" +
                               category + R"(","components":[]}])")
                    .ok());
  };
  sync("UTILITY");
  EXPECT_EQ(seen(), "APPROVED UTILITY MARKETING 1795800000") << "still to come";
  sync("MARKETING");
  EXPECT_EQ(seen(), "APPROVED MARKETING - 0");
  note("UTILITY", "", 0);
  EXPECT_EQ(seen(), "APPROVED UTILITY - 0");
}

TEST_F(template_rows, are_listed_by_name_page_by_page) {
  std::string list = "[";
  for (const auto* name : {"c_sale", "a_sale", "b_sale"})
    for (const auto* language : {"pt_BR", "de"})
      list += std::string{list.size() > 1 ? "," : ""} + R"({"id":")" + name + language +
              R"(","name":")" + name + R"(","language":")" + language +
              R"(","status":"APPROVED","category":"MARKETING","components":[]})";
  ASSERT_TRUE(stores.templates->save(1, "w1", list + "]").ok());
  query_pool queries{base.options(), 1};
  const auto directory = make_template_directory(queries);
  ports::principal who;
  who.organization = 1;
  const auto names = [](const nlohmann::json& page) {
    std::string all;
    for (const auto& one : page["data"])
      all += one["id"].get<std::string>() + " ";
    return all;
  };
  const auto page = [&](const ports::template_filter& wanted, core::page which) {
    return nlohmann::json::parse(need(directory->list(who, wanted, which)));
  };
  const auto first = page({}, {.limit = 4});
  EXPECT_EQ(names(first), "a_salede a_salept_BR b_salede b_salept_BR ");
  EXPECT_EQ(first["total"], 6);
  const auto after = std::stoll(first["nextCursor"].get<std::string>());
  const auto second = page({}, {.limit = 4, .after = after});
  EXPECT_EQ(names(second), "c_salede c_salept_BR ");
  EXPECT_TRUE(second["nextCursor"].is_null());
  EXPECT_EQ(names(page({"B_S", "", "", "PT_br"}, {})), "b_salept_BR ");
  EXPECT_EQ(names(page({"", "deleted", "", ""}, {})).find("sale"), std::string::npos);
  EXPECT_EQ(names(page({"", "approved", "utility", ""}, {})), "");
  EXPECT_EQ(names(page({"%'\\_", "", "", ""}, {})), "");
  EXPECT_TRUE(directory->get(who, "a_salede").ok());
  EXPECT_FALSE(directory->get(who, "").ok());
  who.organization = 2;
  EXPECT_FALSE(directory->get(who, "a_salede").ok());
}

} // namespace
