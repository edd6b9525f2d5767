#pragma once
/// Many rows about customers, of which several can be about one person: under one phone number, one
/// user id, or both. Pure; one thread.

#include "stentor/core/contact/customer_row.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stentor::core {

/// Rows of which each is about another person.
class customer_batch {
public:
  /// False when the row's user id was seen with another phone number: nobody knows which of the two
  /// is right, and the row changes nothing.
  [[nodiscard]] bool add(customer_row row);

  /// In the order in which the people came first. A row that joined another one leaves an empty row
  /// behind, without phone number and user id.
  [[nodiscard]] const std::vector<customer_row>& rows() const noexcept { return rows_; }
  /// Phone numbers and user ids that were seen together, each pair once.
  [[nodiscard]] const std::vector<std::pair<std::int64_t, std::string>>& pairs() const noexcept {
    return pairs_;
  }
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  /// Which of rows() is about the person; nothing when none is.
  [[nodiscard]] std::optional<std::size_t> place_of(std::int64_t phone,
                                                    const std::string& user_id) const;
  void clear();

private:
  std::vector<customer_row> rows_;
  std::vector<std::pair<std::int64_t, std::string>> pairs_;
  std::unordered_map<std::int64_t, std::size_t> by_phone_; ///< places in rows_
  std::unordered_map<std::string, std::size_t> by_user_;
};

/// What is known of a customer that a row can be about.
struct known_customer {
  std::int64_t no = 0; ///< customer.no
  std::int64_t phone = 0;
  std::string user_id;
};

/// What becomes of a row.
struct customer_fate {
  enum class what : std::uint8_t {
    added,
    changed, ///< `no`
    refused, ///< its user id is a customer's with another phone number
  };
  what is = what::added;
  std::int64_t no = 0;
  /// The other customer who has the row's user id and no phone number: it is the same person. The
  /// row's user id stays with it until the two are merged. 0: there is none.
  std::int64_t same_as = 0;
};

/// @param by_phone,by_user the customer with the row's phone number, and with its user id; nullptr:
/// there is none
[[nodiscard]] customer_fate fate_of(const customer_row& row, const known_customer* by_phone,
                                    const known_customer* by_user) noexcept;

} // namespace stentor::core
