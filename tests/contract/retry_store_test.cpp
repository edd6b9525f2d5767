/// What every retry_store promises.

#include "tests/contract/store_factory.hpp"

#include "stentor/core/delivery/error_policy.hpp"

using namespace stentor;
using namespace stentor::test;
using core::event_kind;

namespace {

class retry_stores : public store_contract {};

TEST_P(retry_stores, know_what_is_due_and_when_the_next_one_is) {
  world->add({});
  world->add({.no = 2, .status = core::campaign_status::paused});
  ports::ledger_write w;
  for (core::campaign_no campaign = 1; campaign <= 2; ++campaign) {
    w.retries.push_back({.campaign = campaign,
                         .seq = 1,
                         .attempt = 1,
                         .retries = 1,
                         .due_ms = now_ms,
                         .number = 0});
    w.retries.push_back({.campaign = campaign,
                         .seq = 2,
                         .attempt = 1,
                         .retries = 1,
                         .due_ms = now_ms + 500,
                         .number = 0});
  }
  commit(w);
  auto& retries = world->retries();
  EXPECT_TRUE(value_of(retries.agenda(at(now_ms - 1))).due.empty());
  EXPECT_EQ(value_of(retries.agenda(at(now_ms - 1))).next_due_ms, now_ms);
  EXPECT_EQ(value_of(retries.agenda(at(now_ms))).due, std::vector<core::campaign_no>{1})
      << "the other one is paused";
  EXPECT_EQ(value_of(retries.agenda(at(now_ms))).next_due_ms, now_ms + 500);
  EXPECT_EQ(value_of(retries.agenda(at(now_ms + 500))).next_due_ms, 0);
}

TEST_P(retry_stores, settle_doubts_by_the_campaigns_policy) {
  world->add({.no = 1, .recipients = 10, .in_doubt = core::in_doubt_policy::hold});
  world->add({.no = 2, .recipients = 10, .in_doubt = core::in_doubt_policy::fail});
  world->add({.no = 3, .recipients = 10, .in_doubt = core::in_doubt_policy::resend});
  ports::ledger_write w;
  for (core::campaign_no campaign = 1; campaign <= 3; ++campaign) {
    w.events.add(campaign, 1, 0, event_kind::in_doubt, 0, 1, 1000);
    w.doubts.push_back({.campaign = campaign, .seq = 1, .attempt = 0, .since_ms = now_ms});
  }
  w.events.add(3, 2, core::attempts_max, event_kind::in_doubt, 0, 1, 1000);
  w.doubts.push_back({.campaign = 3, .seq = 2, .attempt = core::attempts_max, .since_ms = now_ms});
  commit(w);
  world->fold();
  auto& retries = world->retries();
  EXPECT_EQ(value_of(retries.settle_doubts(at(now_ms + 999), at(now_ms - 1))), 0);
  EXPECT_EQ(value_of(retries.settle_doubts(at(now_ms + 1000), at(now_ms))), 4);
  EXPECT_EQ(value_of(retries.settle_doubts(at(now_ms + 1000), at(now_ms))), 0);
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "held");
  EXPECT_EQ(world->state_of(2, 1), "failed");
  EXPECT_EQ(world->state_of(3, 2), "failed") << "its tries are used up";
  const auto leases = lease("a");
  const auto resent =
      value_of(world->claims().claim_retries(3, {{1, leases[0].epoch, 10}}, {}, at(now_ms + 1000)));
  ASSERT_EQ(resent.size(), 1U);
  ASSERT_EQ(resent[0].rows.size(), 1U);
  EXPECT_EQ(resent[0].rows[0].attempt, 1);
  EXPECT_EQ(resent[0].rows[0].retries, 0) << "a doubt uses up no retry";
}

