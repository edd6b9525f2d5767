/// For how long a doubt waits: only time in which a webhook would have been answered counts.
#include "tests/actors/support/fixture.hpp"

#include "actors/delivery/retry.hpp"
#include "actors/supervisor/housekeeping.hpp"

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>

#include <vector>

namespace stentor::test {

namespace {

/// What the webhook actor owes while the recorder stands still.
struct way_of_webhooks {
  bool stands_still = false;
  std::vector<actors::owed_ptr> waiting;

  void answer() {
    for (const auto& one : std::exchange(waiting, {}))
      one->give(core::ok{});
  }
};

actors::webhook_actor::behavior_type webhooks(actors::webhook_actor::pointer self,
                                              way_of_webhooks* way) {
  return {
      [](actors::atom::ingest) {},
      [self, way](actors::atom::write, const actors::write_ptr& write) {
        EXPECT_TRUE(write->empty());
        way->waiting.push_back(actors::owe(self));
        if (!way->stands_still)
          way->answer();
        return actors::later();
      },
      [](const actors::campaign_policy&) {},
      [](actors::atom::forget, core::campaign_no) {},
      [way](actors::atom::tick) {
        way->stands_still = false;
        way->answer();
      },
  };
}

class retry_test : public engine_test {
protected:
  void SetUp() override {
    engine_test::SetUp();
    context_->settings.in_doubt_wait = 10s;
    context_->counters.ready = true;
    add_campaign(1, 20);
    store_ = system_->spawn(actors::housekeeping, context_);
    webhook_ = system_->spawn(webhooks, &way_);
    retry_ =
        system_->spawn(actors::retry, context_, caf::actor_cast<actors::retry_store_actor>(store_),
                       webhook_, supervisor_);
    run_for(2s);
    world_.doubts[{1, 7}] = {.attempt = 0, .since_ms = now_ms(), .code = 0};
  }
  void TearDown() override {
    kill(retry_);
    kill(webhook_);
    kill(store_);
    way_.waiting.clear();
    engine_test::TearDown();
  }
  [[nodiscard]] bool settled() const { return !world_.doubts.contains({1, 7}); }

  way_of_webhooks way_;
  actors::housekeeping_actor store_;
  actors::webhook_actor webhook_;
  actors::retry_actor retry_;
};

TEST_F(retry_test, a_doubt_is_settled_when_webhooks_could_be_taken_for_its_time) {
  run_for(9s);
  EXPECT_FALSE(settled());
  run_for(6s);
  EXPECT_TRUE(settled());
}

TEST_F(retry_test, a_doubt_does_not_age_while_a_webhook_gets_no_answer) {
  run_for(3s);
  way_.stands_still = true;
  run_for(60s);
  EXPECT_FALSE(settled());
  caf::anon_send(webhook_, actors::atom::tick_v); // it moves again
  run_for(4s);
  EXPECT_FALSE(settled()) << "it has waited for eight seconds";
  run_for(8s);
  EXPECT_TRUE(settled());
}

} // namespace

} // namespace stentor::test
