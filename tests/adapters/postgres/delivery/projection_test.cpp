/// The ledger and its fold against a real server: rows and counters are what core/delivery.hpp
/// says, whatever the order.

#include "adapters/postgres/delivery/ledger.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "stentor/core/delivery/delivery.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <algorithm>
#include <map>
#include <random>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;

namespace {

struct event {
  int seq = 0;
  std::int16_t attempt = 0, kind = 0;
  std::int32_t code = 0, number = 0;
  std::int64_t at_ms = 0;
  std::string text;
};

std::vector<event> random_events(std::mt19937& random, int count) {
  const auto pick = [&](int from, int to) {
    return std::uniform_int_distribution<int>{from, to}(random);
  };
  std::vector<event> all;
  for (int i = 0; i < count; ++i)
    all.push_back({.seq = pick(1, 60),
                   .attempt = static_cast<std::int16_t>(pick(0, 3)),
                   .kind = static_cast<std::int16_t>(pick(1, 17)),
                   .code = pick(0, 2) == 0 ? 131026 : pick(-4, 0),
                   .number = pick(0, 2),
                   .at_ms = pick(0, 40) * 600'000,
                   .text = pick(0, 1) == 0 ? "" : "text" + std::to_string(pick(0, 9))});
  return all;
}

void fold_in(database& base, projection& fold, ledger& book, const std::vector<event>& events,
             std::mt19937& random) {
  ports::ledger_write w;
  for (const auto& e : events) {
    w.events.add(1, e.seq, e.attempt, static_cast<event_kind>(e.kind), e.code,
                 core::number_no{e.number}, e.at_ms, e.text);
    if (random() % 17 == 0) {
      need(book.commit(w));
      w = {};
      if (random() % 3 == 0)
        need(fold.fold(1));
    }
  }
  need(book.commit(w));
  while (!need(fold.fold(50)).caught_up) {
  }
  static_cast<void>(base);
}

constexpr const char* columns =
    "seq, attempt, coalesce(accepted_ms,0), coalesce(sent_ms,0), coalesce(delivered_ms,0), "
    "coalesce(read_ms,0), coalesce(responded_ms,0), coalesce(opted_out_ms,0), "
    "coalesce(cancelled_ms,0), "
    "coalesce(expired_ms,0), coalesce(paced_ms,0), coalesce(retracted_ms,0), "
    "coalesce(failed_ms,0), failed_attempt, error_code, rejected_attempt, "
    "coalesce(rejected_ms,0), in_doubt_attempt, held_attempt, settled_attempt, number_no, "
    "number_attempt, message_attempt, coalesce(told_tries, -1), delivery_state(d), "
    "coalesce(message_id, ''), "
    "coalesce(error_text, ''), coalesce(response_text, '')";

void expect_recount(database& base) {
  const auto wrong =
      base.number("SELECT count(*) FROM campaign c LEFT JOIN LATERAL (SELECT "
                  "count(*) FILTER (WHERE coalesce(accepted_ms, sent_ms, delivered_ms, read_ms) IS "
                  "NOT NULL) AS sent, "
                  "count(*) FILTER (WHERE coalesce(delivered_ms, read_ms) IS NOT NULL) AS "
                  "delivered, count(read_ms) AS read, "
                  "count(responded_ms) AS responded, count(opted_out_ms) AS opted_out, "
                  "count(*) FILTER (WHERE delivery_state(d) = 'failed') AS failed, "
                  "count(*) FILTER (WHERE delivery_state(d) IN ('in_doubt', 'held')) AS in_doubt, "
                  "count(*) FILTER (WHERE delivery_state(d) = 'sent' AND paced_ms IS NOT NULL AND "
                  "sent_ms IS NULL) AS paced "
                  "FROM delivery d WHERE d.campaign_no = c.no) r ON true "
                  "WHERE (r.sent, r.delivered, r.read, r.responded, r.opted_out, r.failed, "
                  "r.in_doubt, r.paced) IS DISTINCT FROM "
                  "(c.sent_count, c.delivered_count, c.read_count, c.responded_count, "
                  "c.opted_out_count, c.failed_count, c.in_doubt_count, c.paced_count)");
  EXPECT_EQ(wrong, 0);
  const auto kept = roll_ups_as_text(base);
  recount_roll_ups(base);
  EXPECT_EQ(kept, roll_ups_as_text(base));
}

constexpr const char* forget_all =
    "TRUNCATE delivery, delivery_hour, delivery_number, delivery_error, delivery_state_count; "
    "UPDATE campaign SET sent_count = 0, delivered_count = 0, read_count = 0, failed_count = 0, "
    "responded_count = 0, opted_out_count = 0, in_doubt_count = 0, paced_count = 0";

std::string content(database& base) {
  return base.text("SELECT string_agg(d::text, E'\\n' ORDER BY seq) FROM delivery d");
}

class projecting : public with_database {
protected:
  void SetUp() override {
    make_campaign(base, 1, 100);
    book = need(ledger::open(base.options()));
    fold = need(projection::open(base.options()));
  }
  std::unique_ptr<ledger> book;
  std::unique_ptr<projection> fold;
};

/// What core makes of the events, by recipient.
std::map<int, core::delivery> folded_in_core(const std::vector<event>& events) {
  std::map<int, core::delivery> expected;
  for (const auto& e : events)
    core::fold(expected[e.seq], {.attempt = e.attempt,
                                 .kind = static_cast<event_kind>(e.kind),
                                 .code = e.code,
                                 .at_ms = e.at_ms,
                                 .number = core::number_no{e.number},
                                 .text = e.text});
  return expected;
}

TEST_F(projecting, agrees_with_core_on_random_events_in_any_order) {
  std::mt19937 random{20240611}; // fixed, so that a failure can be repeated
  for (int round = 0; round < 6; ++round) {
    auto events = random_events(random, 400);
    base.run("TRUNCATE delivery_batch");
    base.run(forget_all);
    fold_in(base, *fold, *book, events, random);
    const auto expected = folded_in_core(events);
    const auto got = base.query(std::string{"SELECT "} + columns + " FROM delivery d ORDER BY seq");
    ASSERT_EQ(got.size(), static_cast<int>(expected.size()));
    int i = 0;
    for (const auto& [seq, d] : expected) {
      const std::vector<std::int64_t> want{
          seq,
          d.attempt,
          d.accepted_at,
          d.sent_at,
          d.delivered_at,
          d.read_at,
          d.responded_at,
          d.opted_out_at,
          d.cancelled_at,
          d.expired_at,
          d.paced_at,
          d.retracted_at,
          d.failed_at,
          d.failed_attempt,
          d.error_code,
          d.rejected_attempt,
          d.rejected_at,
          d.in_doubt_attempt,
          d.held_attempt,
          d.settled_attempt,
          d.number,
          d.number_attempt,
          d.message_attempt,
          d.tries == core::tries_told_by_rest(d) ? -1 : d.tries.packed()};
      for (std::size_t c = 0; c < want.size(); ++c)
        EXPECT_EQ(got.integer(i, static_cast<int>(c)), want[c]) << "seq " << seq << " column " << c;
      EXPECT_EQ(got.text(i, 24), core::to_string(core::state_of(d)));
      EXPECT_EQ(got.text(i, 25), d.message_id);
      EXPECT_EQ(got.text(i, 26), d.error_text);
      EXPECT_EQ(got.text(i, 27), d.response_text);
      ++i;
    }
    expect_recount(base);
    const auto once = content(base);
    std::ranges::shuffle(events, random);
    fold_in(base, *fold, *book, events, random);
    EXPECT_EQ(content(base), once) << "a second time in another order";
    expect_recount(base);
    base.run(forget_all);
    std::ranges::shuffle(events, random);
    fold_in(base, *fold, *book, events, random);
    EXPECT_EQ(content(base), once) << "from nothing in another order";
  }
}

TEST_F(projecting, what_is_told_of_single_tries_is_stored_where_nothing_else_tells_it) {
  ports::ledger_write w;
  w.events.add(1, 1, 0, event_kind::accepted, 0, 1, 1000, "m");
  w.events.add(1, 1, 0, event_kind::sent, 0, {}, 1000);
  w.events.add(1, 2, 0, event_kind::in_doubt, 0, 1, 1000);
  w.events.add(1, 2, 1, event_kind::rejected, 130429, 1, 1000);
  need(book->commit(w));
  need(fold->fold(1000));
  const auto kept = [&] {
    return base.text("SELECT string_agg(seq || ' ' || coalesce(told_tries::text, 'NULL'), ', ' "
                     "ORDER BY seq) FROM delivery");
  };
  EXPECT_EQ(kept(), "1 NULL, 2 0");
  // A row of before the column, with several tries, is decided as it was then.
  base.run("UPDATE delivery SET told_tries = NULL WHERE seq = 2");
  ports::ledger_write late;
  late.events.add(1, 2, 0, event_kind::sent, 0, {}, 2000);
  need(book->commit(late));
  need(fold->fold(1000));
  EXPECT_EQ(kept(), "1 NULL, 2 NULL");
  EXPECT_EQ(base.text("SELECT delivery_state(d) FROM delivery d WHERE seq = 2"), "sending");
}

TEST_F(projecting, a_131050_failure_stops_the_person) {
  base.run("INSERT INTO customer (organization_no, phone) VALUES (1, 491510000005)");
  ports::ledger_write w;
  w.events.add(1, 5, 0, event_kind::failed, 131050, 0, 1000, "User has stopped marketing");
  need(book->commit(w));
  need(fold->fold(1000));
  EXPECT_EQ(
      base.number(
          "SELECT count(*) FROM suppression WHERE phone = 491510000005 AND reason = '131050'"),
      1);
  EXPECT_EQ(base.text("SELECT marketing_opt_in FROM customer"), "f");
  EXPECT_EQ(need(fold->fold(1000)).events, 0);
}

TEST_F(projecting, analyze_leaves_the_arrays_of_the_ledger_alone) {
  for (int batch = 0; batch < 3; ++batch) {
    ports::ledger_write w;
    for (core::recipient_seq seq = 1; seq <= 50; ++seq)
      w.events.add(1, seq, 0, event_kind::accepted, 0, 1, 1000 + batch, "wamid.a");
    need(book->commit(w));
  }
  base.run("ANALYZE delivery_batch");
  EXPECT_EQ(base.text("SELECT string_agg(attname::text, ' ' ORDER BY attname) FROM pg_stats "
                      "WHERE tablename = 'delivery_batch'"),
            "batch committed_at writer");
}

TEST_F(projecting, only_one_projector_works_at_a_time) {
  need(fold->fold(1));
  auto other = need(projection::open(base.options()));
  EXPECT_FALSE(need(other->fold(1)).leads);
  fold.reset();
  base.wait_until_unlocked(0);
  EXPECT_TRUE(need(other->fold(1)).leads);
}

TEST_F(projecting, writers_number_their_batches_without_gaps_and_survive_a_lost_session) {
  auto second = need(ledger::open(base.options()));
  EXPECT_NE(second->writer(), book->writer());
  ports::ledger_write w;
  w.events.add(1, 1, 0, event_kind::accepted, 0, 1, 1000, "w");
  need(book->commit(w));
  need(base.db().query("SELECT pg_terminate_backend($1::int, 10000)",
                       std::move(params{}.integer(book->session().backend_pid()))));
  // The first call may find the session gone in its middle; then it says so and the whole commit is
  // repeated.
  if (!book->commit(w).ok())
    need(book->commit(w));
  need(book->commit(w));
  EXPECT_EQ(base.number("SELECT count(*) FROM (SELECT writer FROM delivery_batch GROUP BY writer "
                        "HAVING count(*) <> max(batch)) x"),
            0);
  EXPECT_EQ(base.number("SELECT count(*) FROM delivery_batch"), 3);
}

TEST_F(projecting, a_queued_retry_is_not_queued_twice) {
  ports::ledger_write w;
  w.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 1, .retries = 1, .due_ms = 5, .number = 0});
  need(book->commit(w));
  base.run("UPDATE retry_queue SET state = 1");
  ports::ledger_write done;
  done.retries_done.push_back({.campaign = 1, .seq = 1, .attempt = 1});
  need(book->commit(done));
  need(book->commit(w)); // the webhook once more
  EXPECT_EQ(base.number("SELECT state FROM retry_queue"), 2);
}

