#pragma once
/// Tests on JSON in memory. Values on a path follow jsonpath's lax mode, as the SQL does: a list is
/// looked into where a name or a value is expected, and once more where a value is compared. Part
/// of condition_eval. Pure; any thread.

#include "stentor/core/audience/condition.hpp"

#include <compare>

namespace stentor::core {

/// Whether there is a document in which all tests of the tree hold.
[[nodiscard]] bool document_holds(const json_value& document, const path_node& tree,
                                  const zone_clock& clock);
/// Of one element of a list, which may be a list itself. A negation is not looked at.
[[nodiscard]] bool value_holds(const json_value& element, const field_test& t,
                               const zone_clock& clock);
/// One value and one operand; no list is looked into.
[[nodiscard]] bool value_fits(const json_value& v, comparison how, const operand& o,
                              const zone_clock& clock);
[[nodiscard]] bool ordered_as(std::strong_ordering order, comparison how) noexcept;

} // namespace stentor::core
