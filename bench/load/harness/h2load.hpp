#pragma once
/// nghttp2's h2load (Debian: nghttp2-client) as a yardstick: how fast a client that remembers
/// nothing and writes nothing down posts the same message to the same server. Main thread only.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace stentor::load {

struct h2load_settings {
  std::string url; ///< of the resource to post to
  std::string token;
  std::uint64_t requests = 200'000;
  unsigned connections = 4;
  unsigned streams = 100; ///< requests at once on one connection
  unsigned threads = 1;
};

struct h2load_metrics {
  double requests_per_s = 0;
  double seconds = 0;
  std::uint64_t succeeded = 0; ///< answered with 2xx
  std::int64_t cpu_us = 0;     ///< of h2load itself
};

/// A program on the PATH; empty when there is none.
[[nodiscard]] std::filesystem::path find_program(std::string_view name);
/// Reads h2load's report.
[[nodiscard]] core::result<h2load_metrics> parse_h2load(std::string_view report);
/// @param folder for the request's body and h2load's report
[[nodiscard]] core::result<h2load_metrics> run_h2load(const h2load_settings& settings,
                                                      const std::filesystem::path& folder);

} // namespace stentor::load
