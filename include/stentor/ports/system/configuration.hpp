#pragma once
/// The daemon's settings as plain values with their documented defaults. adapters/yaml fills them
/// from a file; everything else only reads them. Immutable once loaded: a reload makes a new one,
/// so it may be shared between threads.
///
/// Members are named like their keys in the file (a size loses its unit there: `header_max` is
/// header_max_bytes). `config/stentor.example.yaml` documents each; a test keeps the two equal.

#include "stentor/core/base/result.hpp"

#include "stentor/core/campaign/policy.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stentor::ports {

/// A secret that the file only names: in the YAML it is `<key>_file: path` or `<key>_env: NAME`.
struct secret {
  std::string file;  ///< path, as resolved against the folder of the configuration file; empty when
                     ///< `env` is used
  std::string env;   ///< name of an environment variable; empty when `file` is used
  std::string value; ///< what was read there, without the last line break; never logged

  [[nodiscard]] bool given() const noexcept { return !file.empty() || !env.empty(); }
  [[nodiscard]] bool operator==(const secret&) const = default;
};

/// One sending number.
struct number_settings {
  std::string phone_number_id; ///< Meta's id of the number: digits; required
  std::string waba_id;         ///< Meta's id of its WhatsApp Business Account: digits; required
  secret token;                ///< system user token; required
  double messages_per_second =
      80; ///< 0.01..1000: what Meta grants this number (80, or 1000 after an upgrade)
  std::uint32_t concurrency =
      0; ///< open requests at most, 0..10000; 0: from rate times measured latency

  [[nodiscard]] bool operator==(const number_settings&) const = default;
};

struct meta_settings {
  std::string base_url =
      "https://graph.facebook.com"; ///< http:// means HTTP/2 with prior knowledge, for tests
  std::string api_version = "v25.0";
  std::vector<secret> app_secrets; ///< any of them may have signed a webhook: two during a rotation
  secret verify_token;             ///< for the subscription handshake of the webhook
  std::string app_id;  ///< whose samples of template headers are; empty: none can be uploaded
  std::string ca_file; ///< PEM; empty: the system's

  [[nodiscard]] bool operator==(const meta_settings&) const = default;
};

struct database_settings {
  std::string url; ///< libpq connection string or URI; empty together with url_secret: the embedded
                   ///< PostgreSQL
  secret url_secret; ///< `url_file` or `url_env`, when the string holds a password; its value is
                     ///< copied to `url`
  std::uint32_t connections =
      4; ///< of the admin API's pool, 1..64; dispatch has four of its own besides

  [[nodiscard]] bool embedded() const noexcept { return url.empty() && !url_secret.given(); }
  [[nodiscard]] bool operator==(const database_settings&) const = default;
};

