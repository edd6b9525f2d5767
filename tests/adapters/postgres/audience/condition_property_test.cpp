/// The SQL of a condition chooses whom the evaluator says it holds for.

#include "adapters/postgres/audience/condition_loader.hpp"
#include "adapters/postgres/audience/json_tree.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "tests/adapters/postgres/audience/random_conditions.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <cstdlib>
#include <map>
#include <optional>
#include <set>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

/// How many queries each seed asks; more in long runs.
int rounds() {
  const char* said = std::getenv("STENTOR_CONDITION_QUERIES");
  return said != nullptr ? std::atoi(said) : 150;
}

core::wall_time time_of(const json& text) {
  return core::wall_time_from(text.get<std::string>()).value();
}

std::string quoted_sql(const std::string& text) {
  std::string made = "'";
  for (const char c : text)
    made += c == '\'' ? "''" : std::string{c};
  return made + "'";
}

class condition_property : public ::testing::TestWithParam<std::uint32_t> {
protected:
  static constexpr int people_max = 40;
  static constexpr int now_ms_offset = 3'600'000; // the zone is an hour ahead

  void fill() {
    base.run("INSERT INTO organization (name) VALUES ('Acme'), ('Other')");
    for (int no = 1; no <= people_max; ++no)
      add_customer(no, random.customer(no));
    add_campaigns();
    add_segments();
    base.run("ANALYZE");
  }

  void add_customer(int no, const json& columns) {
    base.run("INSERT INTO customer (organization_no, phone, user_id, name, attributes, "
             "marketing_opt_in, marketing_opt_in_at, marketing_opt_out_at, country, language, "
             "time_zone, tags, created_at, updated_at) SELECT 1, c.phone, c.user_id, c.name, "
             "c.attributes, c.marketing_opt_in, c.marketing_opt_in_at, c.marketing_opt_out_at, "
             "c.country, c.language, c.time_zone, c.tags, c.created_at, c.updated_at FROM "
             "jsonb_populate_record(NULL::customer, " +
             quoted_sql(columns.dump()) + "::jsonb) c");
    auto& p = people[no];
    const auto text = [&](const char* key) {
      return columns.contains(key) ? std::optional{columns[key].get<std::string>()} : std::nullopt;
    };
    p.name = text("name");
    p.user_id = text("user_id");
    p.country = text("country");
    p.language = text("language");
    p.time_zone = text("time_zone");
    if (columns.contains("phone"))
      p.phone_number = "+" + columns["phone"].dump();
    p.tags = columns["tags"].get<std::vector<std::string>>();
    p.created_at = time_of(columns["created_at"]);
    p.updated_at = time_of(columns["updated_at"]);
    p.marketing_opt_in = columns["marketing_opt_in"].get<bool>();
    p.opt_in_at_known = columns.contains("marketing_opt_in_at");
    p.opt_out_at_known = columns.contains("marketing_opt_out_at");
    p.attributes = need(read_json(columns["attributes"].dump()));
    for (auto n = random.below(4); n > 0; --n)
      add_event(no, random.event());
  }

  void add_event(int no, const json& columns) {
    const auto source = std::to_string(++events);
    base.run("INSERT INTO customer_event SELECT 1, " + std::to_string(no) +
             ", e.name, e.at, e.value_micros, e.currency, e.properties, '" + source +
             "' FROM jsonb_populate_record(NULL::customer_event, " + quoted_sql(columns.dump()) +
             "::jsonb) e");
    core::event_facts e{
        columns["name"].get<std::string>(), time_of(columns["at"]), {}, {}, {}, source};
    if (columns.contains("value_micros"))
      e.value_micros = std::stoll(columns["value_micros"].get<std::string>());
    if (columns.contains("currency"))
      e.currency = columns["currency"].get<std::string>();
    e.properties = need(read_json(columns["properties"].dump()));
    people[no].events.push_back(std::move(e));
  }

  void add_campaigns() {
    for (int no = 1; no <= 2; ++no) {
      const std::string tag = no == 1 ? "spring" : "autumn";
      const std::string offer = no == 1 ? "offer" : "receipt";
      const auto id =
          base.text("INSERT INTO campaign (organization_no, name, template_name, tags, status, "
                    "total_recipients) VALUES (1, 'c', '" +
                    offer + "', '{" + tag + "}', 'completed', 100) RETURNING id");
      random.campaigns.push_back(id);
      base.run("CREATE TABLE campaign_recipient_" + std::to_string(no) +
               " PARTITION OF campaign_recipient FOR VALUES IN (" + std::to_string(no) + ")");
      for (int seq = 1; seq <= people_max; seq += 1 + static_cast<int>(random.below(3)))
        add_recipient(no, seq, {id, {tag}, offer, {}});
    }
  }