/// A passing fault of Meta's is tried again, but not behind the campaign's end; and what a finished
/// campaign did not try again in time failed.
TEST_P(retry_stores, send_nobody_again_after_the_expiry) {
  using core::campaign_status;
  world->add({.no = 1, .recipients = 10, .expires_at = at(now_ms)});
  world->add({.no = 2, .recipients = 10, .status = campaign_status::cancelled});
  world->add(
      {.no = 3, .recipients = 10, .status = campaign_status::completed, .expires_at = at(now_ms)});
  ports::ledger_write w;
  for (core::campaign_no campaign = 1; campaign <= 2; ++campaign) {
    w.events.add(campaign, 1, 0, event_kind::in_doubt, 131000, 1, 1000);
    w.doubts.push_back(
        {.campaign = campaign, .seq = 1, .attempt = 0, .since_ms = now_ms - 10, .code = 131000});
  }
  w.events.add(3, 1, 0, event_kind::rejected, 131049, 1, 1000);
  w.retries.push_back(
      {.campaign = 3, .seq = 1, .attempt = 1, .retries = 1, .due_ms = now_ms + 10, .number = {}});
  commit(w);
  world->fold();
  auto& retries = world->retries();
  EXPECT_EQ(value_of(retries.settle_doubts(at(now_ms), at(now_ms))), 2);
  EXPECT_TRUE(value_of(retries.agenda(at(now_ms + 10))).due.empty());
  EXPECT_TRUE(value_of(world->campaigns().runnable(at(now_ms + 10))).size() == 1U)
      << "the one that is sending ends by itself";
  world->fold();
  for (core::campaign_no campaign = 1; campaign <= 3; ++campaign)
    EXPECT_EQ(world->state_of(campaign, 1), "failed") << campaign;
}

/// The doubt is all that is left of a recipient whose next try is never made.
TEST_P(retry_stores, hold_a_doubt_whose_next_try_is_never_made) {
  using core::campaign_status;
  const auto resend = core::in_doubt_policy::resend;
  world->add({.no = 1, .recipients = 10, .in_doubt = resend, .expires_at = at(now_ms + 5)});
  world->add({.no = 2, .recipients = 10, .in_doubt = resend});
  ports::ledger_write w;
  for (core::campaign_no campaign = 1; campaign <= 2; ++campaign) {
    w.events.add(campaign, 1, 0, event_kind::in_doubt, 0, 1, 1000);
    w.doubts.push_back({.campaign = campaign, .seq = 1, .attempt = 0, .since_ms = now_ms});
  }
  commit(w);
  world->fold();
  auto& retries = world->retries();
  EXPECT_EQ(value_of(retries.settle_doubts(at(now_ms), at(now_ms))), 2);
  ASSERT_TRUE(world->campaigns()
                  .command(2, core::campaign_command::cancel, std::nullopt, std::nullopt)
                  .ok());
  EXPECT_FALSE(value_of(world->campaigns().end(1, campaign_status::expired)));
  static_cast<void>(value_of(retries.settle_doubts(at(now_ms + 5), at(now_ms))));
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "held");
  EXPECT_EQ(world->state_of(2, 1), "held");
  EXPECT_TRUE(value_of(world->campaigns().end(1, campaign_status::expired)));
}

