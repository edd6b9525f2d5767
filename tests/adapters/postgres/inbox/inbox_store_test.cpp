/// Which message an inbound one answers.

#include "stentor/core/contact/contact_key.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <algorithm>

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

TEST_F(attributing, only_what_a_person_said_is_an_answer) {
  core::event_batch e;
  for (core::recipient_seq seq = 1; seq <= 8; ++seq)
    e.add(1, seq, 0, event_kind::accepted, 0, 1, 1'000'000, "wamid." + std::to_string(seq));
  record(e);
  ports::ledger_write w;
  const std::pair<const char*, const char*> said[] = {{"system", "P changed from 1 to 2"},
                                                      {"system", "identity changed"},
                                                      {"revoke", ""},
                                                      {"reaction", ""},
                                                      {"request_welcome", ""},
                                                      {"text", "Hi"},
                                                      {"reaction", "\U0001F44D"},
                                                      {"unsupported", ""}};
  core::recipient_seq seq = 0;
  for (const auto& [type, text] : said)
    w.inbound.push_back({.organization = 1,
                         .phone_number_id = "111",
                         .person = static_cast<core::person_key>(491510000000 + ++seq),
                         .user_id = "",
                         .message_id = "m" + std::to_string(seq),
                         .context_id = "",
                         .type = type,
                         .text = text,
                         .payload = "{}",
                         .at_ms = 3'000'000});
  need(book->commit(w));
  fold_all();
  EXPECT_EQ(need(stores.inbox->attribute_replies(100)).waiting, 0);
  fold_all();
  EXPECT_EQ(base.text("SELECT string_agg(status, ' ' ORDER BY seq) FROM recipient WHERE "
                      "campaign_no = 1 AND seq <= 8"),
            "sent sent sent sent sent responded responded responded");
  EXPECT_EQ(base.number("SELECT responded_count FROM campaign WHERE no = 1"), 3);
  EXPECT_EQ(base.number("SELECT count(*) FROM inbound_message WHERE seq IS NOT NULL"), 8)
      << "the timeline shows them all";
}

/// Five people as lists have them, and as Meta spells the same people.
class spelled_otherwise : public with_stores {
protected:
  static constexpr std::pair<std::int64_t, std::int64_t> people[] = {{5511982345678, 551182345678},
                                                                     {525512345678, 5215512345678},
                                                                     {541123456789, 5491123456789},
                                                                     {4915112345671, 4915112345671},
                                                                     {5531987654321, 553187654321}};

  void SetUp() override {
    with_stores::SetUp();
    core::event_batch e;
    core::recipient_seq seq = 0;
    for (const auto& [listed, spelled] : people) {
      base.run("UPDATE campaign_recipient SET phone = " + std::to_string(listed) +
               " WHERE seq = " + std::to_string(++seq));
      e.add(1, seq, 0, event_kind::accepted, 0, 1, 1'000'000, "wamid." + std::to_string(seq));
    }
    record(e);
  }

  /// Everybody says stop, with or without naming our message.
  void stop_all(bool with_context) {
    ports::ledger_write w;
    core::recipient_seq seq = 0;
    for (const auto& [listed, spelled] : people) {
      const auto person = core::one_spelling(static_cast<core::person_key>(spelled));
      const auto id = "wamid." + std::to_string(++seq);
      w.inbound.push_back({.organization = 1,
                           .phone_number_id = "111",
                           .person = person,
                           .user_id = "",
                           .message_id = "IN-" + id,
                           .context_id = with_context ? id : "",
                           .type = "text",
                           .text = "STOP",
                           .payload = "{}",
                           .at_ms = 3'000'000,
                           .stop = true});
      w.suppressions.push_back({.organization = 1,
                                .person = person,
                                .user_id = "",
                                .reason = "stop_word",
                                .evidence = "IN-" + id,
                                .at_ms = 3'000'000});
    }
    need(book->commit(w));
    fold_all();
    EXPECT_EQ(need(stores.inbox->attribute_replies(100)).waiting, 0);
    fold_all();
    EXPECT_EQ(base.text("SELECT string_agg(status, ' ' ORDER BY seq) FROM recipient WHERE "
                        "campaign_no = 1 AND seq <= 5"),
              "opted_out opted_out opted_out opted_out opted_out");
    EXPECT_EQ(base.number("SELECT responded_count FROM campaign WHERE no = 1"), 0)
        << "a stop is no response";
    const auto leases = hold("a");
    base.run("UPDATE campaign_part SET next_seq = 1");
    const auto claimed = claim({{1, leases[0].epoch, 8}});
    for (const auto& row : claimed.chunks.at(0).rows)
      EXPECT_EQ(row.stopped, row.seq <= 5) << row.seq;
  }
};

