#pragma once
/// How the campaigns on one number share its rate, and how much of each is under way. Pure; any
/// thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace stentor::core {

/// Each one's rate, in their order. Who has a limit of its own below an equal share leaves the rest
/// to the others.
/// @param own_limits of those that have something to send; 0: none of its own
[[nodiscard]] std::vector<double> divide(double per_second, std::span<const double> own_limits);

/// The part of a whole that belongs to one of so many places. All parts together are the whole.
/// @param place from 0 on
[[nodiscard]] std::int32_t part_of(std::int32_t whole, std::size_t place,
                                   std::size_t places) noexcept;

/// So many recipients share one progress mark.
/// @param interval how far marks run ahead of the bytes
[[nodiscard]] std::size_t slice_size(double per_second,
                                     std::chrono::milliseconds interval) noexcept;

/// So many may be handed to the gateway and not yet ended: those in flight, and a reserve that
/// covers a mark's commit and the hops between the actors.
/// @param latency_s of Meta's answers, its 99th percentile
[[nodiscard]] std::int64_t window_of(double per_second, double latency_s) noexcept;

} // namespace stentor::core
