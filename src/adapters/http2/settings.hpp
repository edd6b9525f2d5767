#pragma once
/// What the gateway must know before it starts. Plain values; every limit of the HTTP/2 side is
/// here.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace stentor::http2 {

struct gateway_settings {
  std::string base_url; ///< https://…, or http://… for HTTP/2 with prior knowledge (RFC 9113, 3.3)
  std::string ca_file;               ///< PEM; empty: the system's store
  std::uint32_t connections_min = 2; ///< two, so that a GOAWAY leaves no gap
  std::uint32_t connections_max = 8; ///< reached only while permits wait for streams
  std::uint32_t streams_max =
      256; ///< open requests a connection, below whatever the other side allows

  std::chrono::milliseconds request_timeout{30'000}; ///< from permit to the end of the answer
  std::chrono::milliseconds connect_timeout{
      10'000}; ///< from resolving to the other side's SETTINGS
  std::chrono::milliseconds ping_interval{
      15'000}; ///< of silence, before the other side is asked whether it lives
  std::chrono::milliseconds ping_timeout{
      10'000}; ///< of silence after that, before the connection is given up
  std::chrono::milliseconds reconnect_min{
      100}; ///< full jitter: a delay is drawn from 0 to min * 2^failures
  std::chrono::milliseconds reconnect_max{30'000};

  std::string user_agent = "stentor";
  std::chrono::nanoseconds rate_tolerance{10'000'000};   ///< what a late wake-up may catch up
  std::chrono::nanoseconds rate_jitter{7'000'000};       ///< how unevenly the network may delay
  std::chrono::nanoseconds pair_interval{6'000'000'000}; ///< Meta's limit for one person
  std::uint32_t pair_burst = 45;

  /// While many requests are open, the network thread wakes up at most once in this time: wake-ups
  /// are what costs.
  std::chrono::microseconds turn_min{500};
  std::uint32_t turn_min_from_open = 32; ///< open requests from which on the above holds
  std::uint32_t outcomes_per_batch = 512;
  std::chrono::microseconds outcome_delay_max{2'000};

  std::size_t answer_bytes_max = 64 * 1024; ///< of a message; a longer one counts as unreadable
  std::size_t management_bytes_max = 4 * 1024 * 1024;
  std::size_t header_bytes_max = 64 * 1024; ///< of one answer
  /// A retry that waits for so long goes back: a receipt may have made it needless since it was
  /// read.
  std::chrono::milliseconds retry_patience{30'000};
  std::uint32_t repeats_max =
      3; ///< how often a request that the other side did not process is repeated

  /// A turn that takes longer than this, because the process stood still, writes nothing more: its
  /// permits and leases are from before.
  std::chrono::milliseconds turn_max{1'000};
  /// What is begun has been written that much later, unless the process stands still. So much
  /// before a campaign expires nothing more of it is begun: what its expiry meets between
  /// serialising and writing costs the connection.
  std::chrono::milliseconds write_time{20};
  /// Time as leases count it. The daemon's goes on while its machine sleeps (CLOCK_BOOTTIME).
  std::function<core::steady_time()> clock = [] {
    return core::steady_time{std::chrono::steady_clock::now()};
  };
  /// Time as people name it: campaigns expire by it, and outcomes are dated.
  std::function<core::wall_time()> wall_clock = [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };

  /// Called on the network thread with a sentence for the operator; at most once for the same
  /// trouble in a row.
  std::function<void(std::string)> on_trouble;
};

} // namespace stentor::http2
