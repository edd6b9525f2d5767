#pragma once
/// One leaf of a condition. Part of reading conditions (condition.hpp). Pure; any thread.

#include "stentor/core/audience/condition.hpp"
#include "stentor/core/audience/condition_values.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace stentor::core {

struct leaf_place {
  std::string path;  ///< "conditions[1]"
  std::string event; ///< inside whose `where` it stands; empty: outside of any
};

/// Complains about every member that is not among these.
void refuse_unknown(const json_value& object, std::initializer_list<std::string_view> known,
                    const std::string& path, problem_list& problems);

/// @param leaf an object. The group `where` of an event's total is the caller's business.
[[nodiscard]] condition read_leaf(const json_value& leaf, const leaf_place& place,
                                  const condition_names& names, problem_list& problems);

/// Leaves about campaigns, consent and saved segments; `field` begins with messages., consent. or
/// is "segment".
[[nodiscard]] condition read_behaviour(const json_value& leaf, std::string_view field,
                                       const std::string& path, problem_list& problems);
[[nodiscard]] condition read_consent(const json_value& leaf, std::string_view field,
                                     const std::string& path, problem_list& problems);
[[nodiscard]] condition read_segments(const json_value& leaf, const std::string& path,
                                      problem_list& problems);
/// {"gte": 2, "lt": 5}
[[nodiscard]] std::vector<amount_test> read_amounts(const json_value* value, value_type type,
                                                    const std::string& path,
                                                    problem_list& problems);

} // namespace stentor::core
