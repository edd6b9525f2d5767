/// What every campaign_store promises: commands by the table of core, and an end only when every
/// recipient is explained.

#include "tests/contract/store_factory.hpp"

using namespace stentor;
using namespace stentor::test;
using core::campaign_command;
using core::campaign_status;
using core::event_kind;

namespace {

class campaign_stores : public store_contract {
protected:
  void queue_retry(core::recipient_seq seq) {
    ports::ledger_write w;
    w.retries.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
    commit(w);
  }
  core::result<bool> end(campaign_status as) { return world->campaigns().end(1, as); }
};

constexpr campaign_status all_states[] = {campaign_status::draft,     campaign_status::scheduled,
                                          campaign_status::sending,   campaign_status::paused,
                                          campaign_status::completed, campaign_status::cancelled,
                                          campaign_status::expired,   campaign_status::failed};

/// Messages of a completed campaign that fail late are tried again, until somebody stops that.
TEST_P(campaign_stores, stop_late_tries_of_a_completed_campaign) {
  for (core::campaign_no no = 1; no <= 3; ++no)
    world->add({.no = no, .recipients = 2, .status = campaign_status::completed});
  ports::ledger_write w;
  for (core::campaign_no no = 1; no <= 2; ++no) {
    w.events.add(no, 1, 0, core::event_kind::rejected, 131026, 1, 1000);
    w.retries.push_back(
        {.campaign = no, .seq = 1, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = {}});
  }
  commit(w);
  world->fold();
  const auto tell = [&](core::campaign_no no, campaign_command what) {
    return world->campaigns().command(no, what, std::nullopt, std::nullopt).ok();
  };
  EXPECT_EQ(value_of(world->campaigns().using_template("w1", "hello", "en_US")),
            (std::vector<core::campaign_no>{1, 2}));
  EXPECT_FALSE(tell(3, campaign_command::cancel)) << "it is over";
  ASSERT_TRUE(tell(1, campaign_command::cancel));
  EXPECT_EQ(world->status_of(1), campaign_status::cancelled);
  ASSERT_TRUE(tell(2, campaign_command::pause));
  EXPECT_EQ(world->status_of(2), campaign_status::paused);
  const auto due = [&] { return value_of(world->retries().agenda(at(now_ms))).due; };
  EXPECT_TRUE(due().empty());
  ASSERT_TRUE(tell(2, campaign_command::resume));
  EXPECT_EQ(due(), std::vector<core::campaign_no>{2});
}

TEST_P(campaign_stores, take_each_command_in_its_states_only) {
  core::campaign_no no = 1;
  for (const auto state : all_states)
    for (const auto what :
         {campaign_command::pause, campaign_command::resume, campaign_command::cancel}) {
      world->add({.no = no, .recipients = 2, .status = state});
      const auto told =
          world->campaigns().command(no, what, core::bare_text("by a test"), std::nullopt);
      const auto expected = core::check_command(state, what);
      const auto what_it_was =
          std::string{core::to_string(what)} + " of " + std::string{core::to_string(state)};
      ASSERT_EQ(told.ok(), expected.ok()) << what_it_was;
      if (!told.ok()) {
        EXPECT_EQ(told.error().code, core::errc::conflict) << what_it_was;
        EXPECT_EQ(told.error().message, expected.error().message) << what_it_was;
        EXPECT_EQ(world->status_of(no), state) << what_it_was;
      } else {
        EXPECT_EQ(world->status_of(no), what == campaign_command::pause ? campaign_status::paused
                                        : what == campaign_command::resume
                                            ? campaign_status::sending
                                            : campaign_status::cancelled)
            << what_it_was;
      }
      no = core::campaign_no{no.value() + 1};
    }
  EXPECT_EQ(world->campaigns()
                .command(999, campaign_command::pause, std::nullopt, std::nullopt)
                .error()
                .code,
            core::errc::not_found);
}

ports::audit_entry order(const std::string& name) {
  ports::audit_entry entry{.who = {}, .action = "campaign.pause", .subject = {}, .detail = {}};
  entry.who.organization = 1;
  entry.who.actor = "a test";
  entry.order = name;
  return entry;
}

/// It is written again when its answer was lost or slow, perhaps behind a later order.
TEST_P(campaign_stores, obey_an_order_once) {
  world->add({.no = 1});
  const auto give = [&](campaign_command what, const std::string& name) {
    return world->campaigns().command(1, what, std::nullopt, order(name));
  };
  ASSERT_TRUE(give(campaign_command::pause, "node#1/1").ok());
  ASSERT_TRUE(give(campaign_command::resume, "node#1/2").ok());
  const auto again = give(campaign_command::pause, "node#1/1");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, core::errc::conflict);
  EXPECT_EQ(world->status_of(1), campaign_status::sending);
  EXPECT_EQ(world->orders(), 2U);
  ASSERT_TRUE(give(campaign_command::pause, "node#1/3").ok());
  EXPECT_FALSE(give(campaign_command::pause, "node#1/4").ok()) << "it is paused";
  ASSERT_TRUE(give(campaign_command::resume, "node#1/5").ok());
  EXPECT_TRUE(give(campaign_command::pause, "node#1/4").ok()) << "what was refused left no trace";
}

