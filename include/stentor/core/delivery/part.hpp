#pragma once
/// Parts of a list: ranges of seq that are claimed one by one. Pure values.

#include "stentor/core/base/ids.hpp"

#include <cstdint>

namespace stentor::core {

/// From 1 on, in the order of seq.
using part_no = std::int32_t;

struct part_cursor {
  part_no part = 0;
  recipient_seq next = 0; ///< the first who was not claimed
};

} // namespace stentor::core
