/// What every claim_store promises: nobody twice, nobody forgotten, and nothing for an owner whose
/// lease is gone.

#include "tests/contract/store_factory.hpp"
#include "tests/model/flights.hpp"

using namespace stentor;
using namespace stentor::test;
using core::event_kind;

namespace {

class claim_stores : public store_contract {
protected:
  void SetUp() override {
    store_contract::SetUp();
    world->add({});
  }
};

TEST_P(claim_stores, hand_out_every_recipient_once) {
  const auto leases = lease("a");
  std::vector<int> seen(101, 0);
  bool exhausted = false;
  for (int round = 0; !exhausted && round < 100; ++round) {
    const auto r = claim({{1, leases[0].epoch, 13}, {2, leases[1].epoch, 7}});
    EXPECT_TRUE(r.fenced.empty());
    for (const auto& chunk : r.chunks)
      for (const auto& row : chunk.rows) {
        ++seen[static_cast<std::size_t>(row.seq)];
        EXPECT_LE(chunk.from_seq, row.seq);
        EXPECT_GE(chunk.to_seq, row.seq);
        EXPECT_EQ(row.attempt, 0);
        EXPECT_FALSE(row.stopped);
      }
    exhausted = r.exhausted;
  }
  EXPECT_TRUE(exhausted);
  for (std::size_t seq = 1; seq <= 100; ++seq)
    EXPECT_EQ(seen[seq], 1) << seq;
}

TEST_P(claim_stores, give_a_stale_epoch_nothing) {
  const auto leases = lease("a");
  const auto stale = core::lease_epoch{leases[0].epoch - 1};
  const auto r = claim({{1, stale, 10}, {2, leases[1].epoch, 5}});
  EXPECT_EQ(r.fenced, std::vector<core::number_no>{1});
  ASSERT_EQ(r.chunks.size(), 1U);
  EXPECT_EQ(r.chunks[0].number, 2);
  EXPECT_EQ(r.chunks[0].from_seq, 1) << "the cursor did not move for the other one";
}

TEST_P(claim_stores, give_nothing_of_a_campaign_that_does_not_send) {
  world->add({.no = 2, .status = core::campaign_status::paused});
  const auto leases = lease("a");
  EXPECT_TRUE(claim({{1, leases[0].epoch, 10}}, 2).chunks.empty());
}

TEST_P(claim_stores, tell_the_language_of_each_in_every_try) {
  world->add({.no = 2, .in_portuguese = true});
  const auto leases = lease("a");
  const std::vector<ports::claim_order> order{{1, leases[0].epoch, 10}};
  const auto first = claim(order, 2);
  ASSERT_EQ(first.chunks.size(), 1U);
  ASSERT_EQ(first.chunks[0].rows.size(), 10U);
  ports::ledger_write w;
  for (const auto& row : first.chunks[0].rows) {
    EXPECT_EQ(row.lang, (row.seq - 1) % 2) << row.seq;
    w.retries.push_back(
        {.campaign = 2, .seq = row.seq, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  }
  commit(w);
  const auto again = value_of(world->claims().claim_retries(2, order, {}, at(now_ms)));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].rows.size(), 10U);
  for (const auto& row : again[0].rows)
    EXPECT_EQ(row.lang, (row.seq - 1) % 2) << row.seq;
}

TEST_P(claim_stores, see_a_stop_that_came_after_the_import) {
  world->stop(1, 3);
  const auto leases = lease("a");
  const auto r = claim({{1, leases[0].epoch, 5}});
  ASSERT_EQ(r.chunks.size(), 1U);
  for (const auto& row : r.chunks[0].rows)
    EXPECT_EQ(row.stopped, row.seq == 3) << row.seq;
}

TEST_P(claim_stores, doubt_what_was_in_flight_and_free_the_rest) {
  const auto leases = lease("a");
  const auto first = claim({{1, leases[0].epoch, 20}}).chunks.at(0);
  ports::ledger_write w;
  w.marks.push_back({.claim = first.claim, .number = 1, .epoch = leases[0].epoch, .mark = 8});
  for (core::recipient_seq seq = 1; seq <= 5; ++seq)
    w.events.add(1, seq, 0, event_kind::accepted, 0, 1, 1000 + seq, "m" + std::to_string(seq));
  EXPECT_TRUE(value_of(world->ledger().commit(w)).fenced.empty());
  world->fold();
  ASSERT_TRUE(world->numbers().release_leases("a").ok());

  const auto mine = lease("b");
  const auto report = value_of(world->claims().recover(mine, now_ms, no_flights));
  EXPECT_EQ(report.in_doubt, 3) << "6, 7 and 8";
  EXPECT_EQ(report.reclaimed, 12);
  const auto again = value_of(world->claims().recover(mine, now_ms, no_flights));
  EXPECT_EQ(again.in_doubt + again.reclaimed, 0);
  world->fold();
  EXPECT_EQ(world->state_of(1, 5), "sent");
  EXPECT_EQ(world->state_of(1, 6), "in_doubt");

  ports::ledger_write late;
  late.marks.push_back({.claim = first.claim, .number = 1, .epoch = leases[0].epoch, .mark = 15});
  EXPECT_EQ(value_of(world->ledger().commit(late)).fenced,
            (std::vector<ports::ownership>{{1, leases[0].epoch}}))
      << "the dead owner came back to life";

  const auto r = claim({{1, mine[0].epoch, 5}, {2, mine[1].epoch, 100}});
  ASSERT_EQ(r.chunks.size(), 2U);
  EXPECT_EQ(r.chunks[0].rows.front().seq, 9) << "what was left over comes first";
  EXPECT_NE(r.chunks[0].claim, first.claim);
  EXPECT_EQ(r.chunks[1].rows.front().seq, 14);
  EXPECT_EQ(r.chunks[1].to_seq, 20);
}

TEST_P(claim_stores, free_nothing_of_a_campaign_that_ended_early) {
  const auto leases = lease("a");
  ASSERT_EQ(claim({{1, leases[0].epoch, 20}}).chunks.size(), 1U);
  ASSERT_TRUE(world->campaigns()
                  .command(1, core::campaign_command::cancel, std::nullopt, std::nullopt)
                  .ok());
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  EXPECT_EQ(value_of(world->claims().recover(lease("b"), now_ms, no_flights)).reclaimed, 0);
}

/// What a dead process wrote down of a claim: these places may have left.
class black_box {
public:
  black_box(core::claim_id claim, std::int64_t places, std::initializer_list<std::uint32_t> left) {
    simulation::flight_recorder before{file_};
    const auto slot = before.open(claim, places);
    for (const auto place : left)
      before.departs(slot, place);
  }
  [[nodiscard]] simulation::flight_recorder read() { return simulation::flight_recorder{file_}; }

private:
  simulation::flight_file file_;
};

TEST_P(claim_stores, free_who_was_under_the_mark_and_surely_not_sent) {
  world->stop(1, 30); // of somebody else
  const auto leases = lease("a");
  const auto first = claim({{1, leases[0].epoch, 20}}).chunks.at(0);
  EXPECT_EQ(first.rows.at(4).place, 4U);
  ports::ledger_write w;
  w.marks.push_back({.claim = first.claim, .number = 1, .epoch = leases[0].epoch, .mark = 12});
  w.events.add(1, 1, 0, event_kind::accepted, 0, 1, 1000, "m1");
  w.events.add(1, 9, 0, event_kind::opted_out, 0, 1, 1000);
  w.retries.push_back({.campaign = 1,
                       .seq = 6,
                       .attempt = 1,
                       .retries = 0,
                       .due_ms = now_ms,
                       .number = {},
                       .claim = first.claim});
  commit(w);
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  black_box box{first.claim, 20, {0, 1, 3}};
  const auto mine = lease("b");
  const auto report = value_of(world->claims().recover(mine, now_ms, box.read()));
  EXPECT_EQ(report.in_doubt, 2) << "2 and 4";
  EXPECT_EQ(report.settled, std::vector<core::claim_id>{first.claim});
  world->fold();
  EXPECT_EQ(world->state_of(1, 2), "in_doubt");
  EXPECT_EQ(world->state_of(1, 3), "");
  std::vector<core::recipient_seq> again;
  for (int round = 0; round < 5; ++round)
    for (const auto& chunk : claim({{1, mine[0].epoch, 9}}).chunks)
      for (const auto& row : chunk.rows) {
        EXPECT_EQ(row.place, static_cast<std::uint32_t>(row.seq - chunk.from_seq));
        if (row.seq <= 20)
          again.push_back(row.seq);
      }
  EXPECT_EQ(again, (std::vector<core::recipient_seq>{3, 5, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18,
                                                     19, 20}));
}

/// The last commit of a dead process may arrive behind the recovery, or while it looks.
TEST_P(claim_stores, queue_nobody_again_for_a_claim_that_recovery_has_closed) {
  const auto leases = lease("a");
  const auto first = claim({{1, leases[0].epoch, 5}}).chunks.at(0);
  ports::ledger_write w;
  w.marks.push_back({.claim = first.claim, .number = 1, .epoch = leases[0].epoch, .mark = 5});
  commit(w);
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  black_box box{first.claim, 5, {}};
  const auto mine = lease("b");
  EXPECT_EQ(value_of(world->claims().recover(mine, now_ms, box.read())).in_doubt, 0);
  ports::ledger_write late;
  late.retries.push_back({.campaign = 1,
                          .seq = 1,
                          .attempt = 1,
                          .retries = 0,
                          .due_ms = now_ms,
                          .number = {},
                          .claim = first.claim});
  commit(late);
  EXPECT_TRUE(value_of(world->retries().agenda(at(now_ms))).due.empty());
  EXPECT_EQ(claim({{1, mine[0].epoch, 5}}).chunks.at(0).rows.size(), 5U);
}

TEST_P(claim_stores, hand_out_due_retries_to_their_number) {
  const auto leases = lease("a");
  ports::ledger_write w;
  w.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  w.retries.push_back(
      {.campaign = 1, .seq = 2, .attempt = 2, .retries = 1, .due_ms = now_ms, .number = 2});
  w.retries.push_back(
      {.campaign = 1, .seq = 3, .attempt = 1, .retries = 1, .due_ms = now_ms + 1, .number = 0});
  commit(w);
  auto& claims = world->claims();
  const auto first = value_of(claims.claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms)));
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(first[0].rows.size(), 1U) << "one belongs to number 2, one is not due";
  EXPECT_EQ(first[0].rows[0].seq, 1);
  EXPECT_EQ(first[0].rows[0].attempt, 1);
  EXPECT_NE(first[0].claim, 0);
  EXPECT_TRUE(first[0].retries);
  EXPECT_TRUE(
      value_of(claims.claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms))).empty());
  const auto stale = core::lease_epoch{leases[1].epoch - 1};
  EXPECT_TRUE(value_of(claims.claim_retries(1, {{2, stale, 10}}, {}, at(now_ms))).empty());
  const auto second = value_of(claims.claim_retries(1, {{2, leases[1].epoch, 10}}, {}, at(now_ms)));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].rows.at(0).attempt, 2);
}