/// The same when the next try was claimed already and came back unsent.
TEST_P(retry_stores, hold_a_doubt_whose_claimed_try_came_back) {
  using core::campaign_status;
  for (core::campaign_no campaign = 1; campaign <= 3; ++campaign)
    world->add({.no = campaign, .recipients = 10, .in_doubt = core::in_doubt_policy::resend});
  const auto leases = lease("a");
  ports::ledger_write w;
  for (core::campaign_no campaign = 1; campaign <= 3; ++campaign) {
    w.events.add(campaign, 1, 0, event_kind::in_doubt, 0, 1, 1000);
    w.doubts.push_back({.campaign = campaign, .seq = 1, .attempt = 0, .since_ms = now_ms});
  }
  w.events.add(2, 2, 0, event_kind::rejected, 131026, 1, 1000);
  w.retries.push_back(
      {.campaign = 2, .seq = 2, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = {}});
  commit(w);
  world->fold();
  auto& retries = world->retries();
  EXPECT_EQ(value_of(retries.settle_doubts(at(now_ms), at(now_ms))), 3);
  ports::ledger_write back;
  for (core::campaign_no campaign = 1; campaign <= 3; ++campaign) {
    for (const auto& chunk : value_of(
             world->claims().claim_retries(campaign, {{1, leases[0].epoch, 9}}, {}, at(now_ms))))
      for (const auto& row : chunk.rows)
        back.retries_done.push_back({.campaign = campaign,
                                     .seq = row.seq,
                                     .attempt = row.attempt,
                                     .claim = chunk.claim,
                                     .made = false});
    if (campaign < 3) {
      ASSERT_TRUE(world->campaigns()
                      .command(campaign, core::campaign_command::cancel, std::nullopt, std::nullopt)
                      .ok());
    }
  }
  ASSERT_EQ(back.retries_done.size(), 4U);
  back.retries_done.push_back(back.retries_done.back());
  back.retries_done.back().made = true; // after all
  commit(back);
  static_cast<void>(value_of(retries.settle_doubts(at(now_ms), at(now_ms))));
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "held");
  EXPECT_EQ(world->state_of(2, 1), "held");
  EXPECT_EQ(world->state_of(3, 1), "in_doubt") << "its outcome is still to come";
  EXPECT_NE(world->state_of(2, 2), "held") << "it was never in doubt";
  EXPECT_TRUE(value_of(retries.agenda(at(now_ms))).due.empty());
}

/// A late try of a completed campaign whose sender had stopped for its expiry came back unsent.
TEST_P(retry_stores, fail_a_claimed_try_that_came_back_behind_the_expiry) {
  world->add({.no = 1,
              .recipients = 10,
              .status = core::campaign_status::completed,
              .expires_at = at(now_ms + 5)});
  const auto leases = lease("a");
  ports::ledger_write w;
  w.events.add(1, 1, 0, event_kind::rejected, 131026, 1, 1000);
  w.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = {}});
  commit(w);
  world->fold();
  const auto claimed =
      value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)));
  ASSERT_EQ(claimed.size(), 1U);
  ports::ledger_write back;
  back.retries_done.push_back({.campaign = 1,
                               .seq = 1,
                               .attempt = claimed[0].rows[0].attempt,
                               .claim = claimed[0].claim,
                               .made = false});
  commit(back);
  static_cast<void>(value_of(world->retries().settle_doubts(at(now_ms + 5), at(now_ms))));
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "failed");
}

/// The first try was in doubt and the second one is; then the receipt of the first one came.
TEST_P(retry_stores, send_nothing_again_to_whom_an_earlier_try_has_reached) {
  world->add({.no = 1, .recipients = 10, .in_doubt = core::in_doubt_policy::resend});
  ports::ledger_write w;
  for (core::recipient_seq seq = 1; seq <= 2; ++seq) {
    w.events.add(1, seq, 0, event_kind::in_doubt, 0, 1, 1000);
    w.events.add(1, seq, 1, event_kind::in_doubt, 131000, 1, 1100);
    w.doubts.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .since_ms = now_ms, .code = 131000});
  }
  w.events.add(1, 1, 0, event_kind::sent, 0, {}, 1200, "m1");
  commit(w);
  world->fold();
  auto& retries = world->retries();
  EXPECT_EQ(value_of(retries.settle_doubts(at(now_ms), at(now_ms))), 2);
  world->fold();
  const auto leases = lease("a");
  const auto again =
      value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)));
  ASSERT_EQ(again.size(), 1U);
  ASSERT_EQ(again[0].rows.size(), 1U);
  EXPECT_EQ(again[0].rows[0].seq, 2);
  EXPECT_EQ(world->state_of(1, 1), "sent");
  ports::ledger_write failed;
  failed.events.add(1, 1, 0, event_kind::rejected, 131026, {}, 1300);
  commit(failed);
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "held") << "only the second try's doubt is left";
}

