#include "app/daemon/daemon_settings.hpp"

#include "adapters/text/word_keys.hpp"
#include "app/daemon/node_identity.hpp"
#include "app/version.hpp"
#include "stentor/core/base/url.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace stentor::app {

core::wall_time wall_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

core::steady_time boot_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return core::steady_time{std::chrono::seconds{now.tv_sec} +
                           std::chrono::nanoseconds{now.tv_nsec}};
}

std::string owner_name(const std::string& node) {
  return node + "#" + std::to_string(::getpid()) + "-" +
         std::to_string(wall_now().time_since_epoch().count());
}

std::vector<ports::number> numbers_of(const ports::configuration& c) {
  std::vector<ports::number> numbers;
  for (const auto& n : c.numbers)
    numbers.push_back({.no = {},
                       .organization = {},
                       .phone_number_id = n.phone_number_id,
                       .waba_id = n.waba_id,
                       .token = n.token.value,
                       .per_second = n.messages_per_second,
                       .in_flight_max = n.concurrency,
                       .active = true});
  return numbers;
}

http2::gateway_settings gateway_settings_of(const ports::configuration& c) {
  const auto& d = c.dispatch;
  http2::gateway_settings s;
  s.base_url = c.meta.base_url;
  s.ca_file = c.meta.ca_file;
  s.connections_min = std::min(2U, d.connections);
  s.connections_max = d.connections;
  s.streams_max = d.streams_per_connection_max;
  s.request_timeout = d.request_timeout;
  s.connect_timeout = d.connect_timeout;
  s.ping_interval = d.ping_interval;
  s.ping_timeout = d.ping_interval;
  s.user_agent = std::string{"stentor/"} + version;
  s.rate_tolerance = d.rate_tolerance;
  s.rate_jitter = d.rate_jitter;
  s.pair_interval = d.pair_interval;
  s.pair_burst = d.pair_burst;
  s.clock = boot_now;
  s.on_trouble = [](const std::string& sentence) { spdlog::error("{}", sentence); };
  return s;
}

/// A file of 100 MB takes its time; messages must not wait behind it.
http2::gateway_settings upload_settings_of(const ports::configuration& c) {
  auto s = gateway_settings_of(c);
  s.connections_min = 1;
  s.connections_max = 1;
  s.request_timeout = std::chrono::minutes{10};
  return s;
}

actors::engine_settings engine_settings_of(const ports::configuration& c, const std::string& node,
                                           std::vector<ports::number> numbers) {
  actors::engine_settings s;
  s.organization = c.organization;
  s.owner = owner_name(node);
  s.host = host_name();
  s.version = version;
  s.numbers = std::move(numbers);
  s.lease_duration = c.lease.duration;
  s.longest_request = c.dispatch.request_timeout;
  s.commit_linger = c.dispatch.commit_linger;
  s.webhook_linger = c.dispatch.webhook_linger;
  s.progress_interval = c.dispatch.progress_interval;
  s.chunk_duration = c.dispatch.chunk_duration;
  s.chunk_rows_max = static_cast<std::int32_t>(c.dispatch.chunk_rows_max);
  s.commit_rows_max = c.dispatch.commit_rows_max;
  s.projection_interval = c.dispatch.projection_interval;
  s.in_doubt_wait = c.in_doubt.wait;
  s.template_sync_interval = c.template_sync.interval;
  s.drain_patience = c.shutdown.drain;
  s.retention = {.ledger = c.retention.ledger, .queues = c.retention.queues};
  s.retry = {.base_delay = c.retry.base_delay,
             .delay_max = c.retry.delay_max,
             .pair_delay = c.retry.pair_delay};
  return s;
}

core::disk_limits disk_limits_of(const ports::configuration& c) {
  // Some disks are never used to the last block: 100 is to mean never.
  const auto limit = [](std::uint32_t percent) { return percent == 100 ? 101.0 : percent; };
  return {.alarm_percent = limit(c.disk.alarm), .stop_percent = limit(c.disk.stop)};
}

http_server::server_settings server_settings_of(const ports::configuration& c) {
  // The file's reader has seen that it is one.
  const auto listen = core::parse_host_and_port(c.http.listen);
  http_server::server_settings s;
  s.listen = {{.address = listen ? listen->host : c.http.listen,
               .port = listen ? listen->port : std::uint16_t{}}};
  s.certificate_file = c.http.tls_certificate;
  s.key_file = c.http.tls_key;
  s.io_threads = c.http.threads;
  s.stream_threads = c.http.stream_threads;
  s.connections_max = c.http.connections_max;
  s.connections_per_client_max = c.http.connections_per_client;
  s.header_bytes_max = c.http.header_max_bytes;
  s.header_timeout = c.http.header_timeout;
  s.body_idle_timeout = c.http.body_timeout;
  s.idle_timeout = c.http.idle_timeout;
  return s;
}

core::name_key word_key() {
  const std::shared_ptr<const ports::word_keys> keys = text::make_word_keys();
  return [keys](std::string_view word) { return keys->key_of(word); };
}

std::shared_ptr<const core::stop_words> stop_words_of(const ports::configuration& c) {
  const std::shared_ptr<const ports::word_keys> keys = text::make_word_keys();
  return std::make_shared<const core::stop_words>(
      [keys](std::string_view word) { return keys->key_of(word); }, c.stop_words.extra,
      std::span<const std::string>{},
      [keys](std::string_view word) { return keys->accented_key_of(word); });
}

} // namespace stentor::app
