/// Configured numbers and their leases.

#include "tests/adapters/postgres/support/stores_fixture.hpp"

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class number_rows : public with_stores {};

TEST_F(number_rows, numbers_get_their_keys_and_retire) {
  auto saved = need(
      stores.numbers->save({{.phone_number_id = "333", .waba_id = "w", .token = "t"}}, "Acme"));
  ASSERT_EQ(saved.size(), 1U);
  EXPECT_GT(saved[0].no, 0);
  EXPECT_EQ(saved[0].organization, 1);
  EXPECT_EQ(base.number("SELECT count(*) FROM number WHERE active"), 1);
}

TEST_F(number_rows, a_lease_has_one_owner_and_a_growing_epoch) {
  const auto first = hold("a");
  ASSERT_EQ(first.size(), 2U);
  EXPECT_TRUE(first[0].fresh);
  EXPECT_FALSE(hold("a")[0].fresh);
  EXPECT_TRUE(hold("b").empty());
  ASSERT_TRUE(stores.numbers->release_leases("a").ok());
  const auto next = hold("b");
  ASSERT_EQ(next.size(), 2U);
  EXPECT_TRUE(next[0].fresh);
  EXPECT_EQ(next[0].epoch, first[0].epoch + 1);
}

TEST_F(number_rows, the_reason_of_a_stop_is_kept_for_people) {
  ASSERT_TRUE(stores.numbers->set_stopped_reason(1, core::bare_text("Meta restricted it.")).ok());
  EXPECT_EQ(base.text("SELECT stopped_sentence ->> 'text' FROM number WHERE no = 1"),
            "Meta restricted it.");
  EXPECT_EQ(base.number("SELECT count(*) FROM number WHERE stopped_sentence IS NOT NULL"), 1);
  ASSERT_TRUE(stores.numbers->set_stopped_reason(1, std::nullopt).ok());
  EXPECT_EQ(base.number("SELECT count(*) FROM number WHERE stopped_sentence IS NOT NULL"), 0);
}

} // namespace
