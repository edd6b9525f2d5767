#pragma once
/// Sends to failed recipients again, by a person's word. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/ports/audience/recipient_store.hpp"

#include <string_view>

namespace stentor::postgres {

struct reopening {
  const ports::principal& who;
  core::campaign_no no{};
  std::string_view id;
  const ports::failed_choice& choice;
};

/// How many were queued; with their events and the audit row in one transaction.
[[nodiscard]] core::result<std::int64_t> reopen_failed(query_pool& pool, const reopening& r);

} // namespace stentor::postgres
