#pragma once
/// Customers who turn out to be one person become one customer, by the rule of core/contact/merge;
/// the id of the one that goes answers as the one that stays. One thread; each call has
/// transactions of its own, so never inside one.

#include "adapters/postgres/client/connection.hpp"

#include <cstdint>

namespace stentor::postgres {

/// @param newer whose phone number and user id are the person's now
/// @returns false when one of them is no more, which is no error: somebody else was faster
[[nodiscard]] core::result<bool> join_customers(connection& db, std::int64_t newer,
                                                std::int64_t other);

/// Looks for customers to join: those of whom receipts and messages have told the phone number, and
/// those who told a new one. A piece at a time.
class customer_follower {
public:
  /// @returns how many customers changed
  [[nodiscard]] core::result<std::int64_t> follow(connection& db);

private:
  [[nodiscard]] core::result<std::int64_t> follow_hidden(connection& db);
  [[nodiscard]] core::result<std::int64_t> follow_changes(connection& db);

  std::int64_t after_ = 0; ///< customer.no
};

} // namespace stentor::postgres
