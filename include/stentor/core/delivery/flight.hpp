#pragma once
/// Who of a claim may have left, once its owner is gone. A claim is a list of places; its mark says
/// up to which of them bytes may have been written, and the flight recorder's bits, where there are
/// any, say of each of those whether they were. Pure; any thread.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace stentor::core {

/// Where a claim's bits are kept; the network thread sets them by it.
using flight_slot = std::int32_t;
inline constexpr flight_slot no_flight_slot = -1;

/// The places of one claim whose bytes were about to leave.
class departures {
public:
  static constexpr std::uint32_t bits_per_word = 64;

  explicit departures(std::vector<std::uint64_t> bits) : bits_{std::move(bits)} {}
  [[nodiscard]] bool contains(std::int64_t place) const noexcept;

private:
  std::vector<std::uint64_t> bits_; ///< place n is bit n % 64 of word n / 64
};

/// @param marked how many places the mark covers
/// @param seen null when nothing but the mark is known
[[nodiscard]] bool may_have_left(std::int64_t place, std::int64_t marked,
                                 const departures* seen) noexcept;

struct seq_range {
  recipient_seq from = 0, to = 0;
  bool operator==(const seq_range&) const = default;
};

/// A recipient at or below the mark of a claim on a range.
struct marked_recipient {
  recipient_seq seq = 0;
  bool known = false; ///< something proves what became of the try, or that another one is queued
};

/// What becomes of a claim on a range.
struct landing {
  std::vector<recipient_seq> in_doubt;
  std::vector<seq_range> unsent; ///< surely: free to be claimed again
};

/// @param marked everybody up to the mark who may be sent to, ascending
[[nodiscard]] landing land(seq_range claim, recipient_seq mark,
                           std::span<const marked_recipient> marked, const departures* seen);

} // namespace stentor::core
