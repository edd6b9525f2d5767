#include "adapters/postgres/delivery/retention.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>

namespace stentor::postgres {

namespace {

/// A piece takes a fraction of a second, so that no fold waits for longer.
constexpr std::int64_t batches_a_piece = 200;
constexpr std::int64_t rows_a_piece = 5'000;

core::result<std::int64_t> deleted(connection& db, std::string_view statement,
                                   std::chrono::milliseconds kept, std::int64_t most) {
  auto gone = db.call(statement, params{}.integer(kept.count()).integer(most));
  if (!gone)
    return gone.error();
  return row_reader{*gone}.integer("n");
}

} // namespace

core::result<ports::trim_report> trim_piece(connection& db, const ports::retention_terms& terms) {
  ports::trim_report report;
  const auto batches = deleted(db, "retention_ledger", terms.ledger, batches_a_piece);
  if (!batches)
    return batches.error();
  const auto retries = deleted(db, "retention_retries", terms.queues, rows_a_piece);
  if (!retries)
    return retries.error();
  const auto webhooks = deleted(db, "retention_webhooks", terms.queues, rows_a_piece);
  if (!webhooks)
    return webhooks.error();
  const auto windows = deleted(db, "retention_windows", terms.queues, rows_a_piece);
  if (!windows)
    return windows.error();
  const auto tiers = deleted(db, "retention_tiers", terms.queues, rows_a_piece);
  if (!tiers)
    return tiers.error();
  const auto caps = deleted(db, "retention_caps", terms.queues, rows_a_piece);
  if (!caps)
    return caps.error();
  const auto jobs = deleted(db, "retention_jobs", terms.ledger, rows_a_piece);
  if (!jobs)
    return jobs.error();
  report.batches = *batches;
  report.rows = *retries + *webhooks + *windows + *tiers + *caps + *jobs;
  report.more = *batches >= batches_a_piece ||
                std::max({*retries, *webhooks, *windows, *tiers, *caps, *jobs}) >= rows_a_piece;
  return report;
}

} // namespace stentor::postgres
