#pragma once
/// The admin API's JSON answers as text for people. Pure functions; what an answer lacks is left
/// out.

#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::app {

/// The counts of GET /api/whatsapp/campaigns/{id}.
struct campaign_counts {
  std::string name, status, reason;
  std::string waits; ///< "until 2026-12-01 09:00:00: quiet hours"; empty: it waits for nothing
  std::int64_t total = 0, screened = 0, sent = 0, delivered = 0, read = 0, responded = 0,
               failed = 0, opted_out = 0,
               in_doubt = 0, ///< in_doubt: or held for the operator
      held = 0;

  [[nodiscard]] bool over() const noexcept;
  /// Recipients with a final state; one accepted and then failed is counted twice.
  [[nodiscard]] std::int64_t done() const noexcept {
    return screened + sent + failed + opted_out + in_doubt;
  }
};

[[nodiscard]] campaign_counts counts_of(std::string_view campaign_json);
[[nodiscard]] std::string campaign_text(std::string_view campaign_json);
/// What `campaign start` did with it.
[[nodiscard]] std::string started_text(std::string_view campaign_json);
[[nodiscard]] std::string campaign_list_text(std::string_view list_json);
/// GET /api/whatsapp/campaigns/{id}/runs.
[[nodiscard]] std::string campaign_runs_text(std::string_view runs_json);
[[nodiscard]] std::string import_text(std::string_view report_json);
/// What an import of customers did.
[[nodiscard]] std::string people_text(std::string_view report_json);
[[nodiscard]] std::string events_text(std::string_view answer_json);
[[nodiscard]] std::string timeline_text(std::string_view timeline_json);

} // namespace stentor::app