/// A receipt of an earlier try closes the one that waits, when it is folded and when it is claimed.
TEST_P(retry_stores, try_nobody_again_whom_an_earlier_try_has_reached) {
  world->add({.no = 1, .recipients = 10});
  const auto leases = lease("a");
  settle(claim({{1, leases[0].epoch, 10}}).chunks.at(0), event_kind::in_doubt);
  ports::ledger_write queued;
  for (core::recipient_seq seq = 1; seq <= 4; ++seq)
    queued.retries.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .retries = 0, .due_ms = now_ms, .number = {}});
  commit(queued);
  ports::ledger_write told;
  told.events.add(1, 1, 0, event_kind::delivered, 0, {}, 2'000, "m1");
  told.events.add(1, 2, 0, event_kind::sent, 0, {}, 2'000, "m2");
  told.events.add(1, 3, 0, event_kind::rejected, 131026, {}, 2'000);
  commit(told);
  world->fold();
  const auto again =
      value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms)));
  ASSERT_EQ(again.size(), 1U);
  ASSERT_EQ(again[0].rows.size(), 2U) << "the first two have their message";
  EXPECT_EQ(again[0].rows[0].seq, 3);
  EXPECT_EQ(again[0].rows[1].seq, 4);
  // One that is queued behind its receipt: the claim looks, too.
  ports::ledger_write late;
  late.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 2, .retries = 0, .due_ms = now_ms, .number = {}});
  commit(late);
  EXPECT_TRUE(value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms)))
                  .empty());
  EXPECT_TRUE(value_of(world->retries().agenda(at(now_ms))).due.empty()) << "it is closed";
}

