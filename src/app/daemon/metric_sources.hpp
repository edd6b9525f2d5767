#pragma once
/// What the endpoint and the database tell, in the words of the metrics. Pure.

#include "adapters/http_server/server.hpp"
#include "adapters/metrics/metrics.hpp"
#include "adapters/postgres/delivery/backlog.hpp"
#include "api/http/api.hpp"

namespace stentor::app {

[[nodiscard]] metrics::endpoint_metrics figures_of(const http_server::server_metrics& http,
                                                   const api::webhook_metrics& webhooks);
[[nodiscard]] metrics::database_metrics figures_of(const core::result<postgres::backlog>& found);

} // namespace stentor::app