/// Tries of 1, 3, 5 and so on, as one claim.
class retry_claims : public claim_stores {
protected:
  core::claimed_chunk claim_tries(core::recipient_seq count, const ports::lease& of) {
    ports::ledger_write w;
    for (core::recipient_seq i = 0; i < count; ++i)
      w.retries.push_back({.campaign = 1,
                           .seq = 1 + 2 * i,
                           .attempt = 1,
                           .retries = 1,
                           .due_ms = now_ms,
                           .number = 0});
    commit(w);
    return value_of(world->claims().claim_retries(1, {{of.number, of.epoch, 20}}, {}, at(now_ms)))
        .at(0);
  }
  std::vector<core::recipient_seq> waiting(const ports::lease& of) {
    std::vector<core::recipient_seq> seqs;
    for (const auto& chunk :
         value_of(world->claims().claim_retries(1, {{of.number, of.epoch, 20}}, {}, at(now_ms))))
      for (const auto& row : chunk.rows) {
        EXPECT_EQ(row.attempt, 1);
        seqs.push_back(row.seq);
      }
    return seqs;
  }
  void mark(const core::claimed_chunk& chunk, core::recipient_seq places) {
    ports::ledger_write w;
    w.marks.push_back(
        {.claim = chunk.claim, .number = chunk.number, .epoch = chunk.epoch, .mark = places});
    EXPECT_TRUE(value_of(world->ledger().commit(w)).fenced.empty());
  }
};

