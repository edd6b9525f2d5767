/// Claims on ranges and retries, and what recovery makes of a dead owner's.

#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <future>
#include <set>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;

namespace {

ports::no_flight_recorder no_flights;

class claiming : public with_stores {};

TEST_F(claiming, claims_cover_every_sendable_recipient_once) {
  const auto leases = hold("a");
  std::vector<int> seen(101, 0);
  bool exhausted = false;
  while (!exhausted) {
    const auto r = claim({{1, leases[0].epoch, 13}, {2, leases[1].epoch, 7}});
    EXPECT_TRUE(r.fenced.empty());
    for (const auto& c : r.chunks)
      for (const auto& row : c.rows) {
        ++seen[static_cast<std::size_t>(row.seq)];
        EXPECT_EQ(c.to(row), "+" + std::to_string(491510000000 + row.seq));
        EXPECT_EQ(c.variables(row), "{\"1\":\"x\"}");
        EXPECT_FALSE(row.stopped);
      }
    exhausted = r.exhausted;
  }
  for (int seq = 1; seq <= 100; ++seq)
    EXPECT_EQ(seen[static_cast<std::size_t>(seq)], seq % 10 == 0 ? 0 : 1) << seq;
}

/// Each part is left for the next one only when it is used up, and no claim lies in two of them.
TEST_F(claiming, parts_are_claimed_one_after_the_other) {
  base.run("UPDATE campaign_part SET to_seq = 15; INSERT INTO campaign_part VALUES (1, 2, 16, 55, "
           "16), (1, 3, 61, 100, 61); UPDATE campaign SET plannable_count = 95");
  const auto leases = hold("a");
  std::set<core::recipient_seq> seen;
  for (bool exhausted = false; !exhausted;) {
    const auto r = claim({{1, leases[0].epoch, 13}, {2, leases[1].epoch, 7}});
    for (const auto& c : r.chunks) {
      EXPECT_EQ(c.from_seq <= 15, c.to_seq <= 15);
      EXPECT_EQ(c.from_seq <= 55, c.to_seq <= 55);
      for (const auto& row : c.rows)
        EXPECT_TRUE(seen.insert(row.seq).second) << row.seq;
    }
    exhausted = r.exhausted;
  }
  for (core::recipient_seq seq = 1; seq <= 100; ++seq)
    EXPECT_EQ(seen.contains(seq), seq % 10 != 0 && (seq <= 55 || seq >= 61)) << seq;
  EXPECT_EQ(base.number("SELECT claimed_count FROM campaign"), 95);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part WHERE next_seq = to_seq + 1"), 3);
}

/// A campaign may have given many people up who stand together.
TEST_F(claiming, a_stretch_of_people_who_are_left_out_is_one_step) {
  base.run("UPDATE campaign_recipient SET screen = 6 WHERE seq BETWEEN 11 AND 88");
  const auto leases = hold("a");
  ASSERT_EQ(claim({{1, leases[0].epoch, 10}}).chunks.at(0).to_seq, 10);
  const auto next = claim({{1, leases[0].epoch, 5}});
  ASSERT_EQ(next.chunks.size(), 1U);
  EXPECT_EQ(next.chunks[0].from_seq, 89);
  EXPECT_EQ(next.chunks[0].rows.front().seq, 89);
  EXPECT_FALSE(next.exhausted);
  EXPECT_EQ(base.number("SELECT claimed_count FROM campaign"), 93);
  base.run("UPDATE campaign_recipient SET screen = 6");
  EXPECT_TRUE(claim({{1, leases[0].epoch, 2}}).exhausted);
  EXPECT_EQ(base.number("SELECT claimed_count FROM campaign"), 100);
}

TEST_F(claiming, a_stale_epoch_gets_nothing) {
  const auto leases = hold("a");
  const auto r = claim({{1, core::lease_epoch{leases[0].epoch - 1}, 10}});
  EXPECT_EQ(r.fenced, std::vector<core::number_no>{1});
  EXPECT_TRUE(r.chunks.empty());
  EXPECT_EQ(base.number("SELECT claimed_count FROM campaign"), 0);
}

TEST_F(claiming, a_stop_after_the_import_is_seen_by_the_claim) {
  const auto leases = hold("a");
  ports::ledger_write w;
  w.suppressions.push_back({.organization = 1,
                            .person = 491510000003,
                            .user_id = "",
                            .reason = "stop_word",
                            .evidence = "STOP",
                            .at_ms = now_ms});
  need(book->commit(w));
  const auto r = claim({{1, leases[0].epoch, 5}});
  ASSERT_EQ(r.chunks.size(), 1U);
  for (const auto& row : r.chunks[0].rows)
    EXPECT_EQ(row.stopped, row.seq == 3);
}

TEST_F(claiming, a_stop_by_user_id_is_seen_by_the_claim) {
  base.run("UPDATE campaign_recipient SET user_id = 'DE.4' WHERE campaign_no = 1 AND seq = 4");
  const auto leases = hold("a");
  ports::ledger_write w;
  w.suppressions.push_back({.organization = 1,
                            .person = 0x8000000000000001,
                            .user_id = "DE.4",
                            .reason = "stop_word",
                            .evidence = "STOP",
                            .at_ms = now_ms});
  need(book->commit(w));
  const auto r = claim({{1, leases[0].epoch, 5}});
  ASSERT_EQ(r.chunks.size(), 1U);
  for (const auto& row : r.chunks[0].rows)
    EXPECT_EQ(row.stopped, row.seq == 4);
}

TEST_F(claiming, a_consent_that_was_withdrawn_after_the_import_is_seen_before_sending) {
  base.run("INSERT INTO customer (organization_no, phone, marketing_opt_in, marketing_opt_out_at) "
           "VALUES (1, 491510000002, true, NULL), (1, 491510000003, false, now()), "
           "(1, 491510000004, false, now())");
  const auto leases = hold("a");
  const auto withdrawn = [&](const core::claimed_chunk& chunk, std::set<core::recipient_seq> who) {
    for (const auto& row : chunk.rows)
      EXPECT_EQ(row.stopped, who.contains(row.seq)) << row.seq;
  };
  const auto first = claim({{1, leases[0].epoch, 5}});
  ASSERT_EQ(first.chunks.size(), 1U);
  withdrawn(first.chunks[0], {3, 4});

  base.run("UPDATE customer SET marketing_opt_in = false WHERE phone = 491510000002");
  ports::ledger_write w;
  for (core::recipient_seq seq = 2; seq <= 5; ++seq)
    w.retries.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  need(book->commit(w));
  const auto again = need(claims->claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms)));
  ASSERT_EQ(again.size(), 1U);
  withdrawn(again[0], {2, 3, 4});

  base.run("UPDATE template SET category = 'UTILITY'");
  make_campaign(base, 2, 10);
  const auto other = need(claims->claim(2, {{1, leases[0].epoch, 5}}, {}));
  ASSERT_EQ(other.chunks.size(), 1U);
  withdrawn(other.chunks[0], {});
}

