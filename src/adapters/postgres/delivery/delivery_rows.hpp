#pragma once
/// Rows of `delivery` on their way between PostgreSQL and core's fold. Called inside the
/// projection's transaction; nobody else writes that table.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/delivery.hpp"

#include <span>

namespace stentor::postgres {

struct delivery_row {
  core::campaign_no campaign{};
  core::recipient_seq seq = 0;
  row_place place; ///< nowhere: there is no row yet
  core::delivery value;
};

/// Fills in what is stored of the given recipients, which ascend by campaign and seq. The texts are
/// views of the answer: keep it as long as the rows.
[[nodiscard]] core::result<rows> look_up(connection& db, std::span<delivery_row> recipients);

/// Stores rows that have no place yet.
[[nodiscard]] core::status insert_rows(connection& db, std::span<const delivery_row> fresh);

/// Stores rows over those at their places.
[[nodiscard]] core::status update_rows(connection& db, std::span<const delivery_row> changed);

/// Whether a row differs in nothing but what update_receipts() stores.
[[nodiscard]] bool only_receipts_differ(const core::delivery& a, core::delivery b);
/// As update_rows(), for rows that have got receipts and nothing else: 5 columns travel, not 27.
[[nodiscard]] core::status update_receipts(connection& db, std::span<const delivery_row> changed);

} // namespace stentor::postgres
