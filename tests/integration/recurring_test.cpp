/// Recurring campaigns of a real daemon: a run is made, launched and sent; one that can't start
/// says so, and the next one comes. Only their times are put forward in the database.

#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::testing {
namespace {

class recurring_campaigns : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }

  /// One that is for the customers of this city, every day at an hour that is far away.
  made_campaign started(const std::string& city) {
    const json query{{"conditions", {{{"field", "city"}, {"operator", "eq"}, {"value", city}}}}};
    const json rule{
        {"freq", "daily"}, {"at", {"10:00"}}, {"timeZone", "Asia/Kolkata"}, {"from", "2099-01-01"}};
    auto c = env.campaigns.create_for({}, {{"targetType", "segment"},
                                           {"segmentQuery", query},
                                           {"recurrence", rule},
                                           {"overlap", "allow"}});
    env.campaigns.send(c);
    return c;
  }

  /// Its next run is due at this moment.
  void make_due(const made_campaign& c) {
    env.database.sql(
        "UPDATE campaign SET next_run_at = date_trunc('milliseconds', now()) WHERE id = '" + c.id +
        "'");
  }

  /// The latest run, once it has this status.
  json wait_for_run(const made_campaign& c, int runs, const std::string& status) {
    json page;
    EXPECT_TRUE(env.daemon.wait("a run that is " + status, 60s, [&] {
      page = env.api.call("GET", path_of(c, "/runs")).body();
      return page.value("total", 0) == runs && page["data"][0].value("status", "") == status;
    })) << page.dump();
    return page["data"][0];
  }

  test_environment& env = test_environment::one();
};

} // namespace

TEST_F(recurring_campaigns, send_each_run_to_who_is_in_the_segment_then) {
  const auto people = env.campaigns.people(3);
  env.campaigns.keep_customers({people[0], people[1]}, "Recurringham");
  const auto c = started("Recurringham");
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "scheduled");
  make_due(c);
  const auto first = wait_for_run(c, 1, "completed");
  EXPECT_EQ(first.value("totalRecipients", 0), 2);
  EXPECT_EQ(first.value("parentId", ""), c.id);
  env.campaigns.keep_customers({people[2]}, "Recurringham");
  make_due(c);
  const auto second = wait_for_run(c, 2, "completed");
  EXPECT_EQ(second.value("totalRecipients", 0), 3);
  EXPECT_EQ(second.value("sentCount", 0), 3);
  const auto parent = env.campaigns.get(c);
  EXPECT_EQ(parent.value("status", ""), "scheduled");
  EXPECT_EQ(parent.value("nextRunAt", ""), "2099-01-01T04:30:00+00:00");
  EXPECT_EQ(parent.value("sentCount", -1), 0);
  EXPECT_EQ(env.api.call("POST", path_of(c, "/cancel")).status, 200);
}

TEST_F(recurring_campaigns, go_on_when_a_run_cannot_start) {
  env.campaigns.keep_customers(env.campaigns.people(1), "Refusalby");
  const auto c = started("Refusalby");
  env.database.sql("UPDATE customer SET marketing_opt_in = false WHERE attributes ->> 'city' = "
                   "'Refusalby'");
  make_due(c);
  const auto refused = wait_for_run(c, 1, "failed");
  EXPECT_EQ(refused["statusReason"].value("code", ""), "run_refused");
  EXPECT_EQ(env.campaigns.get(c)["statusReason"].value("code", ""), "run_refused");
  EXPECT_NE(env.api.call("GET", "/api/status").text.find(c.id), std::string::npos);
  env.database.sql("UPDATE customer SET marketing_opt_in = true WHERE attributes ->> 'city' = "
                   "'Refusalby'");
  make_due(c);
  wait_for_run(c, 2, "completed");
  EXPECT_TRUE(env.campaigns.get(c)["statusReason"].is_null());
  EXPECT_EQ(env.api.call("POST", path_of(c, "/pause")).status, 200);
  make_due(c);
  EXPECT_EQ(env.campaigns.get(c).value("status", ""), "paused");
  EXPECT_EQ(env.api.call("POST", path_of(c, "/resume")).status, 200);
  wait_for_run(c, 3, "completed");
  EXPECT_EQ(env.api.call("DELETE", path_of(c)).status, 200) << "it is cancelled";
  EXPECT_EQ(env.api.call("DELETE", path_of(c)).status, 204) << "it is gone";
  EXPECT_EQ(env.api.call("GET", path_of(c)).status, 404);
}

} // namespace stentor::testing
