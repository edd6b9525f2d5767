#pragma once
/// The way to Meta. One implementation speaks HTTP/2 over Asio (adapters/http2); tests have a fake.
///
/// Threads: every method may be called from any thread and returns at once; the work happens on the
/// gateway's network thread. The listener is called on that thread, in batches, and must only hand
/// the batch on.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/chunk.hpp"
#include "stentor/core/delivery/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace stentor::ports {

/// A lane is one sending number inside the gateway: its limit, its window of open requests, its
/// queue of slices per campaign.
struct lane_settings {
  core::number_no number{};
  std::string path;  ///< "/v25.0/<phone_number_id>/messages"
  std::string token; ///< bearer token, never logged
  double per_second = 80;
  std::uint32_t in_flight_max = 0; ///< open requests at most; 0: from rate times measured latency
                                   ///< (A3 of the reliability study)
  core::steady_time
      start{}; ///< nothing is sent before: the limit's first window after a change of owner
  core::steady_time lease_until{}; ///< nothing is sent after: self-fencing; moved by renew()
};

class gateway_listener {
public:
  virtual ~gateway_listener() = default;
  virtual void on_outcomes(std::shared_ptr<const core::outcome_batch> batch) = 0;
};

struct management_answer {
  int status = 0; ///< HTTP status; 0 when there was no answer
  std::string body;
  std::string problem; ///< for people, when status is 0
};

struct management_request {
  std::string method = "GET";
  std::string path; ///< with version and query
  std::string token;
  std::string body; ///< JSON, or empty
};

/// A snapshot for metrics.
struct gateway_figures {
  std::uint32_t connections = 0;
  std::uint32_t in_flight = 0;
  std::uint64_t queued = 0;
  std::uint64_t submitted_total = 0;
  std::uint64_t reconnects_total = 0;
  std::uint64_t goaways_total = 0;
  std::uint64_t refused_total = 0; ///< repeated by the gateway itself
  std::uint64_t timeouts_total = 0;
  double latency_p50_ms = 0;
  double latency_p99_ms = 0;
  double permit_to_wire_p99_ms = 0;
};

class gateway {
public:
  virtual ~gateway() = default;

  /// Opens a lane, or replaces its settings; what it has queued stays.
  virtual void open_lane(lane_settings settings) = 0;
  virtual void set_rate(core::number_no number, double per_second) = 0;
  virtual void renew(core::number_no number, core::steady_time lease_until) = 0;
  /// Everything queued in the lane ends as not_sent; open requests end as they end.
  virtual void close_lane(core::number_no number) = 0;
  /// Holds or releases a lane without giving its queue back (a throttled or paused number).
  virtual void hold_lane(core::number_no number, bool held) = 0;

  /// Queues a slice for chunk->number. The caller has committed a progress mark over it before.
  virtual void submit(core::slice s) = 0;

  /// A campaign's own limit over all its lanes, in messages per minute; 0 lifts it.
  virtual void set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) = 0;
  /// Holds (true) or releases the queued recipients of a campaign, in all lanes.
  virtual void hold_campaign(core::campaign_no campaign, bool held) = 0;
  /// Gives back everything queued of a campaign as not_sent outcomes. Open requests end as they
  /// end.
  virtual void revoke_campaign(core::campaign_no campaign) = 0;

  /// One request outside the message path (templates, numbers). The answer arrives on the network
  /// thread.
  virtual void manage(management_request request, std::function<void(management_answer)> then) = 0;

  /// No new requests; `then` is called on the network thread when the last open one has ended or
  /// `patience` is over (the rest is then reported in doubt). What was queued is reported as
  /// not_sent first.
  virtual void drain(std::chrono::milliseconds patience, std::function<void()> then) = 0;

  [[nodiscard]] virtual gateway_figures figures() const = 0;
};

} // namespace stentor::ports