  /// Named by number, by phone or by user id.
  void add_recipient(int campaign, int seq, core::message_facts facts) {
    auto& person = people[seq];
    std::string key = "NULL, NULL, " + std::to_string(seq);
    if (person.phone_number && random.below(2) == 0)
      key = person.phone_number->substr(1) + ", NULL, NULL";
    else if (person.user_id && random.below(2) == 0)
      key = "NULL, '" + *person.user_id + "', NULL";
    const auto at = std::to_string(campaign) + ", " + std::to_string(seq);
    base.run("INSERT INTO campaign_recipient (campaign_no, seq, phone, user_id, customer_no) "
             "VALUES (" +
             at + ", " + key + ")");
    const auto done = now - std::chrono::hours{random.below(2'000)};
    const auto ms = std::to_string(done.time_since_epoch().count());
    using enum core::behaviour;
    constexpr core::behaviour order[] = {received, delivered, read, replied};
    const auto far = random.below(6);
    if (far == 5) {
      facts.done[failed] = done;
      base.run("INSERT INTO delivery (campaign_no, seq, state, failed_ms) VALUES (" + at + ", 6, " +
               ms + ")");
    } else {
      for (std::uint32_t i = 0; i < far; ++i)
        facts.done[order[i]] = done;
      const auto value = [&](std::uint32_t step) { return far > step ? ms : "NULL"; };
      base.run("INSERT INTO delivery (campaign_no, seq, state, accepted_ms, delivered_ms, read_ms, "
               "responded_ms) VALUES (" +
               at + ", 2, " + value(0) + ", " + value(1) + ", " + value(2) + ", " + value(3) + ")");
    }
    person.messages.push_back(std::move(facts));
  }

  void add_segments() {
    for (int i = 0; i < 3; ++i) {
      const auto query = valid_query();
      const auto id =
          base.text("INSERT INTO segment (organization_no, name, query) VALUES (1, 's" +
                    std::to_string(i) + "', " + quoted_sql(query) + "::jsonb) RETURNING id");
      random.segments.push_back(id);
    }
  }

  /// One that can be read; long lists in a group of their own are its only trouble.
  std::string valid_query() {
    for (;;) {
      auto query = random.group(1).dump();
      const auto loaded = need(load_condition(base.db(), 1, query));
      if (loaded.problems.empty())
        return query;
      ++refused;
    }
  }

  void compare(const std::string& query) {
    auto loaded = need(load_condition(base.db(), 1, query));
    ASSERT_TRUE(loaded.problems.empty());
    loaded.terms.clock = clock;
    loaded.terms.zone = "Etc/GMT-1";
    params arguments;
    arguments.integer(1);
    const auto sql = condition_to_sql(loaded.tree, loaded.terms, arguments);
    auto rows =
        base.db().query("SELECT k.no FROM customer k WHERE k.organization_no = $1::int8 AND " + sql,
                        std::move(arguments));
    ASSERT_TRUE(rows.ok()) << rows.error().message << "\n" << query << "\n" << sql;
    std::set<int> chosen;
    for (const auto row : each(*rows))
      chosen.insert(static_cast<int>(row.integer("no")));
    for (const auto& [no, person] : people)
      ASSERT_EQ(core::holds(loaded.tree, person, clock, loaded.terms.segments), chosen.contains(no))
          << "customer " << no << "\n"
          << query << "\n"
          << sql << "\n"
          << base.text("SELECT to_jsonb(k) FROM customer k WHERE no = " + std::to_string(no))
          << "\n"
          << base.text(
                 "SELECT coalesce(jsonb_agg(e), '[]') FROM customer_event e WHERE customer_no = " +
                 std::to_string(no));
    found += chosen.size();
  }

  database base;
  random_conditions random{GetParam()};
  std::map<int, core::person_facts> people;
  const core::wall_time now = core::wall_time_from("2026-11-28T02:40:11.25Z").value();
  const core::zone_clock clock{now, [](core::wall_time) { return std::chrono::hours{1}; }};
  int events = 0;
  std::size_t refused = 0;
  std::size_t found = 0;
};

TEST_P(condition_property, sql_and_evaluator_agree) {
  fill();
  const int queries = rounds();
  for (int i = 0; i < queries && !HasFatalFailure(); ++i)
    compare(valid_query());
  const auto pairs = static_cast<std::size_t>(queries) * people.size();
  EXPECT_GT(found, pairs / 10) << "the questions are about these people";
  EXPECT_LT(found, pairs * 9 / 10);
  EXPECT_LT(refused, static_cast<std::size_t>(queries)) << "most random queries can be read";
}

INSTANTIATE_TEST_SUITE_P(seeds, condition_property, ::testing::Values(1U, 2U, 3U, 4U, 5U, 6U));

} // namespace
} // namespace stentor::postgres::testing
