/// How many are claimed to be tried again while a number is shared.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

namespace {

class room_test : public engine_test {
protected:
  /// A list that is used up, of whom everybody waits to be tried again by number 1.
  void add_one_that_tries_again(core::campaign_no no, core::recipient_seq recipients) {
    add_campaign(no, recipients).numbers = {1};
    world_.campaigns[no].next_seq = recipients + 1;
    for (core::recipient_seq seq = 1; seq <= recipients; ++seq)
      world_.retries[{no, seq}].row = {.campaign = no,
                                       .seq = seq,
                                       .attempt = 1,
                                       .retries = 1,
                                       .due_ms = now_ms(),
                                       .number = {},
                                       .claim = {}};
  }
  [[nodiscard]] std::size_t claimed() const {
    return static_cast<std::size_t>(
        std::count_if(world_.retries.begin(), world_.retries.end(),
                      [](const auto& r) { return r.second.on_its_way(); }));
  }
  std::size_t most_claimed_within(std::chrono::milliseconds time) {
    std::size_t most = 0;
    for (; time > 0ms; time -= 10ms) {
      run_for(10ms);
      most = std::max(most, claimed());
    }
    return most;
  }
};

/// At 80 a second: half a second waits, a quarter is on its way, and the rest is being committed.
TEST_F(room_test, campaigns_on_one_number_claim_no_more_retries_than_one_alone) {
  for (core::campaign_no no = 1; no <= 4; ++no)
    add_one_that_tries_again(no, 500);
  start();
  run_for(2s);
  EXPECT_LE(most_claimed_within(5s), 80U);
  run_for(30s);
  EXPECT_EQ(world_.waiting_retries(), 0U);
}

} // namespace

} // namespace stentor::test
