#pragma once
/// Writes rows of customers: who has none gets one, the others are patched. Everybody who writes
/// customers does it here: API and imports, and who meets people (replies, orders). One thread, on
/// a connection inside a transaction of the caller's.
///
/// Rows are locked in the order of their numbers before anything is written, and new ones come in
/// the order of their keys, so that two who touch the same people wait for each other instead of
/// meeting head-on.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/contact/places.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/contact/customer_batch.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace stentor::postgres {

/// What became of a batch.
struct touch_report {
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0; ///< were like that already
  /// Lines that changed nothing, and why.
  std::vector<std::pair<std::int64_t, core::sentence>> problems;
  /// customer.no of the batch's rows; 0 for those with a problem and for empty rows.
  std::vector<std::int64_t> customers;
  /// Pairs of customers who are one person: the one with the phone number, and the one without.
  std::vector<std::pair<std::int64_t, std::int64_t>> same;
};

/// Why a row is refused whose phone number and user id are not one person's.
[[nodiscard]] core::sentence two_customers();

class contact_touch {
public:
  /// @param required attributes that nobody may be added without
  contact_touch(core::organization_no organization, const ports::time_zones& zones,
                std::set<std::string, std::less<>> required = {})
      : organization_{organization}, places_{zones}, required_{std::move(required)} {}

  [[nodiscard]] core::result<touch_report> write(connection& db, const core::customer_batch& batch);
  /// The transaction was rolled back.
  void rolled_back() { places_.clear(); }

private:
  struct round;
  core::status write_round(connection& db, round& r);
  core::status write_people(connection& db, const core::customer_batch& batch,
                            const touch_report& report);

  core::organization_no organization_;
  places places_;
  std::set<std::string, std::less<>> required_;
};

} // namespace stentor::postgres
