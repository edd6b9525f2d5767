#pragma once
/// The way to Meta. One implementation speaks HTTP/2 over Asio (adapters/http2); tests have a fake.
///
/// Threads: every method may be called from any thread and returns at once; the work happens on the
/// gateway's network thread. The listener is called on that thread, in batches, and must only hand
/// the batch on.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/chunk.hpp"
#include "stentor/core/delivery/outcome.hpp"
#include "stentor/ports/message_template/management_transport.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace stentor::ports {

/// One sending number inside the gateway: its limit, its window of open requests, its queue of
/// slices per campaign.
struct sending_number {
  core::number_no number{};
  core::lease_epoch epoch{}; ///< slices of any other come back as not_sent
  std::string path;          ///< "/v25.0/<phone_number_id>/messages"
  std::string token;         ///< bearer token, never logged
  double per_second = 80;
  std::uint32_t in_flight_max = 0; ///< open requests at most; 0: from rate times measured latency
                                   ///< (A3 of the reliability study)
  core::steady_time start{};       ///< nothing is sent before
  bool after_another = false; ///< until then somebody else may have sent from it: the first message
                              ///< waits until both together obey the limit
  core::steady_time lease_until{}; ///< nothing is sent after: self-fencing; moved by renew(); none:
                                   ///< as it is
};

class gateway_listener {
public:
  virtual ~gateway_listener() = default;
  virtual void on_outcomes(std::shared_ptr<const core::outcome_batch> batch) = 0;
};

/// Durations since the start, for a histogram that can be added up over time and nodes.
struct duration_buckets {
  /// Upper edges in seconds; what is longer counts only in the total.
  static constexpr std::array edges_s{0.0005, 0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.04,
                                      0.06,   0.1,   0.15,  0.25,  0.4,  0.6,   1.0,   1.5,
                                      2.5,    4.0,   6.0,   10.0,  15.0, 30.0};
  std::array<std::uint64_t, edges_s.size() + 1> counts{}; ///< of each bucket alone
  double sum_s = 0;
};

/// A snapshot for metrics.
struct gateway_metrics {
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
  duration_buckets latency;
  duration_buckets permit_to_wire;
};

/// Messages, by sending number.
class message_gateway {
public:
  virtual ~message_gateway() = default;

  /// Opens a number, or replaces its settings; what it has queued stays.
  virtual void open_number(sending_number settings) = 0;
  /// @param marketing_per_second how many of them may be marketing's; 0: none
  virtual void set_rate(core::number_no number, double per_second, double marketing_per_second) = 0;
  virtual void renew(core::number_no number, core::steady_time lease_until) = 0;
  /// Everything queued for the number ends as not_sent; open requests end as they end, and count as
  /// departed for the flight recorder. Nothing else of the epochs so far leaves behind `closed`,
  /// which is called on the network thread and may be empty.
  virtual void close_number(core::number_no number, std::function<void()> closed) = 0;
  /// Holds or releases a number. To hold gives back what is queued, as not_sent: what waits for
  /// long must be read again, with the stops and receipts of then. What is submitted while it is
  /// held waits.
  virtual void hold_number(core::number_no number, bool held) = 0;

  /// Queues a slice for chunk->number. The caller has committed a progress mark over it before.
  virtual void submit(core::slice s) = 0;

  /// No new requests; `then` is called on the network thread when the last open one has ended or
  /// `patience` is over (the rest is then reported in doubt). What was queued is reported as
  /// not_sent first.
  virtual void drain(std::chrono::milliseconds patience, std::function<void()> then) = 0;

  [[nodiscard]] virtual gateway_metrics metrics() const = 0;
};

/// Campaigns, over all the numbers that send for them.
class campaign_gate {
public:
  virtual ~campaign_gate() = default;

  /// A campaign's own limit over all its numbers, in messages per minute; 0 lifts it.
  virtual void set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) = 0;
  /// Holds (true) or releases a campaign, for all numbers; as hold_number.
  virtual void hold_campaign(core::campaign_no campaign, bool held) = 0;
  /// Nothing is sent from this moment on until a later one is named: as far as the stops and orders
  /// that other daemons took are known here. For ever unless somebody says otherwise.
  virtual void heard_until(core::steady_time moment) = 0;
  /// Gives back everything queued of a campaign as not_sent outcomes. Open requests end as they
  /// end.
  virtual void revoke_campaign(core::campaign_no campaign) = 0;
};

/// All that one connection pool to Meta does.
class gateway : public message_gateway, public campaign_gate, public management_transport {};

} // namespace stentor::ports