TEST_P(campaign_stores, write_an_order_down_once_however_often_its_commit_is_repeated) {
  ports::ledger_write w;
  w.audits = {order("node#1/1"), order("")};
  commit(w);
  commit(w);
  EXPECT_EQ(world->orders(), 3U);
}

TEST_P(campaign_stores, start_what_is_due) {
  world->add({.no = 1, .status = campaign_status::scheduled, .scheduled_for = at(now_ms)});
  world->add({.no = 2, .status = campaign_status::paused});
  EXPECT_TRUE(value_of(world->campaigns().runnable(at(now_ms - 1))).empty());
  const auto due = value_of(world->campaigns().runnable(at(now_ms)));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].no, 1);
  EXPECT_EQ(due[0].status, campaign_status::sending);
  EXPECT_EQ(due[0].organization, 1);
  EXPECT_EQ(due[0].numbers, (std::vector<core::number_no>{1, 2}));
  EXPECT_EQ(due[0].recipients_total, 100);
  EXPECT_EQ(world->status_of(1), campaign_status::sending);
}

TEST_P(campaign_stores, start_nobody_whose_list_is_awaited) {
  world->add({.no = 1,
              .status = campaign_status::scheduled,
              .scheduled_for = at(now_ms),
              .list_awaited = true});
  world->add({.no = 2, .status = campaign_status::paused, .list_awaited = true});
  EXPECT_TRUE(value_of(world->campaigns().runnable(at(now_ms))).empty());
  EXPECT_EQ(world->status_of(1), campaign_status::scheduled);
  ASSERT_TRUE(world->campaigns().command(2, campaign_command::resume, {}, {}).ok());
  EXPECT_EQ(world->status_of(2), campaign_status::scheduled) << "it is drawn first";
}

TEST_P(campaign_stores, let_expire_what_is_over_before_its_list_is_drawn) {
  const auto add = [&](core::campaign_no no, campaign_status status, std::int64_t expires_ms) {
    world->add({.no = no,
                .status = status,
                .scheduled_for = at(now_ms - 5),
                .expires_at = at(expires_ms),
                .list_awaited = true});
  };
  add(1, campaign_status::scheduled, now_ms);
  add(2, campaign_status::scheduled, now_ms + 1);
  add(3, campaign_status::paused, now_ms);
  EXPECT_TRUE(value_of(world->campaigns().runnable(at(now_ms - 1))).empty());
  EXPECT_EQ(world->status_of(1), campaign_status::scheduled);
  EXPECT_TRUE(value_of(world->campaigns().runnable(at(now_ms))).empty());
  EXPECT_EQ(world->status_of(1), campaign_status::expired);
  EXPECT_EQ(world->status_of(2), campaign_status::scheduled);
  EXPECT_EQ(world->status_of(3), campaign_status::paused) << "it waits for a person";
}

TEST_P(campaign_stores, run_finished_ones_that_have_retries_due) {
  world->add({.no = 1, .status = campaign_status::completed});
  queue_retry(1);
  EXPECT_TRUE(value_of(world->campaigns().runnable(at(now_ms - 1))).empty());
  EXPECT_EQ(value_of(world->campaigns().runnable(at(now_ms))).size(), 1U);
}

TEST_P(campaign_stores, end_only_when_everybody_is_explained) {
  world->add({});
  const auto leases = lease("a");
  EXPECT_FALSE(value_of(end(campaign_status::completed))) << "nobody was claimed";
  const auto all = claim({{1, leases[0].epoch, 100}}).chunks.at(0);
  ports::ledger_write w;
  for (const auto& row : all.rows)
    w.events.add(1, row.seq, 0, row.seq % 7 == 0 ? event_kind::failed : event_kind::accepted, 0, 1,
                 1000, "x");
  commit(w);
  world->fold();
  EXPECT_FALSE(value_of(end(campaign_status::completed))) << "the claim is open";
  ports::ledger_write closed;
  closed.claims_done.push_back(all.claim);
  commit(closed);
  EXPECT_TRUE(value_of(end(campaign_status::completed)));
  EXPECT_EQ(world->status_of(1), campaign_status::completed);
  EXPECT_EQ(end(campaign_status::cancelled).error().code, core::errc::conflict);
}

