/// What Meta says of the numbers on its way into the store.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

namespace {

class number_sync_test : public engine_test {
protected:
  /// Answers for one number, and returns its id.
  std::string answer(core::result<ports::number_facts> facts) {
    auto& asked = management_.numbers;
    run_until([&] { return !asked.empty(); }, 20min);
    auto [id, then] = std::move(asked.front());
    asked.pop_front();
    then(std::move(facts));
    run();
    return id;
  }
};

TEST_F(number_sync_test, one_number_is_read_after_the_other_and_again_later) {
  start();
  EXPECT_EQ(answer(core::error{core::errc::unavailable, "HTTP 500"}), "100");
  EXPECT_TRUE(world_.facts.empty());
  EXPECT_EQ(answer(ports::number_facts{.quality_rating = "YELLOW"}), "200");
  EXPECT_EQ(world_.facts[2].quality_rating, "YELLOW");
  EXPECT_TRUE(management_.numbers.empty()) << "until the next time";
  EXPECT_EQ(answer(ports::number_facts{.quality_rating = "GREEN"}), "100");
  EXPECT_EQ(world_.facts[1].quality_rating, "GREEN");
}

TEST_F(number_sync_test, a_database_that_is_away_keeps_no_number_from_being_read) {
  start();
  world_.store_fails = true;
  EXPECT_EQ(answer(ports::number_facts{.quality_rating = "GREEN"}), "100");
  world_.store_fails = false;
  EXPECT_EQ(answer(ports::number_facts{.quality_rating = "RED"}), "200");
  EXPECT_EQ(world_.facts.size(), 1U);
}

} // namespace

} // namespace stentor::test
