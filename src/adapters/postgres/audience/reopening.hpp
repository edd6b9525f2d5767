#pragma once
/// What a person decides about recipients: failed ones are sent to again, doubts end. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/ports/audience/recipient_store.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace stentor::postgres {

struct reopening {
  const ports::principal& who;
  core::campaign_no no{};
  std::string_view id;
  const ports::failed_choice& choice;
};

/// How many were queued; with their events and the audit row in one transaction.
[[nodiscard]] core::result<std::int64_t> reopen_failed(query_pool& pool, const reopening& r);

struct held_settlement {
  const ports::principal& who;
  core::campaign_no no{};
  std::string_view id;
  ports::settlement how{};
  const std::vector<std::int32_t>* seqs = nullptr; ///< null: all
};

/// How many doubts that were held are ended; likewise in one transaction.
[[nodiscard]] core::result<std::int64_t> settle_held(query_pool& pool, const held_settlement& h);

} // namespace stentor::postgres
