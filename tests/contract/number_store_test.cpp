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

TEST_P(number_stores, let_a_start_take_over_from_the_one_before_and_no_renewal) {
  auto& numbers = world->numbers();
  const auto take = [&](const std::string& owner, bool start) {
    const std::vector<core::number_no> both{1, 2};
    return value_of(start ? numbers.acquire_leases(owner, both, std::chrono::seconds{30})
                          : numbers.renew_leases(owner, both, std::chrono::seconds{30}, {}));
  };
  ASSERT_EQ(take("node#1", true).size(), 2U);
  // A copy of the folder that runs beside it must not get what it has by a mere renewal.
  EXPECT_TRUE(take("node#2", false).empty());
  const auto next = take("node#2", true);
  ASSERT_EQ(next.size(), 2U);
  EXPECT_TRUE(next[0].fresh);
  EXPECT_TRUE(next[0].clean) << "its folder's lock proves that the earlier start is dead";
  EXPECT_TRUE(take("node#1", false).empty());
  EXPECT_FALSE(take("node#2", false).at(0).fresh);
}

TEST_P(number_stores, free_one_lease_or_all) {
  auto& numbers = world->numbers();
  ASSERT_EQ(lease("a#1").size(), 2U);
  ASSERT_TRUE(numbers.release_lease("b#1", 1).ok());
  EXPECT_TRUE(lease("b#1").empty()) << "it was not its own";
  ASSERT_TRUE(numbers.release_lease("a#1", 1).ok());
  const auto one = lease("b#1");
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].number, 1);
  EXPECT_TRUE(one[0].fresh);
  EXPECT_TRUE(one[0].clean) << "it was given up";
}

TEST_P(number_stores, keep_what_was_learned_of_a_number_for_its_next_owner) {
  auto& numbers = world->numbers();
  ports::number configured{.phone_number_id = "111", .waba_id = "w1", .token = "t"};
  configured.per_second = 80;
  const auto no = value_of(numbers.save({configured}, "first")).at(0).no;
  const auto taken = [&](const std::string& owner) {
    return value_of(numbers.acquire_leases(owner, {no}, std::chrono::seconds{30})).at(0).learned;
  };
  const auto renewed = [&](double ceiling) {
    (void)value_of(numbers.renew_leases("a#1", {no}, std::chrono::seconds{30},
                                        {{"111", 10, ceiling, "learned"}}));
  };
  EXPECT_FALSE(taken("a#1"));
  renewed(20);
  EXPECT_EQ(taken("a#2"), 20) << "after a crash";
  ASSERT_TRUE(numbers.release_leases("a#2").ok());
  EXPECT_EQ(taken("b#1"), 20) << "another daemon";
  ASSERT_TRUE(numbers.release_leases("b#1").ok());
  ASSERT_EQ(taken("a#1"), 20);
  renewed(80);
  EXPECT_FALSE(taken("a#2")) << "the whole rate again";
}

TEST_P(number_stores, tell_a_lease_that_ran_out_from_one_that_was_given_up) {
  auto& numbers = world->numbers();
  ASSERT_EQ(value_of(numbers.acquire_leases("a#1", {1}, std::chrono::milliseconds{-1})).size(), 1U);
  const auto taken = value_of(numbers.renew_leases("b#1", {1}, std::chrono::seconds{30}, {}));
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_TRUE(taken[0].fresh);
  EXPECT_FALSE(taken[0].clean);
}

TEST_P(number_stores, show_who_is_alive_and_who_has_what) {
  auto& numbers = world->numbers();
  const auto show = [&](const std::string& owner, std::vector<core::number_no> able) {
    return value_of(numbers.show({.owner = owner,
                                  .host = "host",
                                  .version = "1",
                                  .numbers = std::move(able),
                                  .duration = std::chrono::seconds{30}}));
  };
  ASSERT_EQ(value_of(numbers.acquire_leases("a#1", {1}, std::chrono::seconds{30})).size(), 1U);
  show("a#1", {1, 2});
  const auto view = show("b#7", {});
  ASSERT_EQ(view.nodes.size(), 2U);
  EXPECT_EQ(view.nodes[0].id, "a");
  EXPECT_EQ(view.nodes[0].numbers, (std::vector<core::number_no>{1, 2}));
  EXPECT_TRUE(view.nodes[1].numbers.empty());
  ASSERT_EQ(view.numbers.size(), 2U);
  EXPECT_EQ(view.numbers[0].holder, "a");
  EXPECT_EQ(view.numbers[1].holder, "");
  ASSERT_TRUE(numbers.release_leases("a#1").ok());
  const auto after = show("b#7", {});
  ASSERT_EQ(after.nodes.size(), 1U);
  EXPECT_EQ(after.nodes[0].id, "b");
  EXPECT_EQ(after.numbers[0].holder, "");
}

TEST_P(number_stores, keep_an_operators_order_for_whoever_takes_the_number) {
  auto& numbers = world->numbers();
  const auto saved =
      value_of(numbers.save({{.phone_number_id = "111", .waba_id = "w1", .token = "t"}}, "Acme"));
  const auto number = saved.at(0).no;
  const auto order = [&](bool pause) {
    return value_of(numbers.order({.phone_number_id = "111",
                                   .organization = saved[0].organization,
                                   .pause = pause,
                                   .reason = core::bare_text("An operator paused it.")}));
  };
  const auto first = order(true);
  EXPECT_EQ(first.number, number);
  // What a fault writes and takes back is no order.
  ASSERT_TRUE(numbers.set_stopped_reason(number, std::nullopt).ok());
  const auto paused =
      value_of(numbers.acquire_leases("a#1", {number}, std::chrono::seconds{30})).at(0);
  EXPECT_TRUE(paused.paused_by_operator);
  EXPECT_EQ(paused.order_no, first.order_no);
  EXPECT_GT(order(false).order_no, first.order_no);
  EXPECT_FALSE(value_of(numbers.renew_leases("a#1", {number}, std::chrono::seconds{30}, {}))
                   .at(0)
                   .paused_by_operator);
  EXPECT_EQ(
      numbers
          .order({.phone_number_id = "nobody's", .organization = 1, .pause = false, .reason = {}})
          .error()
          .code,
      core::errc::not_found);
}

INSTANTIATE_TEST_SUITE_P(on, number_stores, ::testing::ValuesIn(store_factories()),
                         name_of_factory);

} // namespace
