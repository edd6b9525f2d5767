#pragma once
/// Conditions on JSON as jsonpath texts, which travel as parameters. Texts from outside enter them
/// through the JSON escaper only. Pure; any thread.

#include "stentor/core/audience/condition.hpp"

#include <string>

namespace stentor::postgres {

/// A predicate for the operator @@: true when the document holds all that lies on the tree.
[[nodiscard]] std::string jsonpath_of(const core::path_node& document,
                                      const core::zone_clock& clock);
/// The values that the same would compare, one by one, for jsonb_path_query.
[[nodiscard]] std::string values_path(const std::vector<std::string>& path);
/// What stands plainly on the path: no list is looked into.
[[nodiscard]] std::string plain_path(const std::vector<std::string>& path);
/// A predicate about the document itself, no list looked into.
[[nodiscard]] std::string plain_comparison(core::comparison how, const core::operand& value,
                                           const core::zone_clock& clock);
/// As JSON.
[[nodiscard]] std::string literal_of(const core::operand& value, const core::zone_clock& clock);
/// A regular expression of PostgreSQL that finds the text whatever the case of its letters, under
/// every collation. @param how contains, starts_with or ends_with
[[nodiscard]] std::string pattern_of(std::string_view text, core::comparison how);
/// "05-28": month and day that the zone's calendar shows.
[[nodiscard]] std::string month_and_day(const core::operand& value, const core::zone_clock& clock);

} // namespace stentor::postgres
