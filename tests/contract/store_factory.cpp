#include "tests/contract/store_factory.hpp"

#include "tests/contract/postgres_world.hpp"
#include "tests/contract/simulated_world.hpp"

namespace stentor::test {

std::vector<store_factory> store_factories() {
  return {{.name = "postgres", .make = make_postgres_world},
          {.name = "simulation", .make = make_simulated_world}};
}

std::vector<ports::lease> store_contract::lease(const std::string& owner) {
  return value_of(world->numbers().acquire_leases(owner, {1, 2}, std::chrono::minutes{1}));
}

ports::claim_result store_contract::claim(const std::vector<ports::claim_order>& orders,
                                          core::campaign_no campaign,
                                          const ports::claim_scope& scope) {
  return value_of(world->claims().claim(campaign, orders, scope));
}

void store_contract::commit(const ports::ledger_write& write) {
  static_cast<void>(value_of(world->ledger().commit(write)));
}

void store_contract::settle(const core::claimed_chunk& chunk, core::event_kind kind) {
  ports::ledger_write w;
  for (const auto& row : chunk.rows)
    w.events.add(chunk.campaign, row.seq, row.attempt, kind, 0, chunk.number, 1000, "x");
  w.claims_done.push_back(chunk.claim);
  if (chunk.retries)
    for (const auto& row : chunk.rows)
      w.retries_done.push_back({.campaign = chunk.campaign,
                                .seq = row.seq,
                                .attempt = row.attempt,
                                .claim = chunk.claim});
  commit(w);
  world->fold();
}

} // namespace stentor::test
