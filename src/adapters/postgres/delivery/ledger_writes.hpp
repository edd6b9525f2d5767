#pragma once
/// The parts of a commit beside its events, each as one statement on arrays. Called inside a
/// transaction of the given connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/delivery/ledger.hpp"

#include <span>

namespace stentor::postgres {

[[nodiscard]] core::status write_marks(connection& db, std::span<const ports::progress_mark> marks,
                                       std::vector<ports::ownership>& fenced);
/// The claims whose recipients these are stay open until the transaction ends.
[[nodiscard]] core::status hold_claims(connection& db, std::span<const ports::retry_row> retries);
[[nodiscard]] core::status write_retries(connection& db, std::span<const ports::retry_row> retries);
[[nodiscard]] core::status write_retries_done(connection& db,
                                              std::span<const ports::ended_try> rows);
[[nodiscard]] core::status write_doubts(connection& db, std::span<const ports::doubt_row> doubts);
/// Adds whom Meta's word (131050) stops; the fold makes it durable. What can't be looked up is left
/// out: the events are written already.
void find_stopped_recipients(connection& db, const core::event_batch& events,
                             std::vector<ports::stop_effect>& stopped);
[[nodiscard]] core::status write_inbound(connection& db,
                                         std::span<const ports::inbound_row> inbound);
[[nodiscard]] core::status write_template(connection& db, const ports::template_row& row);
[[nodiscard]] core::status write_others(connection& db,
                                        std::span<const ports::other_webhook_row> others);

} // namespace stentor::postgres
