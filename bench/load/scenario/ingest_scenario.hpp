#pragma once
/// The scenario `ingest`: webhooks alone, durable before they are answered with 200. The daemon has
/// a campaign whose people the statuses are about; nothing is sent. Main thread only.

#include "bench/load/harness/load_stack.hpp"
#include "bench/load/scenario/scenario_output.hpp"

namespace stentor::load {

struct ingest_settings {
  stack_settings stack;
  std::uint64_t statuses = 300'000; ///< of each phase
  unsigned statuses_per_post = 1;
  double rate = 0; ///< statuses per second; 0: as fast as the answers come
  double inbound_share = 0;
  unsigned connections = 512;
  bool half = false; ///< a second phase at half of the rate that the first one reached
};

[[nodiscard]] core::result<scenario_result> run_ingest(const ingest_settings& settings);

} // namespace stentor::load