TEST_P(retry_claims, count_places) {
  const auto leases = lease("a");
  const auto chunk = claim_tries(3, leases[0]);
  EXPECT_EQ(chunk.from_seq, 1);
  EXPECT_EQ(chunk.to_seq, 3);
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_EQ(chunk.rows.at(i).place, i);
}

TEST_P(retry_claims, doubt_what_a_dead_owner_had_marked) {
  const auto chunk = claim_tries(4, lease("a")[0]);
  mark(chunk, 2);
  ports::ledger_write w;
  w.events.add(1, 1, 1, event_kind::accepted, 0, 1, 1000, "m1");
  commit(w);
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  const auto mine = lease("b");
  const auto report = value_of(world->claims().recover(mine, now_ms, no_flights));
  EXPECT_EQ(report.in_doubt, 1) << "3";
  EXPECT_EQ(report.reclaimed, 2);
  EXPECT_EQ(report.settled, std::vector<core::claim_id>{chunk.claim});
  world->fold();
  EXPECT_EQ(world->state_of(1, 3), "in_doubt");
  EXPECT_EQ(waiting(mine[0]), (std::vector<core::recipient_seq>{5, 7}));
}

TEST_P(retry_claims, doubt_nobody_who_surely_was_not_sent) {
  const auto chunk = claim_tries(5, lease("a")[0]);
  mark(chunk, 4);
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  black_box box{chunk.claim, 5, {0, 2}};
  const auto mine = lease("b");
  EXPECT_EQ(value_of(world->claims().recover(mine, now_ms, box.read())).in_doubt, 2);
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "in_doubt");
  EXPECT_EQ(world->state_of(1, 5), "in_doubt");
  EXPECT_EQ(waiting(mine[0]), (std::vector<core::recipient_seq>{3, 7, 9}));
}

