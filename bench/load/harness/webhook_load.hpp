#pragma once
/// Posts prepared webhooks over kept-alive HTTP/1.1 connections. With a rate the load is open: a
/// POST is due at its moment whether or not earlier ones were answered, and its latency counts from
/// that moment, so that a server that stalls can't hide it (no coordinated omission, see
/// HdrHistogram). Without one every connection posts again as soon as it has its answer.
/// One thread; it blocks.

#include "bench/load/harness/webhook_supply.hpp"
#include "stentor/core/base/histogram.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace stentor::load {

using latency_histogram = core::histogram<7>; ///< of microseconds

struct webhook_load_settings {
  int port = 0; ///< of 127.0.0.1
  unsigned connections = 512;
  double posts_per_s = 0; ///< 0: as fast as the answers come
  std::size_t first = 0;  ///< of the supply's POSTs
  std::size_t count = 0;
};

struct webhook_load_metrics {
  latency_histogram latency; ///< of POSTs answered with 200
  std::uint64_t refused = 0; ///< another answer, or none
  double seconds = 0;        ///< from the start to the last answer
  /// One for each POST from `first` on: answered with 200.
  std::vector<bool> acknowledged;
  std::vector<std::uint64_t> answers_per_100_ms;
};

/// @param progress told the POSTs answered, a few times a second; false ends the load
[[nodiscard]] core::result<webhook_load_metrics>
post_webhooks(const webhook_supply& supply, const webhook_load_settings& settings,
              const std::function<bool(std::uint64_t)>& progress);

} // namespace stentor::load
