/// What a number sends of marketing, by Meta's rating.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

namespace {

class number_quality_test : public engine_test {
protected:
  [[nodiscard]] std::size_t sent_by(core::number_no number) const {
    return static_cast<std::size_t>(
        std::count_if(gateway_.wire.begin(), gateway_.wire.end(),
                      [&](const auto& message) { return message.first == number; }));
  }
};

TEST_F(number_quality_test, quality_leaves_marketing_its_share_and_others_take_over) {
  world_.facts[1].quality_rating = "YELLOW";
  add_campaign(1, 5'000);
  start();
  run_for(2s);
  auto& gateway = gateway_.numbers[1];
  EXPECT_EQ(gateway.marketing_per_second, gateway.settings.per_second / 2);
  EXPECT_GT(sent_by(1), 0U);
  world_.facts[1].quality_rating = "RED"; // heard of with the next renewal of the lease
  run_for(context_->settings.lease_duration);
  EXPECT_EQ(gateway.marketing_per_second, 0);
  const auto by_one = sent_by(1);
  const auto by_two = sent_by(2);
  run_for(5s);
  EXPECT_EQ(sent_by(1), by_one);
  EXPECT_GT(sent_by(2), by_two);
  world_.facts[1].quality_rating = "GREEN";
  run_for(context_->settings.lease_duration + 5s);
  EXPECT_GT(sent_by(1), by_one);
  run_for(120s);
  EXPECT_EQ(gateway_.wire.size(), 5'000U) << "nobody is lost, nobody twice";
}

} // namespace

} // namespace stentor::test