/// The dead owner comes back to life: a try that was claimed since is not his any more.
TEST_P(retry_claims, end_no_try_that_somebody_else_has_claimed_since) {
  const auto chunk = claim_tries(1, lease("a")[0]);
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  const auto mine = lease("b");
  EXPECT_EQ(value_of(world->claims().recover(mine, now_ms, no_flights)).reclaimed, 1);
  ASSERT_EQ(waiting(mine[0]).size(), 1U);
  ports::ledger_write late;
  late.retries_done.push_back({.campaign = 1, .seq = 1, .attempt = 1, .claim = chunk.claim});
  late.retries.push_back({.campaign = 1,
                          .seq = 1,
                          .attempt = 2,
                          .retries = 1,
                          .due_ms = now_ms,
                          .number = {},
                          .claim = chunk.claim});
  commit(late);
  ASSERT_TRUE(world->numbers().release_leases("b").ok());
  const auto last = lease("c");
  EXPECT_EQ(value_of(world->claims().recover(last, now_ms, no_flights)).reclaimed, 1);
  EXPECT_EQ(waiting(last[0]), std::vector<core::recipient_seq>{1});
}

TEST_P(retry_claims, return_nobody_to_a_campaign_that_ended_early) {
  const auto chunk = claim_tries(1, lease("a")[0]);
  ASSERT_TRUE(world->campaigns()
                  .command(1, core::campaign_command::cancel, std::nullopt, std::nullopt)
                  .ok());
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  const auto mine = lease("b");
  EXPECT_EQ(value_of(world->claims().recover(mine, now_ms, no_flights)).in_doubt, 0);
  EXPECT_TRUE(waiting(mine[0]).empty());
}

TEST_P(claim_stores, recover_without_waiting_for_the_projection) {
  const auto leases = lease("a");
  const auto first = claim({{1, leases[0].epoch, 20}}).chunks.at(0);
  ports::ledger_write w;
  w.marks.push_back({.claim = first.claim, .number = 1, .epoch = leases[0].epoch, .mark = 8});
  w.events.add(1, 1, 0, event_kind::accepted, 0, 1, 1000, "m1");
  w.events.add(1, 3, 0, event_kind::rejected, 130429, 1, 1000);
  w.events.add(1, 5, 0, event_kind::opted_out, 0, 1, 1000);
  w.events.add(1, 7, 0, event_kind::read, 0, 1, 1000); // a receipt whose answer was never stored
  w.retries.push_back(
      {.campaign = 1, .seq = 3, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  commit(w);
  ASSERT_EQ(
      value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms))).size(),
      1U);
  ports::ledger_write later;
  later.events.add(1, 3, 1, event_kind::accepted, 0, 1, 2000, "m3");
  commit(later);
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  EXPECT_EQ(value_of(world->claims().recover(lease("b"), now_ms, no_flights)).in_doubt, 4)
      << "2, 4, 6 and 8";
  world->fold();
  for (const core::recipient_seq seq : {2, 4, 6, 8})
    EXPECT_EQ(world->state_of(1, seq), "in_doubt") << seq;
  EXPECT_EQ(world->state_of(1, 1), "sent");
  EXPECT_EQ(world->state_of(1, 3), "sent");
  EXPECT_EQ(world->state_of(1, 7), "read");
}

