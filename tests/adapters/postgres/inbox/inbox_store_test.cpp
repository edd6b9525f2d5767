/// Which message an inbound one answers.

#include "tests/adapters/postgres/support/stores_fixture.hpp"

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;

namespace {

class attributing : public with_stores {};

TEST_F(attributing, replies_find_the_message_they_answer) {
  make_campaign(base, 2, 100);
  core::event_batch e;
  e.add(1, 1, 0, event_kind::accepted, 0, 1, 1'000'000, "wamid.old");
  e.add(2, 1, 0, event_kind::accepted, 0, 1, 2'000'000, "wamid.new");
  record(e);
  ports::ledger_write w;
  w.inbound.push_back({.organization = 1,
                       .phone_number_id = "111",
                       .person = 491510000001,
                       .user_id = "",
                       .message_id = "m1",
                       .context_id = "wamid.old",
                       .type = "text",
                       .text = "hi",
                       .payload = "{}",
                       .at_ms = 3'000'000});
  w.inbound.push_back({.organization = 1,
                       .phone_number_id = "111",
                       .person = 491510000001,
                       .user_id = "",
                       .message_id = "m2",
                       .context_id = "",
                       .type = "text",
                       .text = "you",
                       .payload = "{\"x\":\"\\u0000\"}",
                       .at_ms = 3'000'000});
  w.inbound.push_back({.organization = 1,
                       .phone_number_id = "111",
                       .person = 4999,
                       .user_id = "",
                       .message_id = "m3",
                       .context_id = "",
                       .type = "text",
                       .text = "?",
                       .payload = "{}",
                       .at_ms = 3'000'000});
  need(book->commit(w));
  need(book->commit(w)); // repeated by Meta
  EXPECT_EQ(need(stores.inbox->attribute_replies(100)).waiting, 3)
      << "what they answer is not folded yet";
  fold_all();
  EXPECT_EQ(need(stores.inbox->attribute_replies(100)).waiting, 1)
      << "what a stranger answers may still come";
  base.run("UPDATE inbound_message SET created_at = now() - interval '2 minutes'");
  EXPECT_EQ(need(stores.inbox->attribute_replies(100)).waiting, 0);
  fold_all();
  EXPECT_EQ(base.text("SELECT response_message FROM recipient WHERE campaign_no = 1 AND seq = 1"),
            "hi");
  EXPECT_EQ(base.text("SELECT response_message FROM recipient WHERE campaign_no = 2 AND seq = 1"),
            "you");
  EXPECT_EQ(base.number("SELECT count(*) FROM inbound_message WHERE campaign_no IS NULL"), 1);
}

TEST_F(attributing, a_stop_in_whatsapp_belongs_to_the_message_that_came_last) {
  make_campaign(base, 2, 100);
  core::event_batch e;
  e.add(1, 1, 0, event_kind::accepted, 0, 1, 1'000'000, "wamid.old");
  e.add(2, 1, 0, event_kind::accepted, 0, 1, 2'000'000, "wamid.new");
  record(e);
  ports::ledger_write w;
  w.inbound.push_back({.organization = 1,
                       .phone_number_id = "111",
                       .person = 491510000001,
                       .user_id = "",
                       .message_id = "user_preferences:1",
                       .context_id = "",
                       .type = std::string{ports::preference_type},
                       .text = "",
                       .payload = "{}",
                       .at_ms = 3'000'000,
                       .stop = true});
  need(book->commit(w));
  fold_all();
  EXPECT_EQ(need(stores.inbox->attribute_replies(100)).waiting, 0);
  fold_all();
  const std::string where = " FROM recipient WHERE campaign_no = 2 AND seq = 1";
  EXPECT_EQ(base.text("SELECT status" + where), "opted_out");
  EXPECT_EQ(base.text("SELECT coalesce(responded_at::text, 'never')" + where), "never")
      << "he answered nothing";
  EXPECT_EQ(base.text("SELECT status FROM recipient WHERE campaign_no = 1 AND seq = 1"), "sent");
  EXPECT_EQ(base.number("SELECT opted_out_count FROM campaign WHERE no = 2"), 1);
}

} // namespace
