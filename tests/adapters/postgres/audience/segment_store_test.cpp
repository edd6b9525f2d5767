/// Saved segments: what they may be called and ask, who may be deleted, and how people are counted.

#include "adapters/postgres/audience/segment_store.hpp"
#include "adapters/time_zone/time_zones.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <nlohmann/json.hpp>

#include <latch>
#include <optional>
#include <thread>

namespace stentor::postgres::testing {
namespace {

using core::errc;
using nlohmann::json;

class segment_store_test : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("INSERT INTO customer (organization_no, phone, name, attributes, marketing_opt_in) "
             "SELECT 1, 4915112345600 + n, 'P' || n, jsonb_build_object('spent', n), n % 10 > 0 "
             "FROM generate_series(1, 100) n; INSERT INTO suppression (organization_no, phone, "
             "reason, stopped_at) VALUES (1, 4915112345699, 'STOP', now())");
    store = make_segment_store(pool, *zones, 1e9);
    campaigns.emplace(base.options(), *phones);
  }

  static core::json_text spent(const char* how, int value) {
    return {
        json{{"conditions", {{{"field", "spent"}, {"operator", how}, {"value", value}}}}}.dump()};
  }
  static core::json_text in(const std::string& id) {
    return {
        json{{"conditions", {{{"field", "segment"}, {"operator", "in"}, {"value", {id}}}}}}.dump()};
  }
  std::string save(const std::string& name, const core::json_text& query) {
    const auto made = need(store->create(who, {name, {}, query}));
    EXPECT_EQ(core::text_of(made.problems, "query"), "");
    return made.id;
  }
  json counted(const core::json_text& query, const std::string& id = "") {
    const auto p = need(store->preview(who, query, id));
    EXPECT_EQ(core::text_of(p.problems, "query"), "");
    return json::parse(p.answer.text, nullptr, false);
  }

  std::unique_ptr<ports::segment_store> store;
  std::optional<campaign_stores> campaigns;
};

