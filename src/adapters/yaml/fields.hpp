#pragma once
/// The one table of settings: key, member, rule, and whether SIGHUP may change it. The reader, the
/// reload and the list of known keys are visitors of it, so they can't disagree. Private to this
/// adapter.

#include "stentor/ports/system/configuration.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::yaml {

enum class change : std::uint8_t { on_reload, on_restart };

// Rules: what a value must look like.
struct any_text {};
struct digits {};          ///< one of Meta's ids
struct digits_or_none {};  ///< the same, which may be absent
struct address {};         ///< 127.0.0.1:8080
struct web_address {};     ///< https://host[:port]
struct version_text {};    ///< v25.0
struct region_text {};     ///< DE
struct path_text {};       ///< resolved against the file's folder
struct connection_text {}; ///< libpq, without a password
struct text_list {};
struct secret_name {};  ///< <key>_file or <key>_env
struct secret_names {}; ///< the same, each with one value or a list
struct log_level_name {};
struct log_format_name {};
struct integer_range {
  std::uint64_t least, most;
};
struct real_range {
  double least, most;
};
struct size_range {
  std::uint64_t least, most; ///< bytes
};
struct duration_range {
  std::chrono::milliseconds least, most;
};

inline constexpr std::chrono::milliseconds one_day{86'400'000};
inline constexpr std::uint64_t kib = 1024, mib = kib * kib, gib = mib * kib, tib = gib * kib;