struct http_settings {
  std::string listen =
      "127.0.0.1:8080";             ///< address:port; [::1]:8080 for IPv6; port 0 picks a free one
  std::string tls_certificate;      ///< PEM chain; empty: no TLS
  std::string tls_key;              ///< PEM
  std::uint32_t threads = 2;        ///< 1..64
  std::uint32_t stream_threads = 4; ///< lists that come or go at once, 1..64
  std::uint32_t connections_max = 1024;       ///< 1..65536
  std::uint32_t connections_per_client = 256; ///< of one address but loopback, 0: no limit; ..65536
  std::uint32_t header_max_bytes = 16U << 10; ///< 1 KiB..256 KiB
  std::chrono::milliseconds header_timeout{10'000}; ///< for a request's header to arrive
  std::chrono::milliseconds body_timeout{30'000};   ///< between two pieces of a body
  std::chrono::milliseconds idle_timeout{60'000};   ///< between two requests of a connection

  [[nodiscard]] bool operator==(const http_settings&) const = default;
};

struct dispatch_settings {
  std::uint32_t connections = 4;                     ///< HTTP/2 connections to Meta, 1..64
  std::uint32_t streams_per_connection_max = 1000;   ///< never more than the peer allows; 1..10000
  std::chrono::milliseconds connect_timeout{10'000}; ///< TCP and TLS together
  std::chrono::milliseconds request_timeout{30'000}; ///< after it a request is in doubt
  std::chrono::milliseconds ping_interval{
      15'000}; ///< of an idle connection; unanswered for one more interval: closed
  std::chrono::milliseconds rate_tolerance{10}; ///< what a late wake-up may catch up, 0..100 ms
  std::chrono::milliseconds rate_jitter{
      7}; ///< variation of the network's delay that it reckons with, 0..100 ms
  std::chrono::milliseconds progress_interval{
      20}; ///< of a number's sending, what one progress mark covers; two of them run ahead
  std::chrono::milliseconds commit_linger{
      10}; ///< from the beginning of a group commit to that of the next, at least; 0..1000 ms
  std::chrono::milliseconds webhook_linger{
      5}; ///< the same for a commit that a webhook's answer waits for; 0..1000 ms
  std::uint32_t commit_rows_max = 20'000;        ///< events of one group commit at most
  std::chrono::milliseconds chunk_duration{250}; ///< a chunk is what a number sends in this time
  std::uint32_t chunk_rows_max = 5000;           ///< and never more than this
  std::chrono::milliseconds pair_interval{
      6000};                     ///< Meta's pair limit: one message per person in this time
  std::uint32_t pair_burst = 45; ///< and this many at once, which borrow from the future
  std::chrono::milliseconds projection_interval{1000}; ///< how often the ledger is folded into rows

  [[nodiscard]] bool operator==(const dispatch_settings&) const = default;
};

struct retry_settings {
  std::chrono::milliseconds base_delay{60'000};    ///< the n-th retry waits base_delay × 2^n
  std::chrono::milliseconds delay_max{86'400'000}; ///< and never longer than this
  std::chrono::milliseconds pair_delay{1000};      ///< after 131056, times 4^n

  [[nodiscard]] bool operator==(const retry_settings&) const = default;
};

struct in_doubt_settings {
  std::chrono::milliseconds wait{
      600'000}; ///< for a webhook to settle it; then the campaign's policy decides

  [[nodiscard]] bool operator==(const in_doubt_settings&) const = default;
};

struct segment_settings {
  double cost_max = 3'000'000; ///< PostgreSQL's units; what costs more is counted in a sample

  [[nodiscard]] bool operator==(const segment_settings&) const = default;
};

struct screening_settings {
  std::string
      default_region; ///< ISO 3166 code for numbers without +; empty: such numbers are invalid

  [[nodiscard]] bool operator==(const screening_settings&) const = default;
};

struct stop_word_settings {
  std::vector<std::string>
      extra; ///< besides the built-in ones; compared without case, accents and punctuation

  [[nodiscard]] bool operator==(const stop_word_settings&) const = default;
};

struct template_sync_settings {
  std::chrono::milliseconds interval{900'000}; ///< 0: only at start and on demand

  [[nodiscard]] bool operator==(const template_sync_settings&) const = default;
};

struct lease_settings {
  std::chrono::milliseconds duration{
      15'000}; ///< 2 s..10 min; a dead node's numbers are free after this

  [[nodiscard]] bool operator==(const lease_settings&) const = default;
};

/// Of what is over; below it and in use nothing goes.
struct retention_settings {
  std::chrono::milliseconds ledger{30 * 86'400'000LL}; ///< events, 1 d..10 years
  std::chrono::milliseconds queues{
      40 * 86'400'000LL}; ///< retries that are done, and other webhooks; 8 d..10 years

  [[nodiscard]] bool operator==(const retention_settings&) const = default;
};

/// Of the disk on which the state folder lies, in percent used; 100: never.
struct disk_settings {
  std::uint32_t alarm = 80;
  std::uint32_t stop = 95;

  [[nodiscard]] bool operator==(const disk_settings&) const = default;
};

enum class log_level : std::uint8_t { trace, debug, info, warning, error };
enum class log_format : std::uint8_t { text, json };

struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::text;

  [[nodiscard]] bool operator==(const log_settings&) const = default;
};

struct shutdown_settings {
  std::chrono::milliseconds drain{30'000}; ///< for open requests to end; what is left is in doubt

  [[nodiscard]] bool operator==(const shutdown_settings&) const = default;
};

struct configuration {
  std::string organization = "default"; ///< `organization.name`: whose numbers these are
  core::policy policy; ///< organization.time_zone, quiet_hours, places.main, frequency
  std::string state_folder =
      "/var/lib/stentor"; ///< absolute once loaded; the embedded PostgreSQL lives in <it>/database
  std::vector<number_settings> numbers;
  meta_settings meta;
  database_settings database;
  http_settings http;
  dispatch_settings dispatch;
  retry_settings retry;
  in_doubt_settings in_doubt;
  screening_settings screening;
  segment_settings segments;
  stop_word_settings stop_words;
  template_sync_settings template_sync;
  lease_settings lease;
  retention_settings retention;
  disk_settings disk;
  log_settings log;
  shutdown_settings shutdown;

  [[nodiscard]] bool operator==(const configuration&) const = default;
};

/// What a reload (SIGHUP) would change, by key path. `restart` keys keep their old value until the
/// daemon is started again.
struct configuration_change {
  std::vector<std::string> reloadable;
  std::vector<std::string> restart;
};

/// `now` with every reloadable setting taken from `next`: what a running daemon goes on with after
/// SIGHUP.
struct reloaded_configuration {
  configuration now;
  configuration_change change;
};

} // namespace stentor::ports