TEST_F(projecting, stops_and_lifts_keep_to_their_reasons) {
  const auto say = [&](const std::string& reason, bool lift, std::int64_t at_ms) {
    ports::ledger_write w;
    w.suppressions.push_back({.organization = 1,
                              .person = 4915,
                              .user_id = "u1",
                              .reason = reason,
                              .evidence = "",
                              .at_ms = at_ms,
                              .lift = lift});
    need(book->commit(w));
    return base.number("SELECT count(*) FROM suppression");
  };
  EXPECT_EQ(say("stop_word", false, 1000), 2);
  EXPECT_EQ(say("user_preferences", true, 2000), 2)
      << "Meta's resume does not lift the person's own word";
  EXPECT_EQ(say("stop_word", true, 500), 2) << "older than the stop";
  EXPECT_EQ(say("stop_word", true, 3000), 0);
  EXPECT_EQ(say("operator", false, 4000), 2);
  EXPECT_EQ(say("stop_word", true, 5000), 2) << "only an operator lifts an operator's stop";
  EXPECT_EQ(say("operator", true, 6000), 0);
}

TEST_F(projecting, what_an_operator_did_and_its_audit_row_are_kept_or_lost_together) {
  ports::ledger_write w;
  ports::audit_entry audit;
  audit.who = {.organization = 1, .role = "operator", .actor = "cli", .source = ""};
  audit.action = "suppression.add";
  w.audits.push_back(audit);
  need(book->commit(w));
  EXPECT_EQ(base.text("SELECT action FROM audit_log"), "suppression.add");
  base.run("DROP TABLE audit_log");
  w.suppressions.push_back({.organization = 1,
                            .person = 4915,
                            .user_id = "",
                            .reason = "operator",
                            .evidence = "",
                            .at_ms = 1000});
  EXPECT_FALSE(book->commit(w).ok());
  EXPECT_EQ(base.number("SELECT count(*) FROM suppression"), 0);
}

} // namespace
