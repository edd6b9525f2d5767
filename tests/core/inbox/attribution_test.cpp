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
          .at_ms = at_ms,
          .phone = 49151,
          .user_id = {}};
}

reply from(std::int64_t phone, std::int64_t at_ms) {
  return {.organization = 1, .phones = {phone}, .user_ids = {}, .context_id = {}, .at_ms = at_ms};
}

TEST(reply_matching, the_named_message_wins_over_the_latest) {
  reply_matcher m;
  m.add(reached(1, 10 * day_ms, "old"));
  m.add(reached(2, 11 * day_ms, "new"));
  auto r = from(49151, 12 * day_ms);
  EXPECT_EQ(m.find(r)->message_id, "new");
  r.context_id = "old";
  EXPECT_EQ(m.find(r)->message_id, "old");
  r.context_id = "unknown";
  EXPECT_EQ(m.find(r)->message_id, "new");
}

TEST(reply_matching, the_named_message_decides_whoever_wrote) {
  reply_matcher m;
  m.add(reached(1, 10 * day_ms, "ours"));
  auto r = from(4999, 12 * day_ms);
  EXPECT_EQ(m.find(r), nullptr);
  EXPECT_FALSE(m.names_known(r));
  r.context_id = "ours";
  ASSERT_NE(m.find(r), nullptr);
  EXPECT_EQ(m.find(r)->phone, 49151);
  r.phones.clear();
  EXPECT_NE(m.find(r), nullptr) << "the sender hides the number";
  EXPECT_TRUE(m.names_known(r));
}

TEST(reply_matching, an_answer_is_at_most_a_week_old_and_clocks_may_differ_by_a_minute) {
  reply_matcher m;
  m.add(reached(1, 100 * day_ms, "x"));
  auto r = from(49151, 107 * day_ms);
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
  auto by_user = reached(1, day_ms, "x");
  by_user.phone = 0;
  by_user.user_id = "DE.1";
  m.add(by_user);
  m.add(reached(2, day_ms, "y", 2));
  auto r = from(0, day_ms);
  r.phones.clear();
  r.user_ids = {"DE.1"};
  EXPECT_EQ(m.find(r)->message_id, "x");
  r.user_ids = {"DE.2"};
  EXPECT_EQ(m.find(r), nullptr);
  r = from(49151, day_ms);
  r.context_id = "y";
  EXPECT_EQ(m.find(r), nullptr) << "it belongs to another organization";
}

TEST(reply_matching, a_person_is_one_under_every_key_and_spelling) {
  reply_matcher m;
  auto one = reached(1, day_ms, "x");
  one.phone = 551182345678; // as an old list has it
  m.add(one);
  EXPECT_NE(m.find(from(5511982345678, day_ms)), nullptr);
  EXPECT_NE(m.find(from(551182345678, day_ms)), nullptr);
  auto r = from(49151, day_ms);
  r.phones.push_back(5511982345678); // the sender's other number
  EXPECT_NE(m.find(r), nullptr);
}

TEST(answers, are_what_a_person_said) {
  for (const auto* type : {"text", "button", "interactive", "image", "order", "unsupported",
                           "location", "contacts", "unknown"})
    EXPECT_TRUE(is_answer(type, "")) << type;
  for (const auto* type : {"system", "revoke", "request_welcome"})
    EXPECT_FALSE(is_answer(type, "P changed from 1 to 2")) << type;
  EXPECT_TRUE(is_answer("reaction", "\U0001F44D"));
  EXPECT_FALSE(is_answer("reaction", "")) << "it was taken away";
}

} // namespace
