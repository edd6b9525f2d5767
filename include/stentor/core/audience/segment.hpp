#pragma once
/// Segment queries: which customers a campaign is for. What they may say is decided here; an
/// adapter makes the database's language of them. Pure.

#include "stentor/core/base/json_value.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

enum class segment_operator : std::uint8_t { eq, ne, gt, gte, lt, lte, contains, in, exists };

/// One node of the tree: a group of nodes, or a condition on an attribute.
struct segment {
  // of a group
  std::vector<segment> parts; ///< empty: this is a condition
  bool any = false;           ///< one part suffices ("OR"); else all must hold
  // of a condition
  std::string field; ///< "saleDetails.destination"; on a path through a list any element counts
  segment_operator comparison = segment_operator::eq;
  std::vector<json_value> values; ///< several of `in`, none or one boolean of `exists`, else one
};

inline constexpr int segment_depth_max = 8;
inline constexpr int segment_conditions_max = 100;
inline constexpr std::size_t segment_values_max = 10'000; ///< of one `in`

/// @param query {"conditions": [{"field": "a.b", "operator": "gte", "value": …}, …], "logic":
/// "AND"}; a condition may hold conditions itself
/// @return `invalid` with every problem found, each behind its path: "segmentQuery.logic: …"
[[nodiscard]] result<segment> read_segment(const json_value& query);

} // namespace stentor::core
