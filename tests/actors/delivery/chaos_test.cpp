/// A poor man's simulator: by a seed, actors run in any order, die, lose the database and their
/// leases, and operators press buttons. Whatever happens, nobody is written to twice and nobody is
/// lost: everybody has an outcome or is known to be in doubt.
#include "tests/actors/support/fixture.hpp"

#include <caf/send.hpp>

namespace stentor::test {

namespace {

using core::campaign_command;
using core::campaign_status;
using core::outcome_class;

class chaos : public engine_test, public ::testing::WithParamInterface<unsigned> {
protected:
  [[nodiscard]] unsigned roll(unsigned sides) { return static_cast<unsigned>(luck_() % sides); }

  void disturb() {
    const auto campaign = static_cast<core::campaign_no>(1 + roll(2));
    switch (roll(8)) {
    case 0:
      world_.ledger_fails = !world_.ledger_fails;
      break;
    case 1:
      world_.store_fails = !world_.store_fails;
      break;
    case 2:
      if (const auto actor = context_->running.campaign(campaign))
        kill(actor);
      break;
    case 3:
      if (const auto actor = context_->running.limiter(static_cast<core::number_no>(1 + roll(2))))
        kill(actor);
      break;
    case 4:
      command(campaign, campaign_command::pause);
      break;
    case 5:
      command(campaign, campaign_command::resume);
      resume_number(campaign == 1 ? "100" : "200");
      break;
    case 6: // long enough for leases to run out, if the store is away
      run_for(20s);
      break;
    case 7:
      failing_code_ = failing_code_ == 0 ? 131048 : 0;
      break;
    }
  }

  void heal() {
    world_.ledger_fails = world_.store_fails = false;
    failing_code_ = 0;
    run_for(15s);
    for (int i = 0; i < 3; ++i) {
      command(1, campaign_command::resume);
      command(2, campaign_command::resume);
      resume_number("100");
      resume_number("200");
      run_for(40s);
    }
  }

  std::mt19937 luck_{GetParam()};
  std::int32_t failing_code_ = 0;
};

TEST_P(chaos, everybody_once_or_in_doubt) {
  shuffle_.emplace(GetParam() + 1'000);
  gateway_.answer = [&](core::number_no, recipient, std::int16_t) {
    if (failing_code_ != 0 && roll(10) == 0)
      return reply{outcome_class::rejected, failing_code_};
    return roll(30) == 0 ? reply{outcome_class::not_sent, 0} : reply{};
  };
  add_campaign(1, 1'500);
  add_campaign(2, 1'000).rate_limit_per_minute = 6'000;
  start();
  for (int i = 0; i < 12; ++i) {
    run_for(std::chrono::milliseconds{roll(1'500)});
    disturb();
  }
  heal();
  for (const auto& [no, c] : world_.campaigns)
    for (core::recipient_seq seq = 1; seq <= c.terms.recipients_total; ++seq) {
      const recipient who{no, seq};
      EXPECT_TRUE(gateway_.accepted[who] == 1 ||
                  (gateway_.sent.contains(who) && world_.ever_in_doubt.contains(who)))
          << "campaign " << no << ", recipient " << seq << ": " << gateway_.accepted[who];
    }
  EXPECT_EQ(gateway_.unmarked, 0U);
  EXPECT_EQ(world_.open_claims(), 0U);
  EXPECT_EQ(world_.waiting_retries(), 0U);
}

INSTANTIATE_TEST_SUITE_P(seeds, chaos, ::testing::Range(1U, 41U));

} // namespace

} // namespace stentor::test
