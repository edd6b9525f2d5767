#pragma once
/// A database with one sending campaign (100 recipients, every tenth screened), and the daemon's
/// stores, ledger and projection on it.

#include "adapters/postgres/campaign/housekeeping.hpp"
#include "adapters/postgres/delivery/claim_store.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

namespace stentor::postgres::testing {

[[nodiscard]] inline core::wall_time at(std::int64_t ms) {
  return core::wall_time{std::chrono::milliseconds{ms}};
}

inline constexpr std::int64_t now_ms = 1'900'000'000'000; // a moment for due times, of the tests

class with_stores : public with_database {
protected:
  void SetUp() override {
    make_campaign(base, 1, 100, true);
    claims = need(open_claim_store(base.options()));
    stores = need(open_housekeeping(base.options()));
    book = need(ledger::open(base.options()));
    fold = need(projection::open(base.options()));
  }

  std::vector<ports::lease> hold(const std::string& owner) {
    return need(stores.numbers->acquire_leases(owner, {1, 2}, std::chrono::minutes{1}));
  }
  ports::claim_result claim(const std::vector<ports::claim_order>& orders) {
    return need(claims->claim(1, orders, {}));
  }
  void record(const core::event_batch& events) {
    ports::ledger_write w;
    w.events = events;
    need(book->commit(w));
  }
  void fold_all() {
    while (!need(fold->fold(100'000)).caught_up) {
    }
  }

  /// Until somebody waits for a lock, 8 s at most.
  void wait_for_a_lock() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{8};
    while (base.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0 &&
           std::chrono::steady_clock::now() < until) {
    }
    EXPECT_EQ(base.number("SELECT count(*) FROM pg_locks WHERE NOT granted"), 1);
  }

  std::unique_ptr<ports::claim_store> claims;
  housekeeping stores;
  std::unique_ptr<ledger> book;
  std::unique_ptr<projection> fold;
};

} // namespace stentor::postgres::testing