TEST_F(segment_store_test, keeps_queries_by_name) {
  const auto id = save("rich", spent("gte", 90));
  const auto shown = json::parse(need(store->get(who, id)));
  EXPECT_EQ(shown["name"], "rich");
  EXPECT_TRUE(shown["people"].is_null()) << "nobody counted yet";
  EXPECT_EQ(store->create(who, {"rich", {}, spent("gte", 1)}).error().code, errc::conflict);
  EXPECT_EQ(store->get(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(store->update(stranger, id, {"mine", {}, {}}).error().code, errc::not_found);
  EXPECT_EQ(store->remove(stranger, id).error().code, errc::not_found);
  EXPECT_TRUE(need(store->create(stranger, {"rich", {}, spent("gte", 1)})).problems.empty());
  const auto wrong = need(store->update(who, id, {{}, {}, core::json_text{"{}"}}));
  ASSERT_EQ(wrong.problems.size(), 1U);
  static_cast<void>(need(store->update(who, id, {"richer", "note", {}})));
  const auto changed = json::parse(need(store->get(who, id)));
  EXPECT_EQ(changed["name"], "richer");
  EXPECT_EQ(changed["description"], "note");
  EXPECT_EQ(changed["query"], shown["query"]) << "what is absent is left";
  EXPECT_EQ(json::parse(need(store->list(who, {})))["total"], 1);
}

TEST_F(segment_store_test, counts_people_and_whom_it_can_reach) {
  const auto id = save("rich", spent("gte", 90));
  const auto answer = counted(spent("gte", 90), id);
  EXPECT_EQ(answer["people"], 11);
  EXPECT_EQ(answer["reachable"], 8) << "two without consent, and one who said stop";
  EXPECT_EQ(answer["exact"], true);
  EXPECT_EQ(answer["sample"].size(), 5U);
  EXPECT_FALSE(answer["plan"]["uses"].empty());
  EXPECT_EQ(json::parse(need(store->get(who, id)))["people"], 11) << "the count is kept";
  static_cast<void>(need(store->update(who, id, {{}, {}, spent("gte", 95)})));
  EXPECT_TRUE(json::parse(need(store->get(who, id)))["people"].is_null())
      << "another query was not counted";
  EXPECT_EQ(counted(spent("eq", -1))["people"], 0);
  base.run("DELETE FROM customer");
  EXPECT_EQ(counted(spent("gte", 90))["people"], 11) << "the same within a minute";
}

TEST_F(segment_store_test, estimates_what_would_cost_too_much) {
  base.run("INSERT INTO customer (organization_no, phone, attributes) SELECT 1, 4917000000000 + n, "
           "jsonb_build_object('spent', n % 100) FROM generate_series(1, 300000) n; ANALYZE "
           "customer");
  const auto careful = make_segment_store(pool, *zones, 1);
  const auto answer = json::parse(need(careful->preview(who, spent("lt", 25), "")).answer.text);
  EXPECT_EQ(answer["exact"], false);
  EXPECT_NEAR(answer["people"].get<double>(), 75'000, 3'000);
  EXPECT_GT(answer["marginOfError"].get<double>(), 0.0005);
  EXPECT_LT(answer["marginOfError"].get<double>(), 0.004);
}

TEST_F(segment_store_test, looking_for_stops_makes_no_count_too_expensive) {
  base.run("INSERT INTO customer (organization_no, phone, attributes) SELECT 1, 4917000000000 + n, "
           "jsonb_build_object('spent', n % 100) FROM generate_series(1, 100000) n; ANALYZE "
           "customer");
  // Reading everybody costs some 5,000; half a million would be asked for so many look-ups.
  const auto careful = make_segment_store(pool, *zones, 20'000);
  const auto answer = json::parse(need(careful->preview(who, spent("gte", 0), "")).answer.text);
  EXPECT_EQ(answer["exact"], true) << answer;
  EXPECT_EQ(answer["people"], 100'100);
}

TEST_F(segment_store_test, two_previews_of_an_organization_run_at_a_time) {
  auto blocker = need(connection::open(base.options()));
  auto locked = need(transaction::begin(blocker));
  ASSERT_TRUE(blocker.run("LOCK TABLE suppression IN ACCESS EXCLUSIVE MODE").ok());
  std::vector<std::thread> waiting;
  std::vector<core::status> ended(2, core::status{core::ok{}});
  for (int i = 0; i < 2; ++i)
    waiting.emplace_back([&, i] {
      const auto p = store->preview(who, spent("gte", 50 + i), "");
      if (!p)
        ended[static_cast<std::size_t>(i)] = p.error();
    });
  while (base.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                     "application_name = 'stentor preview' AND wait_event_type = 'Lock'") < 2)
    std::this_thread::yield();
  EXPECT_EQ(store->preview(who, spent("gte", 1), "").error().code, errc::unavailable);
  ASSERT_TRUE(locked.commit().ok());
  for (auto& thread : waiting)
    thread.join();
  for (const auto& s : ended)
    EXPECT_TRUE(s.ok()) << s.error().message;
  EXPECT_EQ(counted(spent("gte", 1))["people"], 100) << "there is room again";
}

TEST_F(segment_store_test, a_circle_can_not_be_saved) {
  const auto a = save("a", spent("gte", 1));
  const auto b = save("b", in(a));
  const auto refused = need(store->update(who, a, {{}, {}, in(b)}));
  ASSERT_EQ(refused.problems.size(), 1U);
  EXPECT_NE(refused.problems[0].sentence.find("goes in a circle"), std::string::npos);
}

TEST_F(segment_store_test, edits_at_once_make_no_circle) {
  const auto a = save("a", spent("gte", 1));
  const auto b = save("b", spent("gte", 2));
  std::latch both{2};
  std::vector<std::size_t> problems(2);
  const auto edit = [&](std::size_t at, const std::string& id, const std::string& other) {
    both.arrive_and_wait();
    problems[at] = need(store->update(who, id, {{}, {}, in(other)})).problems.size();
  };
  std::thread first{edit, 0, a, b};
  edit(1, b, a);
  first.join();
  EXPECT_EQ(problems[0] + problems[1], 1U) << "the second one sees the first";
}

TEST_F(segment_store_test, what_is_named_is_not_deleted) {
  const auto a = save("a", spent("gte", 90));
  const auto b = save("b", in(a));
  EXPECT_NE(store->remove(who, a).error().message.find("the segment \"b\""), std::string::npos);
  EXPECT_TRUE(store->remove(who, b).ok());
  auto d = campaign_stores::draft();
  d.target = core::target_type::segment;
  d.segment_id.emplace(a);
  const auto id = campaigns->make(who, d);
  const auto held = store->remove(who, a);
  EXPECT_EQ(held.error().code, errc::conflict);
  EXPECT_NE(held.error().message.find("the campaign \"Spring\""), std::string::npos);
  core::campaign_draft change;
  change.segment = core::json_text{in(a).text};
  static_cast<void>(need(campaigns->admin->update(who, id, change)));
  EXPECT_EQ(store->remove(who, a).error().code, errc::conflict) << "named inside a query";
  change.segment = core::json_text{spent("gte", 1).text};
  change.exclude_segments = {a};
  static_cast<void>(need(campaigns->admin->update(who, id, change)));
  EXPECT_EQ(store->remove(who, a).error().code, errc::conflict) << "left out";
  change.exclude_segments.emplace();
  static_cast<void>(need(campaigns->admin->update(who, id, change)));
  EXPECT_TRUE(store->remove(who, a).ok());
  d.segment_id.emplace(a);
  const auto gone = need(campaigns->admin->create(who, d));
  ASSERT_EQ(gone.problems.size(), 1U);
  EXPECT_EQ(gone.problems[0].path, "segmentId");
}

TEST_F(segment_store_test, a_campaign_gets_its_segment_without_whom_it_leaves_out) {
  const auto rich = save("rich", spent("gte", 50));
  const auto richest = save("richest", spent("gte", 95));
  auto d = campaign_stores::draft();
  d.target = core::target_type::segment;
  d.segment_id.emplace(rich);
  d.exclude_segments = {richest};
  d.exclude.emplace(spent("lt", 55));
  const auto id = campaigns->make(who, d);
  static_cast<void>(need(store->update(who, rich, {{}, {}, spent("gte", 40)})));
  EXPECT_TRUE(need(campaigns->launch(who, id)).obstacles.empty());
  const auto shown = json::parse(need(campaigns->admin->get(who, id)).text);
  EXPECT_EQ(shown["totalRecipients"], 54) << "as the segment is now: 40 to 100 with consent";
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE screen = 8"), 18);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient r JOIN customer k ON k.no = "
                        "r.customer_no WHERE r.screen = 0 AND NOT (k.attributes ->> 'spent')::int "
                        "BETWEEN 55 AND 94"),
            0);
  auto list = campaign_stores::draft();
  list.exclude.emplace(spent("lt", 55));
  const auto imported = campaigns->make(who, list);
  static_cast<void>(need(recipients->add(
      who, imported,
      {{"+4915112345610", "", "", "", true}, {"+4915112345671", "", "", "", true}})));
  EXPECT_TRUE(need(campaigns->launch(who, imported)).obstacles.empty());
  EXPECT_EQ(json::parse(need(campaigns->admin->get(who, imported)).text)["screenedCount"], 1)
      << "an imported list is screened as well";
}

TEST_F(segment_store_test, days_are_those_of_the_organization) {
  base.run("INSERT INTO policy (organization_no, name, value) VALUES (1, 'time_zone', "
           "'\"Pacific/Kiritimati\"'); UPDATE customer SET created_at = now() - interval '1 day'; "
           "UPDATE customer SET created_at = (date_trunc('day', now() AT TIME ZONE "
           "'Pacific/Kiritimati') AT TIME ZONE 'Pacific/Kiritimati') + interval '1 second' WHERE "
           "name = 'P1'");
  EXPECT_EQ(
      counted(
          {R"({"conditions":[{"field":"createdAt","operator":"gte","value":"now/d"}]})"})["people"],
      1);
}

TEST_F(segment_store_test, says_what_can_be_asked) {
  base.run("INSERT INTO attribute (organization_no, name, type, sensitive) VALUES (1, 'spent', "
           "'number', false), (1, 'passport', 'text', true); INSERT INTO customer_event "
           "(organization_no, customer_no, name, at, properties) SELECT 1, no, 'sale', now(), "
           "'{\"destination\": \"Bali\"}' FROM customer LIMIT 1");
  const auto fields = json::parse(need(store->fields(who)));
  const auto type_of = [&](const std::string& name) -> std::string {
    for (const auto& f : fields["fields"])
      if (f["field"] == name)
        return f["type"];
    return "";
  };
  EXPECT_EQ(type_of("attributes.spent"), "number");
  EXPECT_EQ(type_of("createdAt"), "time");
  EXPECT_EQ(type_of("sale"), "event");
  EXPECT_EQ(type_of("sale.destination"), "any");
  EXPECT_EQ(type_of("attributes.passport"), "") << "sealed";
}

} // namespace
} // namespace stentor::postgres::testing