/// The connection can break between COMMIT and its answer: nobody has heard of what was handed
/// out.
TEST_P(claim_stores, hand_out_again_what_nobody_heard_of) {
  const auto leases = lease("a");
  ASSERT_EQ(claim({{1, leases[0].epoch, 10}}).chunks.at(0).to_seq, 10);
  world->lose_answer_of_claims();
  ASSERT_FALSE(world->claims().claim(1, {{1, leases[0].epoch, 20}}, {}).ok());
  const auto again = claim({{1, leases[0].epoch, 100}});
  ASSERT_EQ(again.chunks.size(), 1U);
  EXPECT_EQ(again.chunks[0].from_seq, 11) << "what is left over comes first";
  EXPECT_EQ(again.chunks[0].to_seq, 30);
  EXPECT_FALSE(again.exhausted);
  EXPECT_EQ(claim({{1, leases[0].epoch, 100}}).chunks.at(0).from_seq, 31);
}

TEST_P(claim_stores, hand_out_the_end_of_a_list_that_nobody_heard_of) {
  const auto leases = lease("a");
  world->lose_answer_of_claims();
  ASSERT_FALSE(world->claims().claim(1, {{1, leases[0].epoch, 100}}, {}).ok());
  const auto again = claim({{1, leases[0].epoch, 60}});
  ASSERT_EQ(again.chunks.size(), 1U);
  EXPECT_EQ(again.chunks[0].rows.size(), 60U);
  EXPECT_FALSE(again.exhausted);
}

TEST_P(claim_stores, give_back_retries_that_nobody_heard_of) {
  const auto leases = lease("a");
  ports::ledger_write w;
  for (core::recipient_seq seq = 1; seq <= 3; ++seq)
    w.retries.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = {}});
  commit(w);
  auto& claims = world->claims();
  ASSERT_EQ(value_of(claims.claim_retries(1, {{1, leases[0].epoch, 1}}, {}, at(now_ms))).size(),
            1U);
  world->lose_answer_of_claims();
  ASSERT_FALSE(claims.claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)).ok());
  EXPECT_TRUE(value_of(world->retries().agenda(at(now_ms))).due.empty())
      << "they seem to be on their way";
  if (!claims.give_back().ok()) { // the session is found dead
    EXPECT_TRUE(claims.give_back().ok());
  }
  EXPECT_EQ(value_of(world->retries().agenda(at(now_ms))).due.size(), 1U);
  const auto again = value_of(claims.claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].rows.size(), 2U) << "the first one is on its way";
}

/// The campaign was cancelled before anybody knew that its tries had been taken.
TEST_P(claim_stores, give_back_retries_of_whom_is_in_doubt) {
  world->add({.no = 2, .recipients = 10, .in_doubt = core::in_doubt_policy::resend});
  const auto leases = lease("a");
  ports::ledger_write w;
  for (core::recipient_seq seq = 1; seq <= 2; ++seq) {
    w.events.add(2, seq, 0, core::event_kind::in_doubt, 0, 1, 1000);
    w.doubts.push_back({.campaign = 2, .seq = seq, .attempt = 0, .since_ms = now_ms});
  }
  commit(w);
  world->fold();
  auto& retries = world->retries();
  ASSERT_EQ(value_of(retries.settle_doubts(at(now_ms), at(now_ms))), 2);
  auto& claims = world->claims();
  ASSERT_EQ(value_of(claims.claim_retries(2, {{1, leases[0].epoch, 1}}, {}, at(now_ms))).size(),
            1U);
  world->lose_answer_of_claims();
  ASSERT_FALSE(claims.claim_retries(2, {{1, leases[0].epoch, 9}}, {}, at(now_ms)).ok());
  ASSERT_TRUE(value_of(retries.agenda(at(now_ms))).due.empty()) << "it seems to be on its way";
  ASSERT_TRUE(world->campaigns()
                  .command(2, core::campaign_command::cancel, std::nullopt, std::nullopt)
                  .ok());
  if (!claims.give_back().ok()) { // the session is found dead
    EXPECT_TRUE(claims.give_back().ok());
  }
  static_cast<void>(value_of(retries.settle_doubts(at(now_ms), at(now_ms))));
  world->fold();
  EXPECT_EQ(world->state_of(2, 1), "in_doubt") << "it is on its way";
  EXPECT_EQ(world->state_of(2, 2), "held");
}

INSTANTIATE_TEST_SUITE_P(on, retry_claims, ::testing::ValuesIn(store_factories()), name_of_factory);
INSTANTIATE_TEST_SUITE_P(on, claim_stores, ::testing::ValuesIn(store_factories()), name_of_factory);

} // namespace
