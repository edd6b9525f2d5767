/// Doubts whose wait is over.

#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include "stentor/core/delivery/error_policy.hpp"

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;

namespace {

class settling : public with_stores {};

TEST_F(settling, doubts_end_by_the_policy) {
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
  EXPECT_EQ(need(stores.retries->settle_doubts(at(now_ms + 999), at(now_ms - 1))), 0);
  EXPECT_EQ(need(stores.retries->settle_doubts(at(now_ms + 1000), at(now_ms))), 0)
      << "not folded yet";
  fold_all();
  EXPECT_EQ(need(stores.retries->settle_doubts(at(now_ms + 1000), at(now_ms))), 4);
  fold_all();
  EXPECT_EQ(
      base.text("SELECT string_agg(status, ',' ORDER BY campaign_no) FROM recipient WHERE seq = 1"),
      "held,failed,in_doubt");
  EXPECT_EQ(base.text("SELECT status FROM recipient WHERE campaign_no = 3 AND seq = 2"), "failed")
      << "its tries are used up";
  EXPECT_EQ(base.number("SELECT attempt FROM retry_queue WHERE campaign_no = 3 AND state = 0"), 1);
  EXPECT_EQ(base.number("SELECT count(*) FROM in_doubt"), 0);
}

} // namespace
