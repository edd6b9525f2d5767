/// What is over and old goes, and nothing that is needed still.

#include "adapters/postgres/delivery/ledger.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

namespace stentor::postgres::testing {
namespace {

using core::event_kind;
using std::chrono::hours;

class retaining : public with_database {
protected:
  void SetUp() override {
    make_campaign(base, 1, 100);
    book = need(ledger::open(base.options()));
    fold = need(projection::open(base.options()));
  }

  void write(core::recipient_seq seq) {
    ports::ledger_write w;
    w.events.add(1, seq, 0, event_kind::accepted, 0, 1, 1'000, "wamid");
    need(book->commit(w));
  }
  /// The first so many batches are two days old.
  void age(int batches) {
    base.run("UPDATE delivery_batch SET committed_at = now() - interval '2 days' WHERE batch <= " +
             std::to_string(batches));
  }
  void fold_all() {
    while (!need(fold->fold(50)).caught_up) {
    }
  }
  std::string batches() {
    return base.text("SELECT string_agg(batch::text, ' ' ORDER BY batch) FROM delivery_batch");
  }

  ports::retention_terms day{.ledger = hours{24}, .queues = hours{24}};
  std::unique_ptr<ledger> book;
  std::unique_ptr<projection> fold;
};

TEST_F(retaining, old_batches_go_that_every_consumer_has) {
  for (core::recipient_seq seq = 1; seq <= 6; ++seq)
    write(seq);
  age(4);
  EXPECT_EQ(need(fold->trim(day)).batches, 0) << "nothing is folded";
  need(fold->fold(3));
  EXPECT_EQ(need(fold->trim(day)).batches, 3) << "the fourth is old and not folded";
  EXPECT_EQ(batches(), "4 5 6");
  fold_all();
  EXPECT_EQ(need(fold->trim(day)).batches, 1);
  EXPECT_EQ(batches(), "5 6") << "young ones stay";
  EXPECT_EQ(need(fold->trim(day)).batches, 0);
}

TEST_F(retaining, another_consumer_that_lags_keeps_its_batches) {
  for (core::recipient_seq seq = 1; seq <= 3; ++seq)
    write(seq);
  age(3);
  fold_all();
  base.run("CREATE OR REPLACE VIEW ledger_position AS SELECT 'fold' AS consumer, writer, folded AS "
           "position FROM ledger_writer UNION ALL SELECT 'feed', writer, 1 FROM ledger_writer");
  EXPECT_EQ(need(fold->trim(day)).batches, 1);
  EXPECT_EQ(batches(), "2 3");
}

TEST_F(retaining, a_writer_goes_on_counting_when_all_its_batches_are_gone) {
  write(1);
  write(2);
  age(2);
  fold_all();
  EXPECT_EQ(need(fold->trim(day)).batches, 2);
  const auto writer = book->writer();
  book.reset();
  base.wait_until_unlocked(writer);
  book = need(ledger::open(base.options()));
  write(3);
  EXPECT_EQ(batches(), "3");
  EXPECT_EQ(need(fold->fold(50)).events, 1);
}

TEST_F(retaining, much_goes_in_pieces) {
  base.run("INSERT INTO delivery_batch SELECT 1, n, '{1}', '{1}', '{0}', '{1}', '{0}', '{1}', "
           "'{1000}', '{w}', now() - interval '2 days' FROM generate_series(1, 450) n; "
           "UPDATE ledger_writer SET folded = 450");
  EXPECT_EQ(need(fold->trim(day)).batches, 200);
  const auto second = need(fold->trim(day));
  EXPECT_TRUE(second.more);
  EXPECT_EQ(second.batches, 200);
  const auto last = need(fold->trim(day));
  EXPECT_FALSE(last.more);
  EXPECT_EQ(last.batches, 50);
}

TEST_F(retaining, only_the_projector_trims) {
  write(1);
  age(1);
  fold_all();
  auto other = need(projection::open(base.options()));
  EXPECT_EQ(need(other->trim(day)).batches, 0);
  EXPECT_EQ(batches(), "1");
  EXPECT_EQ(need(fold->trim(day)).batches, 1);
}

TEST_F(retaining, done_retries_go_when_their_campaign_waits_for_nothing) {
  base.run("INSERT INTO retry_queue (campaign_no, seq, attempt, retries, due_ms, state) VALUES "
           "(1, 1, 1, 1, 1000, 2), (1, 2, 1, 1, 1000, 0), (1, 4, 1, 1, 1000, 3), "
           "(1, 3, 1, 1, (extract(epoch FROM now()) * 1000)::int8, 2)");
  EXPECT_EQ(need(fold->trim(day)).rows, 0) << "the campaign runs";
  base.run("UPDATE campaign SET status = 'completed', completed_at = now() - interval '2 days'; "
           "INSERT INTO dispatch_claim (campaign_no, number_no, from_seq, to_seq, mark, owner, "
           "epoch) VALUES (1, 1, 1, 5, 0, '', 1)");
  EXPECT_EQ(need(fold->trim(day)).rows, 0) << "a claim refers to who was given back";
  base.run("DELETE FROM dispatch_claim; INSERT INTO in_doubt VALUES (1, 1, 0, 1000, 0)");
  EXPECT_EQ(need(fold->trim(day)).rows, 0) << "a doubt counts its retries";
  base.run("DELETE FROM in_doubt");
  EXPECT_EQ(need(fold->trim(day)).rows, 2) << "one was made, one is needless";
  EXPECT_EQ(base.text("SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM retry_queue"), "2 3")
      << "one waits, one is young";
}

TEST_F(retaining, webhooks_that_were_only_kept_go) {
  base.run("INSERT INTO other_webhook (field, payload, received_at) VALUES "
           "('x', '{}', now() - interval '2 days'), ('y', '{}', now())");
  EXPECT_EQ(need(fold->trim(day)).rows, 1);
  EXPECT_EQ(base.text("SELECT field FROM other_webhook"), "y");
}

TEST_F(retaining, jobs_go_that_ended_long_ago_once_their_campaign_is_over) {
  make_campaign(base, 2, 1);
  base.run("INSERT INTO job (organization_no, kind, campaign_no, state, ended_at) VALUES "
           "(1, 'freeze', 1, 'done', now() - interval '2 days'), "
           "(1, 'freeze', 1, 'failed', now() - interval '3 days'), "
           "(1, 'freeze', 1, 'cancelled', now() - interval '2 days'), "
           "(1, 'freeze', 1, 'done', now()), "
           "(1, 'freeze', 2, 'failed', now() - interval '2 days'), "
           "(1, 'count', NULL, 'done', now() - interval '2 days'), "
           "(1, 'count', NULL, 'running', NULL), (1, 'count', NULL, 'waiting', NULL); "
           "UPDATE campaign SET status = 'paused' WHERE no = 2");
  EXPECT_EQ(need(fold->trim(day)).rows, 1) << "one belongs to no campaign";
  base.run("UPDATE campaign SET status = 'expired' WHERE no = 1");
  EXPECT_EQ(need(fold->trim({.ledger = hours{60}, .queues = hours{24}})).rows, 1);
  EXPECT_EQ(need(fold->trim(day)).rows, 2);
  EXPECT_EQ(base.text("SELECT string_agg(kind || ' ' || state, ', ' ORDER BY no) FROM job"),
            "freeze done, freeze failed, count running, count waiting")
      << "one is young, one stands in a campaign's way, two go on";
}

} // namespace
} // namespace stentor::postgres::testing
