/// The dispatch store against a real server: leases, claims, recovery after a death, retries,
/// doubts, replies and balances.

#include "adapters/postgres/delivery/dispatch_store.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "stentor/core/delivery/error_policy.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <set>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;
using std::chrono::milliseconds;

namespace {

core::wall_time at(std::int64_t ms) {
  return core::wall_time{milliseconds{ms}};
}

constexpr std::int64_t now_ms = 1'900'000'000'000; // a moment for due times, chosen by the test

class dispatch : public with_database {
protected:
  void SetUp() override {
    make_campaign(base, 1, 100, true);
    store = need(dispatch_store::open(base.options()));
    book = need(ledger::open(base.options()));
    fold = need(projection::open(base.options()));
  }

  std::vector<ports::lease> hold(const std::string& owner,
                                 std::chrono::milliseconds time = milliseconds{60'000}) {
    return need(store->hold_leases(owner, {1, 2}, time));
  }
  ports::claim_result claim(const std::vector<ports::claim_order>& orders) {
    return need(store->claim(1, orders));
  }
  void record(const core::event_batch& events) {
    ports::ledger_write w;
    w.events = events;
    need(book->commit(w));
  }
  void fold_all() {
    while (!need(fold->fold(100'000)).caught_up) {
    }
  }

  std::unique_ptr<dispatch_store> store;
  std::unique_ptr<ledger> book;
  std::unique_ptr<projection> fold;
};

TEST_F(dispatch, numbers_get_their_keys_and_retire) {
  auto saved =
      need(store->save_numbers({{.phone_number_id = "333", .waba_id = "w", .token = "t"}}, "Acme"));
  ASSERT_EQ(saved.size(), 1U);
  EXPECT_GT(saved[0].no, 0);
  EXPECT_EQ(saved[0].organization, 1);
  EXPECT_EQ(base.number("SELECT count(*) FROM number WHERE active"), 1);
}

TEST_F(dispatch, a_lease_has_one_owner_and_a_growing_epoch) {
  const auto first = hold("a");
  ASSERT_EQ(first.size(), 2U);
  EXPECT_TRUE(first[0].fresh);
  EXPECT_FALSE(hold("a")[0].fresh);
  EXPECT_TRUE(hold("b").empty());
  ASSERT_TRUE(store->release_leases("a").ok());
  const auto next = hold("b");
  ASSERT_EQ(next.size(), 2U);
  EXPECT_TRUE(next[0].fresh);
  EXPECT_EQ(next[0].epoch, first[0].epoch + 1);
}

TEST_F(dispatch, claims_cover_every_sendable_recipient_once) {
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

TEST_F(dispatch, a_stale_epoch_gets_nothing) {
  const auto leases = hold("a");
  const auto r = claim({{1, core::lease_epoch{leases[0].epoch - 1}, 10}});
  EXPECT_EQ(r.fenced, std::vector<core::number_no>{1});
  EXPECT_TRUE(r.chunks.empty());
  EXPECT_EQ(base.number("SELECT next_seq FROM campaign"), 1);
}

TEST_F(dispatch, a_stop_after_the_import_is_seen_by_the_claim) {
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

TEST_F(dispatch, a_stop_by_user_id_is_seen_by_the_claim) {
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

TEST_F(dispatch, a_consent_that_was_withdrawn_after_the_import_is_seen_before_sending) {
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
  const auto again = need(store->claim_retries(1, {{1, leases[0].epoch, 10}}, at(now_ms)));
  ASSERT_EQ(again.size(), 1U);
  withdrawn(again[0], {2, 3, 4});

  base.run("UPDATE template SET category = 'UTILITY'");
  make_campaign(base, 2, 10);
  const auto other = need(store->claim(2, {{1, leases[0].epoch, 5}}));
  ASSERT_EQ(other.chunks.size(), 1U);
  withdrawn(other.chunks[0], {});
}

TEST_F(dispatch, recovery_doubts_what_was_in_flight_and_frees_the_rest) {
  const auto leases = hold("a");
  const auto claimed = claim({{1, leases[0].epoch, 20}});
  const auto id = claimed.chunks.at(0).claim;
  ports::ledger_write w;
  w.marks.push_back({.claim = id, .number = 1, .epoch = leases[0].epoch, .mark = 8});
  for (int seq = 1; seq <= 5; ++seq)
    w.events.add(1, seq, 0, event_kind::accepted, 0, 1, 1000 + seq, "wamid" + std::to_string(seq));
  EXPECT_TRUE(need(book->commit(w)).fenced.empty());
  fold_all();
  ASSERT_TRUE(store->release_leases("a").ok());
  const auto mine = hold("b");
  const auto report = need(store->recover(mine, now_ms));
  EXPECT_EQ(report.in_doubt, 3); // 6, 7, 8
  EXPECT_EQ(report.reclaimed, 12);
  EXPECT_EQ(need(store->recover(mine, now_ms)).in_doubt, 0);
  // The dead owner comes back to life: it is fenced and changes nothing.
  ports::ledger_write late;
  late.marks.push_back({.claim = id, .number = 1, .epoch = leases[0].epoch, .mark = 15});
  late.claims_done.push_back(id);
  EXPECT_EQ(need(book->commit(late)).fenced, std::vector<core::number_no>{1});
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

TEST_F(dispatch, doubts_end_by_the_policy) {
  make_campaign(base, 2, 10);
  make_campaign(base, 3, 10);
  base.run("UPDATE campaign SET in_doubt_policy = 'fail' WHERE no = 2; UPDATE campaign SET "
           "in_doubt_policy = 'resend' WHERE no = 3");
  ports::ledger_write w;
  for (core::campaign_no campaign = 1; campaign <= 3; ++campaign) {
    w.events.add(campaign, 1, 0, event_kind::in_doubt, 0, 1, 1000);
    w.doubts.push_back({.campaign = campaign, .seq = 1, .attempt = 0, .since_ms = now_ms});
  }
  w.events.add(3, 2, core::attempts_max, event_kind::in_doubt, 0, 1, 1000);
  w.doubts.push_back({.campaign = 3, .seq = 2, .attempt = core::attempts_max, .since_ms = now_ms});
  need(book->commit(w));
  EXPECT_EQ(need(store->settle_doubts(at(now_ms + 999), milliseconds{1000})), 0);
  EXPECT_EQ(need(store->settle_doubts(at(now_ms + 1000), milliseconds{1000})), 0)
      << "not folded yet";
  fold_all();
  EXPECT_EQ(need(store->settle_doubts(at(now_ms + 1000), milliseconds{1000})), 4);
  fold_all();
  EXPECT_EQ(
      base.text("SELECT string_agg(status, ',' ORDER BY campaign_no) FROM recipient WHERE seq = 1"),
      "held,failed,in_doubt");
  EXPECT_EQ(base.text("SELECT status FROM recipient WHERE campaign_no = 3 AND seq = 2"), "failed")
      << "its tries are used up";
  EXPECT_EQ(base.number("SELECT attempt FROM retry_queue WHERE campaign_no = 3 AND state = 0"), 1);
  EXPECT_EQ(base.number("SELECT count(*) FROM in_doubt"), 0);
}

TEST_F(dispatch, retries_are_claimed_when_due_and_recovered) {
  const auto leases = hold("a");
  ports::ledger_write w;
  w.events.add(1, 1, 0, event_kind::rejected, 130429, 1, 1000);
  w.retries.push_back(
      {.campaign = 1, .seq = 1, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 0});
  w.retries.push_back(
      {.campaign = 1, .seq = 2, .attempt = 1, .retries = 1, .due_ms = now_ms + 500, .number = 2});
  need(book->commit(w));
  EXPECT_TRUE(need(store->retries(at(now_ms - 1))).due.empty());
  EXPECT_EQ(need(store->retries(at(now_ms))).due, std::vector<core::campaign_no>{1});
  EXPECT_EQ(need(store->retries(at(now_ms))).next_due_ms, now_ms + 500);
  const auto first = need(store->claim_retries(1, {{1, leases[0].epoch, 10}}, at(now_ms + 500)));
  ASSERT_EQ(first.size(), 1U);
  ASSERT_EQ(first[0].rows.size(), 1U) << "the other one belongs to number 2";
  EXPECT_EQ(first[0].rows[0].attempt, 1);
  EXPECT_TRUE(need(store->claim_retries(1, {{1, leases[0].epoch, 10}}, at(now_ms + 500))).empty());
  fold_all();
  ASSERT_TRUE(store->release_leases("a").ok());
  EXPECT_EQ(need(store->recover(hold("b"), now_ms)).in_doubt, 1);
  fold_all();
  EXPECT_EQ(base.text("SELECT status FROM recipient WHERE campaign_no = 1 AND seq = 1"),
            "in_doubt");
}

TEST_F(dispatch, a_campaign_ends_when_all_is_explained) {
  const auto leases = hold("a");
  EXPECT_FALSE(need(store->finish(1, core::campaign_status::completed)));
  const auto r = claim({{1, leases[0].epoch, 100}});
  ports::ledger_write w;
  for (const auto& row : r.chunks.at(0).rows)
    w.events.add(1, row.seq, 0, row.seq % 7 == 0 ? event_kind::failed : event_kind::accepted, 0, 1,
                 1000, "x");
  need(book->commit(w));
  fold_all();
  EXPECT_FALSE(need(store->finish(1, core::campaign_status::completed))) << "the claim is open";
  ports::ledger_write closed;
  closed.claims_done.push_back(r.chunks.at(0).claim);
  need(book->commit(closed));
  const auto b = need(store->balance(1));
  EXPECT_TRUE(b.settled());
  EXPECT_EQ(b.screened, 10);
  EXPECT_EQ(b.sent + b.failed, 90);
  EXPECT_TRUE(need(store->finish(1, core::campaign_status::completed)));
  EXPECT_EQ(need(store->load(1)).status, core::campaign_status::completed);
}

TEST_F(dispatch, a_cancelled_campaign_explains_those_whose_turn_never_came) {
  const auto set = store->set_status(1, core::campaign_status::cancelled, "by a test");
  ASSERT_TRUE(set.ok());
  EXPECT_FALSE(store->set_status(1, core::campaign_status::sending, "").ok());
  EXPECT_TRUE(need(store->finish(1, core::campaign_status::cancelled)));
  EXPECT_EQ(need(store->balance(1)).cancelled, 90);
  EXPECT_EQ(base.number("SELECT count(*) FROM recipient WHERE status = 'cancelled'"), 90);
}

TEST_F(dispatch, runnable_starts_what_is_due) {
  base.run("UPDATE campaign SET status = 'scheduled', scheduled_for = to_timestamp(1900000000)");
  EXPECT_TRUE(need(store->runnable(at(now_ms - 1))).empty());
  const auto due = need(store->runnable(at(now_ms)));
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].status, core::campaign_status::sending);
  EXPECT_EQ(due[0].numbers, (std::vector<core::number_no>{1, 2}));
  EXPECT_EQ(due[0].template_category, "MARKETING");
  EXPECT_EQ(due[0].recipients_total, 100);
}

TEST_F(dispatch, replies_find_the_message_they_answer) {
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
  EXPECT_EQ(need(store->attribute_replies(100)), 3) << "what they answer is not folded yet";
  fold_all();
  EXPECT_EQ(need(store->attribute_replies(100)), 1) << "what a stranger answers may still come";
  base.run("UPDATE inbound_message SET created_at = now() - interval '2 minutes'");
  EXPECT_EQ(need(store->attribute_replies(100)), 0);
  fold_all();
  EXPECT_EQ(base.text("SELECT response_message FROM recipient WHERE campaign_no = 1 AND seq = 1"),
            "hi");
  EXPECT_EQ(base.text("SELECT response_message FROM recipient WHERE campaign_no = 2 AND seq = 1"),
            "you");
  EXPECT_EQ(base.number("SELECT count(*) FROM inbound_message WHERE campaign_no IS NULL"), 1);
}

TEST_F(dispatch, a_stop_in_whatsapp_belongs_to_the_message_that_came_last) {
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
  EXPECT_EQ(need(store->attribute_replies(100)), 0);
  fold_all();
  const std::string where = " FROM recipient WHERE campaign_no = 2 AND seq = 1";
  EXPECT_EQ(base.text("SELECT status" + where), "opted_out");
  EXPECT_EQ(base.text("SELECT coalesce(responded_at::text, 'never')" + where), "never")
      << "he answered nothing";
  EXPECT_EQ(base.text("SELECT status FROM recipient WHERE campaign_no = 1 AND seq = 1"), "sent");
  EXPECT_EQ(base.number("SELECT opted_out_count FROM campaign WHERE no = 2"), 1);
}

TEST_F(dispatch, templates_follow_meta) {
  const std::string list =
      R"([{"id":"9","name":"sale","language":"de","status":"APPROVED","category":"MARKETING","components":[{"type":"BODY","text":"Hi"}]}])";
  ASSERT_TRUE(store->save_templates(1, "w1", list).ok());
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'sale'"), "APPROVED");
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'hello'"), "DELETED");
  ASSERT_TRUE(store->set_template_status("w1", "sale", "de", "PAUSED").ok());
  EXPECT_EQ(base.text("SELECT status FROM template WHERE name = 'sale'"), "PAUSED");
  EXPECT_EQ(need(store->campaigns_of_template("hello", "en_US")),
            std::vector<core::campaign_no>{1});
}

} // namespace
