/// What every number_store promises.

#include "tests/contract/store_factory.hpp"

using namespace stentor;
using namespace stentor::test;

namespace {

class number_stores : public store_contract {};

TEST_P(number_stores, give_a_lease_one_owner_and_a_growing_epoch) {
  const auto first = lease("a");
  ASSERT_EQ(first.size(), 2U);
  EXPECT_TRUE(first[0].fresh);
  EXPECT_FALSE(lease("a")[0].fresh) << "it was renewed";
  EXPECT_EQ(lease("a")[0].epoch, first[0].epoch);
  EXPECT_TRUE(lease("b").empty());
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  const auto next = lease("b");
  ASSERT_EQ(next.size(), 2U);
  EXPECT_TRUE(next[0].fresh);
  EXPECT_EQ(next[0].epoch, first[0].epoch + 1);
}

TEST_P(number_stores, keep_the_keys_of_configured_numbers) {
  auto& numbers = world->numbers();
  const ports::number configured{
      .phone_number_id = "333", .waba_id = "w1", .token = "t", .per_second = 20};
  const auto once = value_of(numbers.save({configured}, "Acme"));
  const auto again = value_of(numbers.save({configured}, "Acme"));
  ASSERT_EQ(once.size(), 1U);
  EXPECT_GT(once[0].no, 0);
  EXPECT_EQ(once[0].organization, 1);
  EXPECT_EQ(again.at(0).no, once[0].no);
  EXPECT_EQ(again[0].token, "t") << "what is no column stays as configured";
}

TEST_P(number_stores, take_the_reason_of_a_stop_and_its_end) {
  EXPECT_TRUE(world->numbers().set_stopped_reason(1, core::bare_text("Meta restricted it.")).ok());
  EXPECT_TRUE(world->numbers().set_stopped_reason(1, std::nullopt).ok());
}

INSTANTIATE_TEST_SUITE_P(on, number_stores, ::testing::ValuesIn(store_factories()),
                         name_of_factory);

} // namespace