TEST_F(claiming, who_may_not_get_marketing_is_withheld_once_meta_calls_it_so) {
  base.run("UPDATE campaign SET screened_marketing = false; UPDATE campaign_recipient SET "
           "marketing_screen = 3 WHERE seq = 2; UPDATE campaign_recipient SET marketing_screen = 5 "
           "WHERE seq = 3; UPDATE template SET category = 'UTILITY'; INSERT INTO customer "
           "(organization_no, phone, marketing_opt_in, marketing_opt_out_at) VALUES (1, "
           "491510000004, false, now() - interval '1 year'), (1, 491510000014, false, now() - "
           "interval '1 year')");
  const auto leases = hold("a");
  const auto as_utility = claim({{1, leases[0].epoch, 9}});
  ASSERT_EQ(as_utility.chunks.size(), 1U);
  for (const auto& row : as_utility.chunks[0].rows) {
    EXPECT_EQ(row.withheld, 0) << row.seq;
    EXPECT_FALSE(row.stopped) << row.seq;
  }
  base.run("UPDATE template SET category = 'MARKETING'; UPDATE campaign_recipient SET "
           "marketing_screen = 5 WHERE seq = 12");
  const auto now = claim({{1, leases[0].epoch, 10}});
  ASSERT_EQ(now.chunks.size(), 1U);
  for (const auto& row : now.chunks[0].rows) {
    EXPECT_EQ(row.withheld, row.seq == 12 ? 5 : 0) << row.seq;
    EXPECT_EQ(row.stopped, row.seq == 14) << row.seq << ": refused long before the import";
  }
  ports::ledger_write w;
  for (core::recipient_seq seq = 2; seq <= 4; ++seq)
    w.retries.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  need(book->commit(w));
  const auto again = need(claims->claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms)));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].rows[0].withheld, 3);
  EXPECT_EQ(again[0].rows[1].withheld, 5);
  EXPECT_TRUE(again[0].rows[2].stopped);
}

