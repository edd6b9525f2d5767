#include "app/daemon/metric_sources.hpp"

#include <algorithm>
#include <iterator>

namespace stentor::app {

metrics::endpoint_metrics figures_of(const http_server::server_metrics& http,
                                     const api::webhook_metrics& webhooks) {
  metrics::endpoint_metrics e;
  e.connections = http.connections;
  e.connections_total = http.connections_total;
  e.connections_refused_total = http.connections_refused_total;
  e.requests_total = http.requests_total;
  std::copy(std::begin(http.responses_total), std::end(http.responses_total),
            std::begin(e.responses_total));
  e.timeouts_total = http.timeouts_total;
  e.malformed_total = http.malformed_total;
  e.webhooks_received_total = webhooks.received_total;
  e.webhooks_bad_signature_total = webhooks.bad_signature_total;
  e.webhooks_unreadable_total = webhooks.unreadable_total;
  e.webhooks_refused_total = webhooks.refused_total;
  e.webhooks_waiting = webhooks.waiting;
  return e;
}

metrics::database_metrics figures_of(const core::result<postgres::backlog>& found) {
  if (!found)
    return {};
  std::vector<std::pair<std::string, double>> tiers;
  for (const auto& tier : found->tiers)
    tiers.emplace_back(tier.portfolio,
                       static_cast<double>(tier.used) / static_cast<double>(tier.limit));
  return {.up = true,
          .in_doubt = found->in_doubt,
          .held = found->held,
          .retries_waiting = found->retries_waiting,
          .oldest_due_retry_s = static_cast<double>(found->oldest_due_retry_ms) / 1000,
          .tier_used_ratio = std::move(tiers)};
}

} // namespace stentor::app