TEST_F(spelled_otherwise, a_stop_belongs_to_its_person_with_context) {
  stop_all(true);
}

TEST_F(spelled_otherwise, a_stop_belongs_to_its_person_without_context) {
  stop_all(false);
}

class hidden_numbers : public with_stores {
protected:
  void SetUp() override {
    with_stores::SetUp();
    core::event_batch e;
    e.add(1, 1, 0, event_kind::accepted, 0, 1, 1'000'000, "wamid.1");
    record(e);
  }
  static ports::inbound_row stop(const std::string& user, const std::string& context) {
    return {.organization = 1,
            .phone_number_id = "111",
            .person = core::person_from_user_id(user),
            .user_id = user,
            .message_id = "IN-" + user + context,
            .context_id = context,
            .type = "text",
            .text = "STOP",
            .payload = "{}",
            .at_ms = 3'000'000,
            .stop = true};
  }
  ports::attribution_report take(const ports::inbound_row& row) {
    ports::ledger_write w;
    w.inbound.push_back(row);
    w.suppressions.push_back({.organization = 1,
                              .person = row.person,
                              .user_id = row.user_id,
                              .reason = "stop_word",
                              .evidence = row.message_id,
                              .at_ms = row.at_ms});
    need(book->commit(w));
    fold_all();
    auto report = need(stores.inbox->attribute_replies(100));
    fold_all();
    return report;
  }
  std::string status() {
    return base.text("SELECT status FROM recipient WHERE campaign_no = 1 AND seq = 1");
  }
};

TEST_F(hidden_numbers, the_named_message_tells_who_said_stop) {
  const auto report = take(stop("DE.99", "wamid.1"));
  EXPECT_EQ(report.waiting, 0);
  EXPECT_EQ(status(), "opted_out");
  const auto has = [&](core::person_key person) {
    return std::any_of(report.stops.begin(), report.stops.end(), [&](const auto& effect) {
      return effect.person == person && effect.organization == 1 && !effect.lifted;
    });
  };
  EXPECT_TRUE(has(491510000001)) << "in memory, for what waits in the gateway";
  EXPECT_EQ(base.number("SELECT count(*) FROM suppression WHERE phone = 491510000001"), 1);
  EXPECT_EQ(base.number("SELECT phone FROM person_alias WHERE user_id = 'DE.99'"), 491510000001);
}

TEST_F(hidden_numbers, a_receipt_before_tells_it_without_a_named_message) {
  ports::ledger_write w;
  w.aliases.push_back(
      {.organization = 1, .phone = 491510000001, .user_id = "DE.99", .at_ms = 2'000'000});
  need(book->commit(w));
  EXPECT_EQ(take(stop("DE.99", "")).waiting, 0);
  EXPECT_EQ(status(), "opted_out");
  EXPECT_EQ(base.number("SELECT responded_count FROM campaign WHERE no = 1"), 0);
}

TEST_F(hidden_numbers, a_message_of_somebody_else_stops_nobody) {
  const auto report = take(stop("DE.99", "wamid.of.another.engine"));
  EXPECT_EQ(report.waiting, 1) << "for a minute it may still come";
  EXPECT_EQ(status(), "sent");
  EXPECT_TRUE(report.stops.empty());
}

TEST_F(hidden_numbers, another_organizations_message_is_none) {
  base.run("INSERT INTO organization (name) VALUES ('Other')");
  auto row = stop("DE.99", "wamid.1");
  row.organization = 2;
  ports::ledger_write w;
  w.inbound.push_back(row);
  need(book->commit(w));
  fold_all();
  EXPECT_EQ(need(stores.inbox->attribute_replies(100)).waiting, 1);
  EXPECT_EQ(status(), "sent");
}

} // namespace
