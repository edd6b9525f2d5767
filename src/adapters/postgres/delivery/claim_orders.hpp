#pragma once
/// Orders of numbers whose lease is still theirs. Inside a transaction of the given connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/delivery/claim_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stentor::postgres {

struct valid_order {
  ports::claim_order order;
  std::string owner;                                     ///< of the number's lease
  std::optional<std::int32_t> limited_by = std::nullopt; ///< its portfolio, if that has a limit
};

struct valid_orders {
  std::vector<valid_order> orders;
  std::vector<core::number_no> fenced; ///< whose lease has another epoch
};

/// The leases stay as they are until the transaction ends.
[[nodiscard]] core::result<valid_orders> lock_orders(connection& db,
                                                     const std::vector<ports::claim_order>& orders);

/// The open parts as a parameter of the statements that ask for them; NULL: all parts are.
params& add_scope(params& p, const ports::claim_scope& scope);

} // namespace stentor::postgres
