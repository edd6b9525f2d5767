#pragma once
/// Which campaign gives somebody up when several of them share him and an organization's frequency
/// caps leave no room for all. Pure; any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/campaign/policy.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace stentor::core {

inline constexpr std::int32_t priority_least = 1, priority_usual = 5, priority_most = 9;

/// Another campaign whose messages count.
struct rival {
  campaign_no no{};
  std::int32_t priority = priority_usual;
  wall_time starts{};
  bool runs = false; ///< or will: whoever is left of it still gets its message
};

/// Those that give people up for a campaign of this priority, first who gives first: the lowest
/// priority, and of one priority whoever starts last.
[[nodiscard]] std::vector<campaign_no> giving_way(std::span<const rival> others,
                                                  std::int32_t priority);

/// One message that somebody got lately, or is about to get.
struct touch {
  /// From the start of the campaign that asks: it counts for every cap of a longer time.
  std::chrono::milliseconds distance{};
  std::int32_t turn = 0; ///< from 1 on: gives him up, the least first; 0: it stays
  bool fades = false;    ///< Meta took it so long ago; otherwise nobody knows when it will leave
};

/// The order in which arbitrate() wants them: of the shortest time first.
void put_in_order(std::vector<frequency_cap>& caps);

/// Which of somebody's touches are given up so that one more message keeps all caps: no more than
/// needed. None: it can't be had.
[[nodiscard]] std::optional<std::vector<std::size_t>>
arbitrate(std::span<const touch> touches, std::span<const frequency_cap> caps);

/// How long after the start all caps have room for one more message, although nobody gives any up.
/// None: nobody knows. A campaign that has not sent its message yet may send it whenever, so it is
/// never waited for.
/// @param touches also those that are twice as far from the start as the longest cap
[[nodiscard]] std::optional<std::chrono::milliseconds>
room_after(std::span<const touch> touches, std::span<const frequency_cap> caps);

/// The people of a list who wait are let out together, a hundred times in the longest cap at most:
/// the moment at which one goes who may go at this one.
[[nodiscard]] wall_time let_out_at(wall_time may_go, std::span<const frequency_cap> caps);

} // namespace stentor::core