/// One entry of `numbers`; `at` is "numbers[3]", or "numbers[]" for the list of known keys.
template <class Visitor, class Number>
void visit_number(Visitor& v, const std::string& at, Number& n) {
  v(at + ".phone_number_id", n.phone_number_id, digits{}, change::on_restart);
  v(at + ".waba_id", n.waba_id, digits{}, change::on_restart);
  v(at + ".token", n.token, secret_name{}, change::on_reload);
  v(at + ".messages_per_second", n.messages_per_second, real_range{0.01, 1000}, change::on_reload);
  v(at + ".concurrency", n.concurrency, integer_range{0, 10'000}, change::on_reload);
}

template <class Visitor, class Configuration>
void visit_dispatch(Visitor& v, Configuration& c) {
  using namespace std::chrono_literals;
  constexpr auto restart = change::on_restart;
  auto& d = c.dispatch;
  v("dispatch.connections", d.connections, integer_range{1, 64}, restart);
  v("dispatch.streams_per_connection_max", d.streams_per_connection_max, integer_range{1, 10'000},
    restart);
  v("dispatch.connect_timeout", d.connect_timeout, duration_range{100ms, 5min}, restart);
  v("dispatch.request_timeout", d.request_timeout, duration_range{100ms, 10min}, restart);
  v("dispatch.ping_interval", d.ping_interval, duration_range{100ms, 10min}, restart);
  v("dispatch.rate_tolerance", d.rate_tolerance, duration_range{0ms, 100ms}, restart);
  v("dispatch.rate_jitter", d.rate_jitter, duration_range{0ms, 100ms}, restart);
  v("dispatch.progress_interval", d.progress_interval, duration_range{10ms, 10s}, restart);
  v("dispatch.commit_linger", d.commit_linger, duration_range{0ms, 1s}, restart);
  v("dispatch.webhook_linger", d.webhook_linger, duration_range{0ms, 1s}, restart);
  v("dispatch.commit_rows_max", d.commit_rows_max, integer_range{100, 1'000'000}, restart);
  v("dispatch.chunk_duration", d.chunk_duration, duration_range{50ms, 1min}, restart);
  v("dispatch.chunk_rows_max", d.chunk_rows_max, integer_range{10, 100'000}, restart);
  v("dispatch.pair_interval", d.pair_interval, duration_range{0ms, 1h}, restart);
  v("dispatch.pair_burst", d.pair_burst, integer_range{1, 1000}, restart);
  v("dispatch.projection_interval", d.projection_interval, duration_range{10ms, 1min}, restart);
}

template <class Visitor, class Configuration>
void visit_http(Visitor& v, Configuration& c) {
  using namespace std::chrono_literals;
  constexpr auto restart = change::on_restart;
  auto& h = c.http;
  v("http.listen", h.listen, address{}, restart);
  v("http.tls_certificate", h.tls_certificate, path_text{}, restart);
  v("http.tls_key", h.tls_key, path_text{}, restart);
  v("http.threads", h.threads, integer_range{1, 64}, restart);
  v("http.stream_threads", h.stream_threads, integer_range{1, 64}, restart);
  v("http.connections_max", h.connections_max, integer_range{1, 65'536}, restart);
  v("http.connections_per_client", h.connections_per_client, integer_range{0, 65'536}, restart);
  v("http.header_max", h.header_max_bytes, size_range{kib, 256 * kib}, restart);
  v("http.header_timeout", h.header_timeout, duration_range{100ms, 10min}, restart);
  v("http.body_timeout", h.body_timeout, duration_range{100ms, 1h}, restart);
  v("http.idle_timeout", h.idle_timeout, duration_range{100ms, 1h}, restart);
}

/// Everything but `numbers`, whose entries the visitor walks with visit_number.
template <class Visitor, class Configuration>
void visit_settings(Visitor& v, Configuration& c) {
  using namespace std::chrono_literals;
  constexpr auto reload = change::on_reload;
  constexpr auto restart = change::on_restart;
  v("organization.name", c.organization, any_text{}, restart);
  v("organization.time_zone", c.policy.time_zone, any_text{}, reload);
  v("state_folder", c.state_folder, path_text{}, restart);
  v("meta.base_url", c.meta.base_url, web_address{}, restart);
  v("meta.api_version", c.meta.api_version, version_text{}, restart);
  v("meta.app_secret", c.meta.app_secrets, secret_names{}, reload);
  v("meta.verify_token", c.meta.verify_token, secret_name{}, restart);
  v("meta.app_id", c.meta.app_id, digits_or_none{}, restart);
  v("meta.ca_file", c.meta.ca_file, path_text{}, restart);
  v("database.url", c.database.url, connection_text{}, restart);
  v("database.url", c.database.url_secret, secret_name{}, restart);
  v("database.connections", c.database.connections, integer_range{1, 64}, restart);
  visit_http(v, c);
  visit_dispatch(v, c);
  v("canary.people", c.policy.canary.people, integer_range{1, 1'000'000}, reload);
  v("canary.settle", c.policy.canary.settle, duration_range{1s, 7 * one_day}, reload);
  v("canary.failed", c.policy.canary.failed_percent, real_range{0, 100}, reload);
  v("canary.opted_out", c.policy.canary.opted_out_percent, real_range{0, 100}, reload);
  v("canary.capped", c.policy.canary.capped_percent, real_range{0, 100}, reload);
  v("canary.proposed_above", c.policy.canary.proposed_above, integer_range{0, 1'000'000'000},
    reload);
  v("recovery.tries", c.policy.recovery.tries, integer_range{0, core::recovery_limits::tries_most},
    reload);
  v("recovery.spacing", c.policy.recovery.spacing, duration_range{1ms, 30 * one_day}, reload);
  v("recovery.least_delivered", c.policy.recovery.least_delivered_percent, integer_range{0, 100},
    reload);
  v("retry.base_delay", c.retry.base_delay, duration_range{1ms, one_day}, restart);
  v("retry.delay_max", c.retry.delay_max, duration_range{1ms, 30 * one_day}, restart);
  v("retry.pair_delay", c.retry.pair_delay, duration_range{1ms, one_day}, restart);
  v("in_doubt.wait", c.in_doubt.wait, duration_range{100ms, 7 * one_day}, restart);
  v("screening.default_region", c.screening.default_region, region_text{}, restart);
  v("stop_words.extra", c.stop_words.extra, text_list{}, restart);
  v("segments.cost_max", c.segments.cost_max, real_range{1, 1e15}, restart);
  v("template_sync.interval", c.template_sync.interval, duration_range{0ms, 7 * one_day}, restart);
  v("lease.duration", c.lease.duration, duration_range{2s, 10min}, restart);
  v("retention.ledger", c.retention.ledger, duration_range{one_day, 3650 * one_day}, restart);
  v("retention.queues", c.retention.queues, duration_range{8 * one_day, 3650 * one_day}, restart);
  v("disk.alarm", c.disk.alarm, integer_range{50, 100}, restart);
  v("disk.stop", c.disk.stop, integer_range{50, 100}, restart);
  v("log.level", c.log.level, log_level_name{}, reload);
  v("log.format", c.log.format, log_format_name{}, restart);
  v("shutdown.drain", c.shutdown.drain, duration_range{0ms, 1h}, restart);
}

} // namespace stentor::yaml