TEST_P(campaign_stores, do_not_end_while_a_retry_or_a_doubt_waits) {
  world->add({.recipients = 3});
  const auto leases = lease("a");
  settle(claim({{1, leases[0].epoch, 3}}).chunks.at(0), event_kind::accepted);
  queue_retry(2);
  EXPECT_FALSE(value_of(end(campaign_status::completed)));
  const auto again =
      value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 10}}, {}, at(now_ms)));
  EXPECT_FALSE(value_of(end(campaign_status::completed))) << "it is on its way";
  settle(again.at(0), event_kind::in_doubt);
  ports::ledger_write w;
  w.doubts.push_back({.campaign = 1, .seq = 2, .attempt = 1, .since_ms = now_ms});
  commit(w);
  EXPECT_FALSE(value_of(end(campaign_status::completed)));
  EXPECT_FALSE(value_of(end(campaign_status::expired)));
  static_cast<void>(value_of(world->retries().settle_doubts(at(now_ms + 1000), at(now_ms))));
  world->fold();
  EXPECT_TRUE(value_of(end(campaign_status::completed)));
}

TEST_P(campaign_stores, drop_the_rest_of_a_cancelled_one) {
  world->add({});
  const auto leases = lease("a");
  settle(claim({{1, leases[0].epoch, 10}}).chunks.at(0), event_kind::accepted);
  queue_retry(1);
  ASSERT_TRUE(
      world->campaigns().command(1, campaign_command::cancel, std::nullopt, std::nullopt).ok());
  EXPECT_TRUE(value_of(world->retries().agenda(at(now_ms))).due.empty());
  EXPECT_TRUE(value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)))
                  .empty());
  EXPECT_TRUE(claim({{1, leases[0].epoch, 10}}).chunks.empty());
  queue_retry(2); // it was on its way back
  EXPECT_TRUE(value_of(world->claims().claim_retries(1, {{1, leases[0].epoch, 9}}, {}, at(now_ms)))
                  .empty());
  EXPECT_TRUE(value_of(end(campaign_status::cancelled)))
      << "its end explains those whose turn never came";
}

TEST_P(campaign_stores, let_an_expired_one_end_when_its_claims_are_closed) {
  world->add({});
  const auto leases = lease("a");
  const auto open = claim({{1, leases[0].epoch, 10}}).chunks.at(0);
  EXPECT_FALSE(value_of(end(campaign_status::expired)));
  settle(open, event_kind::accepted);
  EXPECT_TRUE(value_of(end(campaign_status::expired)));
  EXPECT_EQ(world->status_of(1), campaign_status::expired);
}

TEST_P(campaign_stores, find_those_that_use_a_template_of_an_account) {
  world->add({.no = 1});
  world->add({.no = 2, .status = campaign_status::paused});
  world->add({.no = 3, .status = campaign_status::draft});
  auto& campaigns = world->campaigns();
  EXPECT_EQ(value_of(campaigns.using_template("w1", "hello", "en_US")),
            (std::vector<core::campaign_no>{1, 2}));
  EXPECT_TRUE(value_of(campaigns.using_template("w2", "hello", "en_US")).empty());
  EXPECT_TRUE(value_of(campaigns.using_template("w1", "hello", "de")).empty());
}

TEST_P(campaign_stores, find_those_that_use_a_template_in_one_of_their_languages) {
  world->add({.no = 1, .in_portuguese = true});
  world->add({.no = 2});
  auto& campaigns = world->campaigns();
  EXPECT_EQ(value_of(campaigns.using_template("w1", "hello", "en_US")),
            (std::vector<core::campaign_no>{1, 2}));
  EXPECT_EQ(value_of(campaigns.using_template("w1", "hello", "pt_BR")),
            (std::vector<core::campaign_no>{1}));
}

TEST_P(campaign_stores, bring_the_languages_of_those_that_run) {
  world->add({.no = 1, .in_portuguese = true});
  world->add({.no = 2});
  const auto all = value_of(world->campaigns().runnable(at(now_ms)));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(core::languages_of(all[0]), (std::vector<std::string>{"en_US", "pt_BR"}));
  EXPECT_EQ(core::languages_of(all[1]), std::vector<std::string>{"en_US"});
}

TEST_P(campaign_stores, tell_how_a_late_failure_is_tried_again) {
  auto& campaigns = world->campaigns();
  world->add({.no = 1, .status = campaign_status::completed, .retries_max = 2});
  world->add({.no = 2, .status = campaign_status::sending, .retry_failed = false});
  world->add({.no = 3, .status = campaign_status::cancelled});
  world->add({.no = 4, .status = campaign_status::completed, .expires_at = at(now_ms)});
  const auto terms = [&](core::campaign_no no) {
    return value_of(campaigns.retry_terms_of(no, at(now_ms)));
  };
  EXPECT_TRUE(terms(1).retry_failed);
  EXPECT_EQ(terms(1).retries_max, 2);
  EXPECT_FALSE(terms(1).over);
  EXPECT_FALSE(terms(2).retry_failed);
  EXPECT_TRUE(terms(3).over);
  EXPECT_TRUE(terms(4).over);
  EXPECT_TRUE(terms(99).over);
}

INSTANTIATE_TEST_SUITE_P(on, campaign_stores, ::testing::ValuesIn(store_factories()),
                         name_of_factory);

} // namespace