TEST_F(claiming, recovery_doubts_what_was_in_flight_and_frees_the_rest) {
  const auto leases = hold("a");
  const auto claimed = claim({{1, leases[0].epoch, 20}});
  const auto id = claimed.chunks.at(0).claim;
  ports::ledger_write w;
  w.marks.push_back({.claim = id, .number = 1, .epoch = leases[0].epoch, .mark = 8});
  for (int seq = 1; seq <= 5; ++seq)
    w.events.add(1, seq, 0, event_kind::accepted, 0, 1, 1000 + seq, "wamid" + std::to_string(seq));
  EXPECT_TRUE(need(book->commit(w)).fenced.empty());
  fold_all();
  ASSERT_TRUE(stores.numbers->release_leases("a").ok());
  const auto mine = hold("b");
  const auto report = need(claims->recover(mine, now_ms, no_flights));
  EXPECT_EQ(report.in_doubt, 3); // 6, 7, 8
  EXPECT_EQ(report.reclaimed, 12);
  EXPECT_EQ(need(claims->recover(mine, now_ms, no_flights)).in_doubt, 0);
  // The dead owner comes back to life: it is fenced and changes nothing.
  ports::ledger_write late;
  late.marks.push_back({.claim = id, .number = 1, .epoch = leases[0].epoch, .mark = 15});
  late.claims_done.push_back(id);
  EXPECT_EQ(need(book->commit(late)).fenced, (std::vector<ports::ownership>{{1, leases[0].epoch}}));
  const auto again = claim({{1, mine[0].epoch, 5}, {2, mine[1].epoch, 100}});
  ASSERT_EQ(again.chunks.size(), 2U);
  EXPECT_EQ(again.chunks[0].rows.front().seq, 9);
  EXPECT_EQ(again.chunks[1].rows.front().seq, 14);
  EXPECT_EQ(again.chunks[1].to_seq, 20);
  fold_all();
  EXPECT_EQ(base.number("SELECT in_doubt_count FROM campaign"), 3);
  // A webhook settles one of them.
  core::event_batch e;
  e.add(1, 7, 0, event_kind::delivered, 0, 0, 5000);
  record(e);
  fold_all();
  EXPECT_EQ(base.number("SELECT count(*) FROM in_doubt"), 2);
  EXPECT_EQ(base.number("SELECT in_doubt_count FROM campaign"), 2);
}

/// Events of before the claim would not be there in life; here they show what is read.
TEST_F(claiming, recovery_reads_only_what_came_after_the_dead_claims) {
  for (const bool position_known : {true, false}) {
    const auto owner = std::string{position_known ? "a" : "c"};
    const auto leases = hold(owner);
    const auto from = position_known ? 1 : 21;
    const auto events_of = [&](std::initializer_list<int> places) {
      core::event_batch e;
      for (const auto place : places)
        e.add(1, from + place - 1, 0, event_kind::accepted, 0, 1, 1000, "wamid");
      return e;
    };
    record(events_of({1, 2, 3}));
    const auto id = claim({{1, leases[0].epoch, 20}}).chunks.at(0).claim;
    ports::ledger_write w;
    w.marks.push_back({.claim = id, .number = 1, .epoch = leases[0].epoch, .mark = from + 7});
    w.events = events_of({4, 5});
    need(book->commit(w));
    auto another = need(ledger::open(base.options()));
    ports::ledger_write receipt;
    receipt.events = events_of({6});
    need(another->commit(receipt));
    if (!position_known)
      base.run("UPDATE dispatch_claim SET ledger_from = NULL");
    ASSERT_TRUE(stores.numbers->release_leases(owner).ok());
    EXPECT_EQ(need(claims->recover(hold(owner + "'"), now_ms, no_flights)).in_doubt,
              position_known ? 5 : 2);
    ASSERT_TRUE(stores.numbers->release_leases(owner + "'").ok());
    base.run("DELETE FROM dispatch_claim");
  }
}

