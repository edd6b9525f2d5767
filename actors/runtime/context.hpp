#pragma once
/// What all actors of one engine share: the ports, the settings, the counters and the directory.
/// Everything here is either immutable after the start or thread-safe.

#include "actors/runtime/interfaces.hpp"

#include "stentor/ports/contact/stop_list.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"
#include "stentor/ports/delivery/projection.hpp"
#include "stentor/ports/delivery/renderer.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace stentor::actors {

/// Defaults are the configuration's; src/app fills them in.
struct engine_settings {
  std::string organization = "default";
  std::string owner; ///< names this process in leases: host and process id
  std::vector<ports::number> numbers;
  std::string api_version = "v25.0";
  std::chrono::milliseconds lease_duration{15'000};
  std::chrono::milliseconds commit_linger{10};
  std::chrono::milliseconds webhook_linger{5};
  std::chrono::milliseconds progress_interval{100}; ///< a slice: what one progress mark covers
  std::chrono::milliseconds chunk_duration{
      250}; ///< how much of a number's sending one claim covers
  std::int32_t chunk_rows_max = 5'000;
  std::size_t commit_rows_max = 20'000; ///< a commit starts at once when this much waits
  std::chrono::milliseconds schedule_interval{250};
  std::chrono::milliseconds projection_interval{1'000};
  std::chrono::milliseconds in_doubt_wait{600'000};
  std::chrono::milliseconds template_sync_interval{900'000}; ///< 0: only at the start and on demand
  std::chrono::milliseconds drain_patience{30'000};
  std::int64_t fold_events_max = 50'000;
  std::size_t ledger_queue_max =
      400'000;              ///< events waiting for a commit; above it webhooks are answered 503
  core::retry_policy retry; ///< delays; retries_max and enabled come from the campaign
};

struct engine_counters {
  std::atomic<std::uint64_t> events_committed{0}, commits{0}, webhooks{0}, statuses{0}, inbound{0},
      opt_outs{0}, restarts{0}, in_doubt_recovered{0};
  std::atomic<std::uint64_t> outcomes[6] = {};
  std::atomic<std::int64_t> ledger_queue{0}, projection_lag_ms{0}, longest_commit_us{0};
  std::atomic<std::uint32_t> campaigns_running{0}, numbers_active{0};
  std::atomic<bool> ledger_failing{false}, ready{false};
};

/// Sentences that an operator must act on, by subject. Thread-safe.
class alarm_board {
public:
  void raise(const std::string& subject, std::string sentence);
  void clear(const std::string& subject);
  [[nodiscard]] std::vector<std::string> all() const;

private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> alarms_;
};

/// Who runs which campaign and which number, so that outcomes find their way without a hop through
/// the supervisor. Thread-safe.
class directory {
public:
  void put(core::campaign_no campaign, campaign_actor actor);
  void put(core::number_no number, rate_limiter_actor actor, core::lease_epoch epoch);
  void remove_campaign(core::campaign_no campaign);
  void remove_number(core::number_no number);
  void remove_numbers();
  [[nodiscard]] campaign_actor
  campaign(core::campaign_no campaign) const; ///< null when it does not run
  [[nodiscard]] rate_limiter_actor
  limiter(core::number_no number) const; ///< null when it does not run
  [[nodiscard]] core::lease_epoch
  epoch(core::number_no number) const; ///< under which it runs; 0 when it does not run

private:
  mutable std::mutex mutex_;
  std::map<core::campaign_no, campaign_actor> campaigns_;
  std::map<core::number_no, std::pair<rate_limiter_actor, core::lease_epoch>> numbers_;
};

/// Where the gateway's outcomes go: to the sender of the moment. Thread-safe.
class outcome_gate final : public ports::gateway_listener {
public:
  void lead_to(sender_actor sender);
  void on_outcomes(std::shared_ptr<const core::outcome_batch> batch) override;

private:
  std::mutex mutex_;
  sender_actor sender_;
};

/// Where webhooks go: to the webhook actor of the moment. One message tells it of all payloads that
/// come until it takes them. Thread-safe.
class webhook_gate {
public:
  struct arrival {
    payload_ptr payload;
    std::function<void(core::status)> then; ///< called once, on any thread
  };
  /// Refuses what an earlier webhook actor has not taken.
  void lead_to(webhook_actor webhook);
  /// Refuses at once while there is no webhook actor.
  void put(arrival one);
  [[nodiscard]] std::vector<arrival> take();

private:
  std::mutex mutex_;
  webhook_actor webhook_;
  std::vector<arrival> arrivals_;
};

/// Opens adapters on the thread that will use them; called again after a restart.
struct store_factory {
  std::function<core::result<std::unique_ptr<ports::dispatch_store>>()> open_store;
  std::function<core::result<std::unique_ptr<ports::ledger>>()> open_ledger;
  std::function<core::result<std::unique_ptr<ports::projection>>()> open_projection;
};

/// One page of Meta's template list: the array as JSON, and the path of the next page (empty:
/// last).
struct template_page {
  std::string templates_json;
  std::string next_path;
};

struct context {
  ports::gateway& gateway;
  const ports::renderer& renderer;
  const ports::time_zones& time_zones;
  ports::stop_list& stops;
  outcome_gate& outcomes;
  store_factory stores;
  std::function<core::wall_time()> wall_clock;
  std::function<core::result<template_page>(const std::string& body)> read_template_page;
  engine_settings settings;
  engine_counters counters;
  alarm_board alarms;
  directory who;
  webhook_gate webhooks;
  bool detached = true; ///< false under the test coordinator: blocking actors run as ordinary ones

  [[nodiscard]] std::int64_t now_ms() const { return wall_clock().time_since_epoch().count(); }
};

using context_ptr = std::shared_ptr<context>;

} // namespace stentor::actors
