#pragma once
/// The fields and operators that conditions know, and which goes with which. Pure; any thread.

#include "stentor/core/audience/condition.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::core {

struct condition_operator {
  std::string_view name;
  comparison how;
  bool negated;
};

/// nullptr when there is none of this name.
[[nodiscard]] const condition_operator* operator_named(std::string_view name) noexcept;
/// Whether a field that holds this can be asked so.
[[nodiscard]] bool takes(value_type type, std::string_view operator_name) noexcept;
/// "eq, ne, gt"
[[nodiscard]] std::string operators_for(value_type type);

[[nodiscard]] value_type type_of(subject of) noexcept;
/// "number"
[[nodiscard]] std::string_view to_string(value_type type) noexcept;
/// What a customer has beside attributes.
[[nodiscard]] std::span<const std::pair<std::string_view, subject>> condition_columns() noexcept;
[[nodiscard]] std::optional<subject> column_named(std::string_view name) noexcept;
/// What an event has beside its properties.
[[nodiscard]] std::optional<subject> event_column_named(std::string_view name) noexcept;

} // namespace stentor::core
