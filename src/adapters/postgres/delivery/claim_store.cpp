#include "adapters/postgres/delivery/claim_store.hpp"

#include "adapters/postgres/delivery/range_claims.hpp"
#include "adapters/postgres/delivery/recovery.hpp"
#include "adapters/postgres/delivery/retry_claims.hpp"

namespace stentor::postgres {

core::result<ports::recovery_report>
claim_store_on_postgres::recover(const std::vector<ports::lease>& leases, std::int64_t now_ms,
                                 const ports::flight_recorder& flights) {
  // One transaction: a process that dies in the middle leaves everything as it was, to be recovered
  // again.
  auto t = session_->begin();
  if (!t)
    return t.error();
  std::vector<ports::claim_order> held;
  for (const auto& l : leases)
    held.push_back({.number = l.number, .epoch = l.epoch, .count = 1});
  auto valid = lock_orders(session_->db(), held);
  if (!valid)
    return valid.error();
  auto recovered = recover_numbers(session_->db(), valid->orders, now_ms, flights);
  if (!recovered)
    return recovered.error();
  if (auto s = session_->append_and_commit(*t, recovered->events); !s)
    return s.error();
  recovered->report.fenced = std::move(valid->fenced);
  return recovered->report;
}

core::status claim_store_on_postgres::free_unheard() {
  auto& db = session_->db();
  for (const auto& u : unheard_) {
    if (auto r = db.call("claims_lock_campaign", params{}.integer(u.campaign)); !r)
      return r.error();
    if (auto s = db.execute("claims_give_back", std::move(params{}.int8_array(u.claims))); !s)
      return s;
    if (u.retries.empty())
      continue;
    if (auto r = db.call("claims_wait_for_retries",
                         std::move(params{}.integer(u.campaign).int4_array(u.retries)));
        !r)
      return r.error();
    params p;
    p.integer(u.campaign).int4_array(u.retries).int8_array(u.retry_claims);
    if (auto s = db.execute("claims_give_back_retries", std::move(p)); !s)
      return s;
    if (auto s = db.execute("claims_delete", std::move(params{}.int8_array(u.retry_claims))); !s)
      return s;
  }
  return core::ok{};
}

core::status claim_store_on_postgres::give_back() {
  if (unheard_.empty())
    return core::ok{};
  auto t = session_->begin();
  if (!t)
    return t.error();
  if (auto s = free_unheard(); !s)
    return s;
  // To free it twice does no harm: the rows have other ids, or another state, by then.
  if (auto s = t->commit(); !s)
    return s;
  unheard_.clear();
  return core::ok{};
}

core::status claim_store_on_postgres::commit(transaction& t, core::campaign_no campaign,
                                             const std::vector<core::claimed_chunk>& chunks) {
  auto s = t.commit();
  if (s) {
    unheard_.clear();
    return s;
  }
  unheard taken{.campaign = campaign, .claims = {}, .retry_claims = {}, .retries = {}};
  for (const auto& chunk : chunks) {
    (chunk.retries ? taken.retry_claims : taken.claims).push_back(chunk.claim);
    if (chunk.retries)
      for (const auto& row : chunk.rows)
        taken.retries.push_back(row.seq);
  }
  unheard_.push_back(std::move(taken));
  return s;
}

core::result<ports::claim_result>
claim_store_on_postgres::claim(core::campaign_no campaign,
                               const std::vector<ports::claim_order>& orders,
                               const ports::claim_scope& scope) {
  auto t = session_->begin();
  if (!t)
    return t.error();
  if (auto s = free_unheard(); !s)
    return s.error();
  auto valid = lock_orders(session_->db(), orders);
  if (!valid)
    return valid.error();
  auto result = range_claims{session_->db(), campaign, scope}.serve(valid->orders);
  if (!result)
    return result.error();
  result->fenced = std::move(valid->fenced);
  if (auto s = commit(*t, campaign, result->chunks); !s)
    return s.error();
  return std::move(*result);
}

core::result<std::vector<core::claimed_chunk>>
claim_store_on_postgres::claim_retries(core::campaign_no campaign,
                                       const std::vector<ports::claim_order>& orders,
                                       const ports::claim_scope& scope, core::wall_time now) {
  auto t = session_->begin();
  if (!t)
    return t.error();
  if (auto s = free_unheard(); !s)
    return s.error();
  auto valid = lock_orders(session_->db(), orders);
  if (!valid)
    return valid.error();
  auto chunks = claim_due_retries(session_->db(), campaign, valid->orders, scope, now);
  if (!chunks)
    return chunks.error();
  if (auto s = commit(*t, campaign, *chunks); !s)
    return s.error();
  return std::move(*chunks);
}

core::result<std::unique_ptr<ports::claim_store>> open_claim_store(connection_options options) {
  options.application_name = "stentor claims";
  // A claim holds its number's lease meanwhile, which could not be renewed.
  options.lock_timeout = std::chrono::seconds{2};
  auto db = open_store_connection(std::move(options));
  if (!db)
    return db.error();
  return std::unique_ptr<ports::claim_store>{
      std::make_unique<claim_store_on_postgres>(std::make_shared<ledger_session>(std::move(*db)))};
}

} // namespace stentor::postgres
