/// Whom a campaign whose list is drawn at its start would be for now.
#include "adapters/postgres/campaign/audience_count.hpp"
#include "tests/adapters/postgres/support/drawn_lists.hpp"

#include <gtest/gtest.h>

#include <map>

namespace stentor::postgres {

namespace {

using testing::need;

class audience_count : public testing::drawn_lists {
protected:
  void SetUp() override {
    drawn_lists::SetUp();
    campaigns.lay_down({{1, std::chrono::hours{24}}});
  }
  ports::counted_audience counted(const std::string& id, std::int64_t most = counted_most) {
    const auto all = need(
        count_audience(campaigns.queries, who, id, {.phones = *phones, .zones = *zones}, most));
    EXPECT_TRUE(all.has_value());
    return all.value_or(ports::counted_audience{});
  }
  static std::map<std::string, std::int64_t> reasons(const ports::counted_audience& all) {
    return {all.screened.begin(), all.screened.end()};
  }
  /// To the first n of the customers, at once.
  void send_to(int n, int priority) {
    auto d = testing::campaign_stores::draft();
    d.priority = priority;
    const auto id = campaigns.make(who, d);
    need(recipients->add(who, id, admin_side::people(n)));
    EXPECT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  }
};

TEST_F(audience_count, is_what_the_list_would_be) {
  send_to(10, 5);
  base.run("UPDATE customer SET marketing_opt_in = false WHERE phone >= 4915112345690");
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) SELECT 1, phone, "
           "'operator', now() FROM customer WHERE phone BETWEEN 4915112345650 AND 4915112345654");
  const auto id = campaigns.make(who, draft());
  const auto all = counted(id);
  EXPECT_TRUE(all.exact);
  EXPECT_EQ(all.people, 90);
  EXPECT_EQ(all.sendable, 75);
  EXPECT_EQ(reasons(all),
            (std::map<std::string, std::int64_t>{{"frequency", 10}, {"opted_out", 5}}));
  const auto launched = need(campaigns.launch(who, id));
  EXPECT_EQ(shown(id)["totalRecipients"], all.people);
  EXPECT_EQ(shown(id)["progress"]["sendable"], all.sendable) << "the launch comes to the same";
}

TEST_F(audience_count, of_no_marketing_has_those_too_who_agreed_to_none) {
  base.run("UPDATE customer SET marketing_opt_in = false");
  auto d = draft();
  EXPECT_EQ(counted(campaigns.make(who, d)).people, 0);
  d.template_name = "receipt";
  const auto all = counted(campaigns.make(who, d));
  EXPECT_EQ(all.people, 100);
  EXPECT_EQ(all.sendable, 100);
  EXPECT_TRUE(all.screened.empty());
  base.run("ANALYZE customer");
  EXPECT_NEAR(static_cast<double>(counted(campaigns.make(who, d), 0).people), 100, 10);
  EXPECT_LE(counted(campaigns.make(who, draft()), 0).people, 1);
}

TEST_F(audience_count, counts_whoever_was_picked_once) {
  const auto id = campaigns.make(who, draft());
  auto some = admin_side::people(3);
  some.push_back({"+4915199999999", "", "Guest", "", {}});
  need(recipients->add(who, id, some));
  const auto all = counted(id);
  EXPECT_EQ(all.people, 104);
  EXPECT_EQ(all.sendable, 101);
  EXPECT_EQ(reasons(all), (std::map<std::string, std::int64_t>{{"duplicate", 3}}));
}

TEST_F(audience_count, knows_who_would_be_given_up_or_wait) {
  send_to(10, 3);
  auto d = draft();
  d.priority = 8;
  EXPECT_EQ(counted(campaigns.make(who, d)).sendable, 100);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE screen <> 0"), 0);
  base.run(
      "INSERT INTO delivery (campaign_no, seq, state, accepted_ms) SELECT campaign_no, seq, 2, "
      "(extract(epoch FROM now()) * 1000)::int8 FROM campaign_recipient");
  EXPECT_EQ(counted(campaigns.make(who, d)).sendable, 90) << "they have it";
  d.plan.emplace(core::plan_options{});
  (*d.plan)->on_cap = core::on_cap::wait;
  const auto all = counted(campaigns.make(who, d));
  EXPECT_EQ(all.sendable, 100);
  EXPECT_EQ(all.waiting, 10);
}

TEST_F(audience_count, leaves_nothing_behind_and_waits_for_nobody) {
  const auto id = campaigns.make(who, draft());
  base.run("BEGIN");
  base.run("SELECT FROM campaign FOR UPDATE");
  need(base.db().call("frequency_hold", params{}.integer(1)));
  EXPECT_EQ(counted(id).people, 100);
  base.run("COMMIT");
  EXPECT_EQ(tables(), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM import"), 0);
  expect_untouched(id);
}

TEST_F(audience_count, only_guesses_where_there_are_many_or_others_count) {
  base.run("ANALYZE customer");
  const auto id = campaigns.make(who, draft());
  const auto many = counted(id, 50);
  EXPECT_FALSE(many.exact);
  EXPECT_NEAR(static_cast<double>(many.people), 100, 10);
  EXPECT_TRUE(many.screened.empty());
  base.run("BEGIN");
  need(base.db().call("count_turn", params{}.integer(1)));
  EXPECT_FALSE(counted(id).exact);
  base.run("COMMIT");
  EXPECT_TRUE(counted(id).exact);
}

TEST_F(audience_count, is_no_matter_of_lists_that_are_there) {
  const auto id = campaigns.make(who, testing::campaign_stores::draft());
  const list_tools tools{.phones = *phones, .zones = *zones};
  EXPECT_FALSE(need(count_audience(campaigns.queries, who, id, tools)).has_value());
  EXPECT_EQ(count_audience(campaigns.queries, stranger, id, tools).error().code,
            core::errc::not_found);
}

} // namespace

} // namespace stentor::postgres
