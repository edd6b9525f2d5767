/// What PostgreSQL tells the planner: parts, places, and the organization's policy.
#include "adapters/postgres/campaign/plan_terms.hpp"

#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <gtest/gtest.h>

namespace {

using namespace stentor;
using postgres::testing::database;
using postgres::testing::need;

class plan_terms : public ::testing::Test {
protected:
  plan_terms() {
    base.run("INSERT INTO organization (name) VALUES ('Acme')");
    postgres::testing::make_campaign(base, 1, 100);
    base.run("INSERT INTO place (country, zones) VALUES ('IN', '{Asia/Kolkata}'), "
             "('US', '{America/Anchorage,America/New_York}'), ('ZZ', '{}')");
    base.run("UPDATE campaign_part SET to_seq = 40, place = 1 WHERE campaign_no = 1");
    base.run("INSERT INTO campaign_part (campaign_no, part, from_seq, to_seq, next_seq, place, "
             "opens_at) VALUES (1, 2, 41, 90, 51, 2, '2026-12-03T04:30:00Z'), "
             "(1, 3, 91, 100, 91, 3, NULL)");
  }
  core::plan_terms load() {
    auto db = need(postgres::connection::open(base.options()));
    return need(postgres::load_plan_terms(db, 1));
  }
  void save(const core::policy& policy) {
    auto saved = policies->save("Acme", policy);
    ASSERT_TRUE(saved.ok()) << saved.error().message;
  }
  database base;
  postgres::query_pool queries{base.options(), 1};
  std::unique_ptr<ports::policy_store> policies = postgres::make_policy_store(queries);
};

TEST_F(plan_terms, hold_back_nothing_before_a_daemon_has_laid_anything_down) {
  const auto terms = load();
  ASSERT_EQ(terms.parts.size(), 3U);
  EXPECT_EQ(terms.parts[1].left(), 40);
  EXPECT_TRUE(terms.parts[1].opens_at);
  EXPECT_FALSE(terms.parts[2].opens_at);
  for (const auto& place : terms.places)
    EXPECT_TRUE(place.quiet.empty());
}

TEST_F(plan_terms, have_the_hours_of_each_country) {
  core::policy policy;
  policy.time_zone = "Europe/Berlin";
  policy.quiet_hours_of["IN"] = {{{7}, {}, 0, 0}};
  policy.main_zones["US"] = "America/New_York";
  save(policy);
  const auto terms = load();
  const auto place_of = [&](core::place_no no) {
    return *std::find_if(terms.places.begin(), terms.places.end(),
                         [&](const auto& place) { return place.no == no; });
  };
  EXPECT_EQ(place_of(1).quiet, policy.quiet_hours_of["IN"]);
  EXPECT_EQ(place_of(2).quiet, policy.quiet_hours);
  EXPECT_EQ(place_of(2).zones.front(), "America/New_York");
  EXPECT_EQ(place_of(2).zones.size(), 2U);
  EXPECT_EQ(place_of(3).zones, std::vector<std::string>{"Europe/Berlin"});
  EXPECT_EQ(place_of(0).zones, std::vector<std::string>{"Europe/Berlin"});
  EXPECT_EQ(place_of(0).quiet, policy.quiet_hours);
}

TEST_F(plan_terms, of_what_is_no_marketing_have_no_quiet_hours) {
  save({});
  base.run("UPDATE template SET category = 'UTILITY'");
  for (const auto& place : load().places)
    EXPECT_TRUE(place.quiet.empty());
}

TEST_F(plan_terms, of_a_spreading_leave_its_pauses_out) {
  base.run(R"(UPDATE campaign SET plan = '{"spread":{"over":"6h"},"of_a_newer_daemon":1}')");
  EXPECT_FALSE(load().spread->until);
  EXPECT_EQ(load().spread->over, std::chrono::hours{6});
  auto db = need(postgres::connection::open(base.options()));
  postgres::campaign_lifecycle lifecycle{db};
  const auto become = [&](core::campaign_status to) {
    const auto done = lifecycle.become(1, to);
    ASSERT_TRUE(done.ok()) << done.error().message;
  };
  become(core::campaign_status::paused);
  base.run(
      "UPDATE campaign SET started_at = now() - interval '3h', paused_at = now() - interval '2h'");
  EXPECT_EQ(load().spread->pauses.size(), 1U); // which lasts
  become(core::campaign_status::sending);
  become(core::campaign_status::paused);
  become(core::campaign_status::sending);
  const auto spread = *load().spread;
  ASSERT_EQ(spread.pauses.size(), 2U);
  const auto& [paused, resumed] = spread.pauses[0];
  EXPECT_GE(resumed - paused, std::chrono::minutes{119});
  EXPECT_GE(paused - spread.from, std::chrono::minutes{59});
  EXPECT_LE(resumed, spread.pauses[1].first);
}

TEST_F(plan_terms, of_one_that_overrides_have_no_quiet_hours) {
  save({});
  for (const auto& place : load().places)
    EXPECT_FALSE(place.quiet.empty());
  base.run("UPDATE campaign SET override_quiet_hours = true");
  for (const auto& place : load().places)
    EXPECT_TRUE(place.quiet.empty());
}

TEST_F(plan_terms, a_policy_comes_back_as_it_was_saved) {
  core::policy policy;
  policy.time_zone = "Asia/Kolkata";
  policy.quiet_hours = {{{6, 7}, {}, 18 * 60, 24 * 60}, {{}, {std::chrono::May / 1}, 0, 0}};
  policy.quiet_hours_of["FR"] = {};
  policy.main_zones["BR"] = "America/Sao_Paulo";
  policy.frequency = {{1, std::chrono::hours{24}}, {4, std::chrono::hours{24 * 30}}};
  save(policy);
  save(policy);
  EXPECT_EQ(need(policies->load("Acme")), policy);
  save({});
  EXPECT_EQ(need(policies->load("Acme")), core::policy{});
}

} // namespace
