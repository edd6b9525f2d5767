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

/// How long a number sends under one progress mark. Each mark is a row that the database writes, so
/// a daemon of many numbers writes fewer for each.
/// @param least of few numbers
[[nodiscard]] std::chrono::milliseconds mark_interval(std::chrono::milliseconds least,
                                                      std::uint32_t numbers) noexcept;

/// So many recipients share one progress mark: what the number sends in this time, or a few of a
/// slow one, since each mark costs the database a row.
[[nodiscard]] std::size_t slice_size(double per_second,
                                     std::chrono::milliseconds interval) noexcept;

/// So many may be handed to the gateway and not yet ended: those in flight, and a reserve that
/// covers a mark's commit and the hops between the actors, however slow they are.
/// @param latency_s of Meta's answers, its 99th percentile
[[nodiscard]] std::int64_t window_of(double per_second, double latency_s) noexcept;

/// How many slices may be marked and not have left: after a takeover by another machine all of them
/// are in doubt. One leaves while the next one gets its mark; when that turns out to be too slow,
/// because the queue ran dry meanwhile, there are more for a while.
class mark_lead {
public:
  [[nodiscard]] std::int64_t slices() const noexcept { return slices_; }
  /// @param dry nothing waited behind it, though more was to be sent
  void slice_left(bool dry) noexcept;

private:
  std::int64_t slices_ = 2;
  std::int32_t in_time_ = 0; ///< slices since it ran dry or had one less
};

} // namespace stentor::core
