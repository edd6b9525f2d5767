#pragma once
/// Parts of a list: ranges of seq that are claimed one by one. Pure values.

#include "stentor/core/base/ids.hpp"

#include <cstdint>

namespace stentor::core {

/// From 1 on, in the order of seq.
using part_no = std::int32_t;

/// The people of a later stage wait for a decision about an earlier one. Stored under these numbers
/// (campaign_part.stage).
enum class stage : std::uint8_t { canary = 0, test = 1, rest = 2 };

struct part_cursor {
  part_no part = 0;
  recipient_seq next = 0; ///< the first who was not claimed
};

} // namespace stentor::core
