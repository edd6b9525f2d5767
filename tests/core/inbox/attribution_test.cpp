/// Replies and the messages they answer.

#include "stentor/core/inbox/attribution.hpp"

#include <gtest/gtest.h>

using namespace stentor::core;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

reached_recipient reached(campaign_no campaign, std::int64_t at_ms, const std::string& message_id,
                          organization_no organization = 1) {
  return {.campaign = campaign,
          .organization = organization,
          .seq = 1,
          .attempt = 0,
          .message_id = message_id,
          .at_ms = at_ms};
}

TEST(reply_matching, the_named_message_wins_over_the_latest) {
  reply_matcher m;
  m.add(49151, "", reached(1, 10 * day_ms, "old"));
  m.add(49151, "", reached(2, 11 * day_ms, "new"));
  reply r{.organization = 1, .phone = 49151, .user_id = {}, .context_id = {}, .at_ms = 12 * day_ms};
  EXPECT_EQ(m.find(r)->message_id, "new");
  r.context_id = "old";
  EXPECT_EQ(m.find(r)->message_id, "old");
  r.context_id = "unknown";
  EXPECT_EQ(m.find(r)->message_id, "new");
}

TEST(reply_matching, an_answer_is_at_most_a_week_old_and_clocks_may_differ_by_a_minute) {
  reply_matcher m;
  m.add(49151, "", reached(1, 100 * day_ms, "x"));
  reply r{.organization = 1, .phone = 49151, .user_id = {}, .context_id = {}, .at_ms = 0};
  r.at_ms = 107 * day_ms;
  EXPECT_NE(m.find(r), nullptr);
  r.at_ms = 107 * day_ms + 1;
  EXPECT_EQ(m.find(r), nullptr);
  r.at_ms = 100 * day_ms - 60'000;
  EXPECT_NE(m.find(r), nullptr);
  r.at_ms = 100 * day_ms - 60'001;
  EXPECT_EQ(m.find(r), nullptr);
}

TEST(reply_matching, organizations_and_keys_are_kept_apart) {
  reply_matcher m;
  m.add(0, "DE.1", reached(1, day_ms, "x"));
  m.add(49151, "", reached(2, day_ms, "y", 2));
  reply r{.organization = 1, .phone = 0, .user_id = "DE.1", .context_id = {}, .at_ms = day_ms};
  EXPECT_EQ(m.find(r)->message_id, "x");
  r.user_id = "DE.2";
  EXPECT_EQ(m.find(r), nullptr);
  r = {.organization = 1, .phone = 49151, .user_id = {}, .context_id = "y", .at_ms = day_ms};
  EXPECT_EQ(m.find(r), nullptr) << "it belongs to another organization";
}

} // namespace
