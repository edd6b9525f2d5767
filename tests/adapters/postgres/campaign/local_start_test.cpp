/// A list that starts by each place's own clock.
#include "adapters/postgres/campaign/plan_terms.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "stentor/core/campaign/local_start.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>

namespace stentor::postgres {

namespace {

using testing::need;

class local_starts : public testing::admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("DELETE FROM number");
    base.run("DELETE FROM template");
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (1, '111', 'w1', 80)");
    base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
             "status, components) VALUES ('1', 1, 'w1', 'offer', 'en_US', 'MARKETING', 'APPROVED', "
             "'[]')");
  }

  /// For ten people of Germany and ten of India, at this time of the day that is so far off.
  std::string with_people(int days, std::int32_t minute, core::past_places past) {
    auto draft = testing::campaign_stores::draft();
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
    draft.scheduled_local.emplace(core::local_time{today + std::chrono::days{days}, minute});
    draft.past_places.emplace(past);
    const auto id = campaigns.make(who, draft);
    std::vector<ports::contact_input> people;
    for (int i = 0; i < 20; ++i)
      people.push_back(
          {(i % 2 == 0 ? "+49151123456" : "+9199787832") + std::to_string(10 + i), "", "", {}, {}});
    EXPECT_EQ(need(recipients->add(who, id, people)).sendable, 20);
    return id;
  }
  /// "DE 10:00 10, IN 10:00 10": what the clocks of each place show when it starts, and for whom.
  std::string starts() {
    return base.text(
        "SELECT string_agg(country || to_char(opens_at AT TIME ZONE zones[1], ' HH24:MI ') || "
        "to_seq - from_seq + 1, ', ' ORDER BY country) "
        "FROM campaign_part JOIN place ON no = place");
  }

  testing::campaign_stores campaigns{base.options(), *phones};
};

TEST_F(local_starts, wait_for_the_first_place) {
  const auto id = with_people(3, 10 * 60, core::past_places::next_day);
  const auto launched = need(campaigns.launch(who, id));
  ASSERT_TRUE(launched.obstacles.empty());
  EXPECT_EQ(launched.status, core::campaign_status::scheduled);
  EXPECT_EQ(starts(), "DE 10:00 10, IN 10:00 10");
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign c JOIN campaign_part p ON opens_at = "
                        "scheduled_for JOIN place ON place.no = place WHERE country = 'IN'"),
            1);
}

TEST_F(local_starts, are_foreseen_before_the_launch) {
  with_people(3, 10 * 60, core::past_places::next_day);
  auto db = need(connection::open(base.options()));
  const auto terms = need(foresee_plan_terms(db, 1, *campaigns.zones));
  ASSERT_EQ(terms.parts.size(), 2U);
  EXPECT_TRUE(terms.parts[0].opens_at);
  EXPECT_NE(terms.parts[0].opens_at, terms.parts[1].opens_at);
}

TEST_F(local_starts, of_past_places_are_the_next_day) {
  const auto id = with_people(-3, 10 * 60, core::past_places::next_day);
  EXPECT_EQ(need(campaigns.launch(who, id)).status, core::campaign_status::scheduled);
  EXPECT_EQ(starts(), "DE 10:00 10, IN 10:00 10");
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part WHERE opens_at < now() OR opens_at > "
                        "now() + interval '25 h'"),
            0);
}

TEST_F(local_starts, of_past_places_are_now_where_that_is_wished) {
  const auto id = with_people(-3, 10 * 60, core::past_places::send);
  EXPECT_EQ(need(campaigns.launch(who, id)).status, core::campaign_status::sending);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part WHERE opens_at < now()"), 2);
}

TEST_F(local_starts, leave_past_places_out) {
  const auto id = with_people(-3, 10 * 60, core::past_places::skip);
  const auto refused = need(campaigns.launch(who, id));
  ASSERT_EQ(refused.obstacles.size(), 1U);
  EXPECT_EQ(refused.obstacles[0].code, "all_screened_out");
  EXPECT_NE(refused.obstacles[0].text.find("past_place 20"), std::string::npos);
  base.run("UPDATE campaign SET scheduled_local = '2030-06-01T10:00'"); // and it is decided anew
  EXPECT_EQ(need(campaigns.launch(who, id)).status, core::campaign_status::scheduled);
  EXPECT_EQ(starts(), "DE 10:00 10, IN 10:00 10");
}

TEST_F(local_starts, keep_their_list) {
  const auto id = with_people(3, 10 * 60, core::past_places::next_day);
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  const auto added = recipients->add(who, id, {{"+4915112349999", "", "", {}, {}}});
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, core::errc::conflict);
  EXPECT_EQ(starts(), "DE 10:00 10, IN 10:00 10");
}

TEST_F(local_starts, can_be_taken_back) {
  const auto id = with_people(3, 10 * 60, core::past_places::next_day);
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  core::campaign_draft back;
  back.scheduled_for.emplace();
  EXPECT_TRUE(need(campaigns.admin->update(who, id, back)).problems.empty());
  EXPECT_EQ(base.text("SELECT status = 'draft' AND scheduled_local IS NOT NULL FROM campaign"),
            "t");
  core::campaign_draft change;
  change.scheduled_for.emplace(core::wall_time{std::chrono::hours{1'000'000}});
  ASSERT_EQ(need(campaigns.admin->update(who, id, change)).problems.size(), 1U);
  change.scheduled_local.emplace();
  change.past_places.emplace();
  EXPECT_TRUE(need(campaigns.admin->update(who, id, change)).problems.empty());
}

} // namespace

} // namespace stentor::postgres
