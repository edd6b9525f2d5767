/// A claim that closes a needless try, and a fold that learns that it is needed after all, at once.

#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <future>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;

namespace {

/// The first message of 5 has come after all, although the second try was refused; the third waits.
class needless_retries : public with_stores {
protected:
  void SetUp() override {
    with_stores::SetUp();
    ports::ledger_write w;
    w.events.add(1, 5, 0, event_kind::in_doubt, 0, 1, 1000);
    w.events.add(1, 5, 1, event_kind::rejected, 130429, 1, 1100);
    w.events.add(1, 5, 0, event_kind::sent, 0, {}, 1200, "m5");
    w.retries.push_back(
        {.campaign = 1, .seq = 5, .attempt = 2, .retries = 1, .due_ms = now_ms, .number = {}});
    need(book->commit(w));
    fold_all();
  }
  void fail() {
    core::event_batch events;
    events.add(1, 5, 0, event_kind::failed, 131026, {}, 1300);
    record(events);
  }
  std::int64_t state() { return base.number("SELECT state FROM retry_queue WHERE seq = 5"); }
  void close(connection& db) {
    need(db.call("claims_close_retries",
                 std::move(params{}.integer(core::campaign_no{1}).int4_array(std::vector{5}))));
  }
};

TEST_F(needless_retries, are_closed_if_they_still_are) {
  close(base.db());
  EXPECT_EQ(state(), 3);
  base.run("UPDATE retry_queue SET state = 0");
  fail();
  fold_all(); // between the claim's reading and its closing
  close(base.db());
  EXPECT_EQ(state(), 0);
}

TEST_F(needless_retries, wait_again_when_the_fold_comes_while_they_are_closed) {
  fail();
  base.run("BEGIN; SELECT FROM retry_queue WHERE seq = 5 FOR UPDATE");
  close(base.db());
  auto folded = std::async(std::launch::async, [&] { return fold->fold(1000).ok(); });
  wait_for_a_lock();
  base.run("COMMIT");
  EXPECT_TRUE(folded.get());
  EXPECT_EQ(state(), 0);
}

} // namespace
