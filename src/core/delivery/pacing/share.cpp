#include "stentor/core/delivery/pacing/share.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace stentor::core {

namespace {

/// Marks that a daemon writes in a second, as long as no number's interval gets longer than that.
constexpr std::uint32_t marks_per_second = 1'000;
constexpr std::chrono::milliseconds interval_max{100};

constexpr double slice_max = 1'000;
/// Of a slow number a slice may take longer.
constexpr double slice_few = 4;
constexpr double slow_intervals = 5;

constexpr std::int64_t lead_min = 2;
constexpr std::int64_t lead_max = 12;
constexpr std::int32_t in_time_max = 250;

/// What waits in the queue beyond the open requests, in seconds of sending: a mark's commit, the
/// hops between the actors and a busy scheduler must fit into it, or the queue runs dry.
constexpr double reserve_s = 0.25;
/// A number whose answers take longer than this is in trouble, and more requests would not help.
constexpr double latency_max_s = 5;
/// One is under way while the next one is made ready.
constexpr std::int64_t window_min = 2;

} // namespace

std::vector<double> divide(double per_second, std::span<const double> own_limits) {
  const auto limit_of = [&](std::size_t i) {
    return own_limits[i] > 0 ? own_limits[i] : per_second;
  };
  std::vector<std::size_t> order(own_limits.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return limit_of(a) < limit_of(b); });
  std::vector<double> rates(own_limits.size());
  auto left = per_second;
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto& rate = rates[order[i]];
    rate = std::min(limit_of(order[i]), left / static_cast<double>(order.size() - i));
    left -= rate;
  }
  return rates;
}

std::int32_t part_of(std::int32_t whole, std::size_t place, std::size_t places) noexcept {
  const auto upto = [&](std::size_t n) {
    return static_cast<std::int64_t>(whole) * static_cast<std::int64_t>(n) /
           static_cast<std::int64_t>(places);
  };
  return static_cast<std::int32_t>(upto(place + 1) - upto(place));
}

std::chrono::milliseconds mark_interval(std::chrono::milliseconds least,
                                        std::uint32_t numbers) noexcept {
  const std::chrono::milliseconds shared{std::uint64_t{numbers} * 1'000 / marks_per_second};
  return std::max(least, std::min(shared, interval_max));
}

std::size_t slice_size(double per_second, std::chrono::milliseconds interval) noexcept {
  const auto usual = per_second * std::chrono::duration<double>(interval).count();
  const auto few = std::min(slice_few, usual * slow_intervals);
  return static_cast<std::size_t>(std::clamp(std::max(usual, few), 1.0, slice_max));
}

std::int64_t window_of(double per_second, double latency_s) noexcept {
  return std::max<std::int64_t>(
      window_min, std::llround(per_second * (reserve_s + 2 * std::min(latency_s, latency_max_s))));
}

void mark_lead::slice_left(bool dry) noexcept {
  if (dry) {
    slices_ = std::min(slices_ + 1, lead_max);
    in_time_ = 0;
  } else if (++in_time_ >= in_time_max) {
    slices_ = std::max(slices_ - 1, lead_min);
    in_time_ = 0;
  }
}

} // namespace stentor::core
