/// Configured numbers and their leases.

#include "adapters/postgres/business_number/number_store.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <future>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class number_rows : public with_stores {
protected:
  /// Waits for no lock.
  std::unique_ptr<number_store_on_postgres> impatient() {
    auto db = need(connection::open(base.options()));
    EXPECT_TRUE(db.run("SET lock_timeout = 1").ok());
    return std::make_unique<number_store_on_postgres>(std::make_shared<connection>(std::move(db)));
  }
};

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

/// A daemon that stands still in the middle of a claim holds the campaign for a while. Whoever
/// waits for it must not lose what he sends from meanwhile.
TEST_F(number_rows, a_claim_that_waits_costs_nobody_his_lease) {
  const auto leases = hold("a");
  base.run("BEGIN; SELECT FROM campaign WHERE no = 1 FOR NO KEY UPDATE");
  auto waiting = std::async(std::launch::async, [&] {
    return claims->claim(1, {{1, leases[0].epoch, 5}}, {}).ok();
  });
  wait_for_a_lock();
  const auto renewed = need(impatient()->renew_leases("a", {1, 2}, std::chrono::minutes{1}, {}));
  EXPECT_EQ(renewed.size(), 2U);
  base.run("COMMIT");
  EXPECT_TRUE(waiting.get());
}

TEST_F(number_rows, what_a_claim_still_holds_of_another_one_costs_no_lease) {
  const auto first = hold("a");
  base.run("UPDATE number_lease SET owner = 'b', expires_at = now() - interval '1 s' "
           "WHERE number_no = 2");
  base.run("BEGIN; SELECT FROM number_lease WHERE number_no = 2 FOR KEY SHARE"); // as claims do
  const auto store = impatient();
  auto renewed = need(store->renew_leases("a", {1, 2}, std::chrono::minutes{1}, {}));
  ASSERT_EQ(renewed.size(), 1U);
  EXPECT_EQ(renewed[0].number, core::number_no{1});
  EXPECT_FALSE(renewed[0].fresh);
  base.run("COMMIT");
  renewed = need(store->renew_leases("a", {1, 2}, std::chrono::minutes{1}, {}));
  ASSERT_EQ(renewed.size(), 2U);
  EXPECT_TRUE(renewed[1].fresh);
  EXPECT_FALSE(renewed[1].clean);
  EXPECT_EQ(renewed[1].epoch, first[1].epoch + 1);
}

TEST_F(number_rows, a_renewal_that_waits_behind_a_new_messaging_limit_undoes_nothing) {
  base.run(
      "INSERT INTO portfolio (organization_no) VALUES (1); UPDATE number SET portfolio_no = 1");
  hold("a");
  base.run("BEGIN; UPDATE number SET messaging_limit = 'TIER_10'; SELECT portfolio_refresh(1)");
  auto waiting = std::async(std::launch::async, [&] { return hold("a").size(); });
  wait_for_a_lock();
  base.run("COMMIT");
  EXPECT_EQ(waiting.get(), 2U);
  EXPECT_EQ(base.number("SELECT count(limited_by) FROM number_lease"), 2);
}

TEST_F(number_rows, a_new_messaging_limit_that_waits_for_a_claim_costs_nobody_his_lease) {
  base.run("INSERT INTO portfolio (organization_no, told_limit) VALUES (1, 50); "
           "UPDATE number SET portfolio_no = 1");
  hold("a");
  base.run("BEGIN; SELECT FROM number_lease WHERE number_no = 2 FOR KEY SHARE; " // as claims do
           "SELECT FROM portfolio FOR NO KEY UPDATE");
  auto waiting = std::async(std::launch::async, [&] {
    auto other = need(connection::open(base.options()));
    return other.run("UPDATE number SET messaging_limit = 'TIER_10'; SELECT portfolio_refresh(1)")
        .ok();
  });
  wait_for_a_lock();
  EXPECT_EQ(need(impatient()->renew_leases("a", {1, 2}, std::chrono::minutes{1}, {})).size(), 2U);
  base.run("COMMIT");
  EXPECT_TRUE(waiting.get());
  EXPECT_EQ(base.number("SELECT told_limit FROM portfolio"), 10);
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