TEST_F(claiming, recovery_of_a_retry_reads_what_came_after_it_was_taken) {
  const auto leases = hold("a");
  ports::ledger_write w;
  for (core::recipient_seq seq = 1; seq <= 3; ++seq)
    w.retries.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  w.events.add(1, 1, 1, event_kind::accepted, 0, 1, 1000, "wamid"); // not there in life
  need(book->commit(w));
  const auto taken = need(claims->claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms)));
  ports::ledger_write marked;
  marked.marks.push_back(
      {.claim = taken.at(0).claim, .number = 1, .epoch = leases[0].epoch, .mark = 3});
  need(book->commit(marked));
  core::event_batch e;
  e.add(1, 2, 1, event_kind::accepted, 0, 1, 1000, "wamid");
  record(e);
  ASSERT_TRUE(stores.numbers->release_leases("a").ok());
  EXPECT_EQ(need(claims->recover(hold("b"), now_ms, no_flights)).in_doubt, 2)
      << "the first and the third";
}

TEST_F(claiming, retries_are_claimed_when_due_and_recovered) {
  const auto leases = hold("a");
  ports::ledger_write w;
  w.events.add(1, 1, 0, event_kind::rejected, 130429, 1, 1000);
  w.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  w.retries.push_back(
      {.campaign = 1, .seq = 2, .attempt = 1, .retries = 1, .due_ms = now_ms + 500, .number = 2});
  need(book->commit(w));
  EXPECT_TRUE(need(stores.retries->agenda(at(now_ms - 1))).due.empty());
  EXPECT_EQ(need(stores.retries->agenda(at(now_ms))).due, std::vector<core::campaign_no>{1});
  EXPECT_EQ(need(stores.retries->agenda(at(now_ms))).next_due_ms, now_ms + 500);
  const auto first =
      need(claims->claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms + 500)));
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(first[0].rows.size(), 1U) << "the other one belongs to number 2";
  EXPECT_EQ(first[0].rows[0].attempt, 1);
  EXPECT_TRUE(
      need(claims->claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms + 500))).empty());
  ports::ledger_write marked;
  marked.marks.push_back(
      {.claim = first[0].claim, .number = 1, .epoch = leases[0].epoch, .mark = 1});
  need(book->commit(marked));
  fold_all();
  ASSERT_TRUE(stores.numbers->release_leases("a").ok());
  EXPECT_EQ(need(claims->recover(hold("b"), now_ms, no_flights)).in_doubt, 1);
  fold_all();
  EXPECT_EQ(base.text("SELECT status FROM recipient WHERE campaign_no = 1 AND seq = 1"),
            "in_doubt");
}

/// The last commit of a dead process may still be on its way. Whom it queues again recovery must
/// find queued, or it hands out a second time.
TEST_F(claiming, recovery_and_a_late_commit_wait_for_each_other) {
  const auto leases = hold("a");
  const auto id = claim({{1, leases[0].epoch, 5}}).chunks.at(0).claim;
  const auto of_claim = " FROM dispatch_claim WHERE id = " + std::to_string(id);
  ASSERT_TRUE(stores.numbers->release_leases("a").ok());
  const auto mine = hold("b");
  base.run("BEGIN; SELECT" + of_claim + " FOR KEY SHARE"); // as the commit does
  auto options = base.options();
  options.lock_timeout = std::chrono::milliseconds{1};
  EXPECT_FALSE(need(open_claim_store(options))->recover(mine, now_ms, no_flights).ok());
  base.run("COMMIT; BEGIN; SELECT" + of_claim + " FOR UPDATE"); // as recovery does
  ports::ledger_write late;
  late.retries.push_back({.campaign = 1,
                          .seq = 1,
                          .attempt = 1,
                          .retries = 0,
                          .due_ms = now_ms,
                          .number = {},
                          .claim = id});
  auto committed = std::async(std::launch::async, [&] { return book->commit(late).ok(); });
  wait_for_a_lock();
  base.run("DELETE" + of_claim + "; COMMIT");
  EXPECT_TRUE(committed.get());
  EXPECT_EQ(base.number("SELECT count(*) FROM retry_queue"), 0);
}

TEST_F(claiming, a_claim_does_not_wait_for_rows_that_refer_to_its_campaign) {
  const auto leases = hold("a");
  // What a fold does from its first statement on: it holds the key of the campaign.
  base.run("BEGIN; SELECT FROM campaign WHERE no = 1 FOR KEY SHARE");
  auto options = base.options();
  options.lock_timeout = std::chrono::milliseconds{1};
  const auto other = need(open_claim_store(options));
  EXPECT_EQ(need(other->claim(1, {{1, leases[0].epoch, 5}}, {})).chunks.size(), 1U);
  base.run("COMMIT");
}

} // namespace