/// The first try was in doubt, the second one was refused, and a third one waits when the receipt
/// of the first one comes.
class late_receipts : public store_contract {
protected:
  void SetUp() override {
    store_contract::SetUp();
    world->add({.no = 1, .recipients = 10, .in_doubt = core::in_doubt_policy::resend});
    epoch_ = lease("a")[0].epoch;
    ports::ledger_write w;
    for (core::recipient_seq seq = 1; seq <= 3; ++seq) {
      w.events.add(1, seq, 0, event_kind::in_doubt, 0, 1, 1'000);
      w.events.add(1, seq, 1, event_kind::rejected, 130429, 1, 1'100);
      w.retries.push_back(
          {.campaign = 1, .seq = seq, .attempt = 2, .retries = 1, .due_ms = now_ms, .number = {}});
    }
    w.events.add(1, 1, 0, event_kind::sent, 0, {}, 1'200, "m1");
    w.events.add(1, 2, 0, event_kind::sent, 0, {}, 1'200, "m2");
    commit(w);
    world->fold();
    EXPECT_EQ(claimed(), (std::vector<core::recipient_seq>{3})) << "the others have a message";
    EXPECT_EQ(world->state_of(1, 1), "sent");
  }

  /// Who is tried again, for the third time.
  std::vector<core::recipient_seq> claimed(std::int64_t ms = now_ms) {
    std::vector<core::recipient_seq> all;
    for (const auto& chunk :
         value_of(world->claims().claim_retries(1, {{1, epoch_, 9}}, {}, at(ms))))
      for (const auto& row : chunk.rows) {
        EXPECT_EQ(row.attempt, 2);
        all.push_back(row.seq);
      }
    return all;
  }
  /// Meta says so by webhook.
  void tell(core::recipient_seq seq, event_kind kind, std::int64_t due_ms = 0) {
    ports::ledger_write w;
    w.events.add(1, seq, 0, kind, 131026, {}, 1'300);
    if (due_ms != 0)
      w.retries.push_back(
          {.campaign = 1, .seq = seq, .attempt = 1, .retries = 2, .due_ms = due_ms, .number = {}});
    commit(w);
  }
  core::lease_epoch epoch_{};
};

TEST_P(late_receipts, make_a_try_needless_whatever_became_of_the_one_before) {
  tell(1, event_kind::delivered);
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "delivered");
  EXPECT_TRUE(claimed(now_ms + 1'000'000).empty());
  EXPECT_TRUE(value_of(world->retries().agenda(at(now_ms))).due.empty());
}

TEST_P(late_receipts, are_forgotten_when_the_message_fails_for_good) {
  tell(1, event_kind::failed);
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "sending");
  EXPECT_EQ(claimed(), (std::vector<core::recipient_seq>{1}));
}

TEST_P(late_receipts, are_forgotten_when_the_message_fails_for_the_moment) {
  tell(1, event_kind::rejected, now_ms + 500);
  tell(1, event_kind::rejected, now_ms + 500); // Meta repeats itself
  EXPECT_TRUE(claimed().empty());
  world->fold();
  EXPECT_EQ(world->state_of(1, 1), "sending");
  EXPECT_TRUE(claimed(now_ms + 499).empty()) << "as long as the failure says";
  EXPECT_EQ(claimed(now_ms + 500), (std::vector<core::recipient_seq>{1}));
}

TEST_P(late_receipts, do_not_wake_what_is_over) {
  ASSERT_TRUE(world->campaigns()
                  .command(1, core::campaign_command::cancel, std::nullopt, std::nullopt)
                  .ok());
  tell(1, event_kind::failed);
  world->fold();
  EXPECT_TRUE(claimed().empty());
}

/// A try that came back unsent takes an attempt along.
TEST_P(late_receipts, make_a_try_needless_that_came_back_unsent) {
  ports::ledger_write w;
  w.events.add(1, 5, 0, event_kind::in_doubt, 0, 1, 1'000);
  w.events.add(1, 5, 0, event_kind::sent, 0, {}, 1'200, "m5");
  w.retries.push_back(
      {.campaign = 1, .seq = 5, .attempt = 2, .retries = 0, .due_ms = now_ms, .number = {}});
  commit(w);
  world->fold();
  EXPECT_TRUE(claimed().empty());
  tell(5, event_kind::rejected, now_ms);
  EXPECT_TRUE(claimed().empty()) << "the failure is not folded yet";
  world->fold();
  EXPECT_EQ(claimed(), (std::vector<core::recipient_seq>{5}));
}

INSTANTIATE_TEST_SUITE_P(on, late_receipts, ::testing::ValuesIn(store_factories()),
                         name_of_factory);

/// A commit whose answer was lost is repeated with everything in it, however late.
TEST_P(retry_stores, take_a_repeated_commit_for_what_it_is) {
  world->add({.no = 1, .recipients = 10, .in_doubt = core::in_doubt_policy::resend});
  const auto leases = lease("a");
  ports::ledger_write queued;
  queued.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = {}});
  commit(queued);
  auto& claims = world->claims();
  const auto before = value_of(claims.claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)));
  ports::ledger_write first;
  first.retries_done.push_back(
      {.campaign = 1, .seq = 1, .attempt = 1, .claim = before.at(0).claim});
  first.events.add(1, 2, 0, event_kind::in_doubt, 0, 1, 1'000);
  first.doubts.push_back({.campaign = 1, .seq = 2, .attempt = 0, .since_ms = now_ms});
  commit(first);
  ports::ledger_write second;
  second.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 2, .retries = 2, .due_ms = now_ms, .number = {}});
  second.events.add(1, 2, 0, event_kind::sent, 0, {}, 2'000, "m2");
  commit(second);
  world->fold();
  const auto again = value_of(claims.claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)));
  ports::ledger_write marked;
  marked.marks.push_back(
      {.claim = again.at(0).claim, .number = 1, .epoch = leases[0].epoch, .mark = 1});
  commit(marked);
  commit(first);
  world->fold();
  EXPECT_EQ(value_of(world->retries().settle_doubts(at(now_ms), at(now_ms))), 0)
      << "the receipt had settled it";
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  EXPECT_EQ(value_of(claims.recover(lease("b"), now_ms, no_flights)).in_doubt, 1)
      << "the second try is on its way, whatever the first one became";
}

INSTANTIATE_TEST_SUITE_P(on, retry_stores, ::testing::ValuesIn(store_factories()), name_of_factory);

} // namespace
