/// See metrics.hpp. The families are built by hand from the snapshots, because the figures are
/// counted elsewhere already.

#include "adapters/metrics/metrics.hpp"

#include "adapters/metrics/process_figures.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <map>
#include <sstream>
#include <string_view>

namespace stentor::metrics {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

class families {
public:
  void counter(const char* name, const char* help, std::uint64_t value) {
    add(name, help, MetricType::Counter)
        .metric.push_back(sample(MetricType::Counter, static_cast<double>(value)));
  }
  void gauge(const char* name, const char* help, double value) {
    add(name, help, MetricType::Gauge).metric.push_back(sample(MetricType::Gauge, value));
  }
  MetricFamily& add(const char* name, const char* help, MetricType type) {
    auto& family = list_.emplace_back();
    family.name = name;
    family.help = help;
    family.type = type;
    return family;
  }
  static ClientMetric sample(MetricType type, double value, const char* label = nullptr,
                             std::string label_value = {}) {
    ClientMetric m;
    if (label != nullptr)
      m.label.push_back({label, std::move(label_value)});
    (type == MetricType::Counter ? m.counter.value : m.gauge.value) = value;
    return m;
  }
  void histogram(const char* name, const char* help, const ports::duration_buckets& buckets) {
    ClientMetric m;
    auto& h = m.histogram;
    for (std::size_t i = 0; i < buckets.counts.size(); ++i) {
      h.sample_count += buckets.counts[i];
      const auto edge =
          i < buckets.edges_s.size() ? buckets.edges_s[i] : std::numeric_limits<double>::infinity();
      h.bucket.push_back({h.sample_count, edge});
    }
    h.sample_sum = buckets.sum_s;
    add(name, help, MetricType::Histogram).metric.push_back(std::move(m));
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer{}.Serialize(out, list_);
    return out.str();
  }

private:
  std::vector<MetricFamily> list_;
};

constexpr double ms_per_s = 1000.0;

/// As many series as numbers are configured.
void add_numbers(families& f, const std::vector<ports::number_metrics>& numbers) {
  auto& rates =
      f.add("stentor_number_rate", "Messages a second that a number may send at this moment.",
            MetricType::Gauge);
  for (const auto& n : numbers)
    rates.metric.push_back(families::sample(MetricType::Gauge, n.stopped ? 0 : n.per_second,
                                            "phone_number_id", n.phone_number_id));
  auto& ceilings = f.add("stentor_number_rate_ceiling",
                         "Messages a second of a number that are taken to be safe: its configured "
                         "rate, or a lower one "
                         "that was learned.",
                         MetricType::Gauge);
  for (const auto& n : numbers)
    ceilings.metric.push_back(
        families::sample(MetricType::Gauge, n.ceiling, "phone_number_id", n.phone_number_id));
  auto& stopped =
      f.add("stentor_number_stopped", "1 when a number is stopped, for a fault or by an operator.",
            MetricType::Gauge);
  for (const auto& n : numbers)
    stopped.metric.push_back(families::sample(MetricType::Gauge, n.stopped ? 1 : 0,
                                              "phone_number_id", n.phone_number_id));
}

void add_engine(families& f, const ports::engine_metrics& e) {
  f.gauge("stentor_ready", "1 when the daemon can send and take webhooks.", e.ready ? 1 : 0);
  std::map<std::string, int> alarms;
  for (const auto& alarm : e.alarms)
    ++alarms[alarm.what.code];
  auto& raised = f.add("stentor_alarms",
                       "Things that an operator must act on, by code; /api/status names them.",
                       MetricType::Gauge);
  for (const auto& [code, count] : alarms)
    raised.metric.push_back(families::sample(MetricType::Gauge, count, "code", code));
  add_numbers(f, e.numbers);
  f.gauge("stentor_campaigns_running", "Campaigns that are sending or paused.",
          e.campaigns_running);
  f.gauge("stentor_numbers_active", "Sending numbers that this daemon owns.", e.numbers_active);
  f.gauge("stentor_numbers_without_lease",
          "Active numbers of the database from which no daemon sends.", e.numbers_without_lease);
  f.gauge("stentor_nodes", "Daemons on this database that are alive.", e.nodes_alive);
  f.counter("stentor_ledger_events_total", "Events committed to the ledger.",
            e.events_committed_total);
  f.counter("stentor_ledger_commits_total", "Group commits of the ledger.", e.commits_total);
  f.gauge("stentor_ledger_longest_commit_seconds", "The longest of the last hundred group commits.",
          e.longest_commit_ms / ms_per_s);
  f.gauge("stentor_ledger_queue_events", "Events that wait for a commit.",
          static_cast<double>(e.ledger_queue));
  f.gauge(
      "stentor_disk_used_ratio",
      "How full the disk is on which the state folder lies, 0 to 1. Sending stops at disk.stop.",
      e.disk_used_ratio);
  f.gauge("stentor_projection_lag_seconds",
          "Age of the oldest event that is not yet in the reports.",
          static_cast<double>(e.projection_lag_ms) / ms_per_s);
  constexpr const char* names[] = {"not_sent", "not_processed", "rejected",
                                   "failed",   "accepted",      "in_doubt"};
  auto& outcomes =
      f.add("stentor_outcomes_total", "Ends of requests to Meta, by class.", MetricType::Counter);
  for (std::size_t i = 0; i < std::size(names); ++i)
    outcomes.metric.push_back(families::sample(
        MetricType::Counter, static_cast<double>(e.outcomes_total[i]), "class", names[i]));
  f.counter("stentor_webhooks_durable_total", "Webhook POSTs made durable.", e.webhooks_total);
  f.counter("stentor_webhook_statuses_total", "Message statuses in webhooks.", e.statuses_total);
  f.counter("stentor_webhook_inbound_messages_total", "Messages from people.", e.inbound_total);
  f.counter("stentor_opt_outs_total", "People who said stop.", e.opt_outs_total);
  f.counter("stentor_media_uploaded_total", "Media uploaded to Meta for a number.",
            e.media_uploaded_total);
  f.counter("stentor_media_failed_total", "Uploads of media that failed.", e.media_failed_total);
  f.gauge("stentor_media_awaited", "Media that campaigns wait for, once for each number.",
          e.media_awaited);
  f.counter("stentor_actor_restarts_total", "Actors restarted by the supervisor.",
            e.restarts_total);
  f.gauge("stentor_in_doubt_recovered", "Recipients found in doubt at the last start.",
          static_cast<double>(e.in_doubt_recovered));
}

void add_gateway(families& f, const ports::gateway_metrics& g) {
  f.gauge("stentor_gateway_connections", "Open HTTP/2 connections to Meta.", g.connections);
  f.gauge("stentor_gateway_in_flight_requests", "Requests that wait for Meta's answer.",
          g.in_flight);
  f.gauge("stentor_gateway_queued_messages", "Messages that wait for a permit.",
          static_cast<double>(g.queued));
  f.counter("stentor_gateway_submitted_total", "Requests written to Meta.", g.submitted_total);
  f.counter("stentor_gateway_reconnects_total", "Connections opened again.", g.reconnects_total);
  f.counter("stentor_gateway_goaways_total", "GOAWAY frames received.", g.goaways_total);
  f.counter("stentor_gateway_refused_total",
            "Requests that Meta surely did not process and that were repeated.", g.refused_total);
  f.counter("stentor_gateway_timeouts_total", "Requests without an answer in time.",
            g.timeouts_total);
  f.histogram("stentor_gateway_latency_seconds", "Time from a request to its answer.", g.latency);
  f.histogram("stentor_gateway_permit_to_wire_seconds",
              "Time from a message's permit to its written bytes.", g.permit_to_wire);
}

void add_database(families& f, const database_metrics& d) {
  f.gauge("stentor_database_up", "1 when the database answers.", d.up ? 1 : 0);
  if (!d.up)
    return;
  f.gauge("stentor_recipients_in_doubt", "Recipients whose answer was lost; a receipt may tell.",
          static_cast<double>(d.in_doubt));
  f.gauge("stentor_recipients_held",
          "Recipients in doubt for good: an operator must decide about them.",
          static_cast<double>(d.held));
  f.gauge("stentor_retries_waiting", "Retries in the queue.",
          static_cast<double>(d.retries_waiting));
  f.gauge("stentor_retry_oldest_due_seconds", "How long the oldest retry has been due.",
          d.oldest_due_retry_s);
  auto& tiers = f.add("stentor_tier_used_ratio",
                      "How much of Meta's messaging limit is used, by portfolio; of those without "
                      "a limit nothing is told.",
                      MetricType::Gauge);
  for (const auto& [portfolio, ratio] : d.tier_used_ratio)
    tiers.metric.push_back(families::sample(MetricType::Gauge, ratio, "portfolio", portfolio));
}

void add_endpoint(families& f, const endpoint_metrics& h) {
  f.gauge("stentor_http_connections", "Open connections to the daemon.",
          static_cast<double>(h.connections));
  f.counter("stentor_http_connections_total", "Connections accepted.", h.connections_total);
  f.counter("stentor_http_connections_refused_total",
            "Connections refused because there were too many.", h.connections_refused_total);
  f.counter("stentor_http_requests_total", "Requests received.", h.requests_total);
  auto& responses =
      f.add("stentor_http_responses_total", "Responses, by class of status.", MetricType::Counter);
  for (std::size_t i = 1; i < 6; ++i)
    responses.metric.push_back(families::sample(MetricType::Counter,
                                                static_cast<double>(h.responses_total[i]), "status",
                                                std::to_string(i) + "xx"));
  f.counter("stentor_http_timeouts_total", "Peers that were too slow.", h.timeouts_total);
  f.counter("stentor_http_malformed_total",
            "Requests that were no HTTP, or whose head was too large.", h.malformed_total);
  f.counter("stentor_webhook_posts_total", "Webhook POSTs received.", h.webhooks_received_total);
  f.counter("stentor_webhook_bad_signatures_total", "Webhook POSTs with a wrong signature.",
            h.webhooks_bad_signature_total);
  f.counter("stentor_webhook_unreadable_total",
            "Signed webhook POSTs that were not understood and kept as they came.",
            h.webhooks_unreadable_total);
  f.counter("stentor_webhook_refused_total", "Webhook POSTs answered 503.",
            h.webhooks_refused_total);
  f.gauge("stentor_webhook_waiting", "Webhook POSTs that wait for their commit.",
          static_cast<double>(h.webhooks_waiting));
}

void add_process(families& f, const process_figures& p) {
  f.add("process_cpu_seconds_total", "CPU time used, user and system.", MetricType::Counter)
      .metric.push_back(families::sample(MetricType::Counter, p.cpu_s));
  f.gauge("process_resident_memory_bytes", "Memory in RAM.", p.resident_bytes);
  f.gauge("process_open_fds", "Open file descriptors.", p.open_files);
  f.gauge("process_max_fds", "Most file descriptors that may be open.", p.open_files_max);
  f.gauge("process_start_time_seconds", "When the process began, Unix time.", p.start_s);
}

} // namespace

std::string to_text(const snapshot& now) {
  families f;
  f.add("stentor_build_info", "The running version, as a label.", MetricType::Gauge)
      .metric.push_back(families::sample(MetricType::Gauge, 1, "version", now.version));
  f.gauge("stentor_uptime_seconds", "Time since the daemon started.", now.uptime_s);
  add_engine(f, now.engine);
  add_gateway(f, now.gateway);
  add_endpoint(f, now.endpoint);
  add_database(f, now.database);
  add_process(f, read_process());
  return f.text();
}

} // namespace stentor::metrics
