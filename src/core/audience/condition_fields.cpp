#include "stentor/core/audience/condition_fields.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

constexpr std::array<condition_operator, 18> operators{{
    {"eq", comparison::eq, false},
    {"ne", comparison::eq, true},
    {"gt", comparison::gt, false},
    {"gte", comparison::gte, false},
    {"lt", comparison::lt, false},
    {"lte", comparison::lte, false},
    {"between", comparison::between, false},
    {"in", comparison::in, false},
    {"notIn", comparison::in, true},
    {"contains", comparison::contains, false},
    {"notContains", comparison::contains, true},
    {"startsWith", comparison::starts_with, false},
    {"endsWith", comparison::ends_with, false},
    {"exists", comparison::exists, false},
    {"notExists", comparison::exists, true},
    {"anniversary", comparison::anniversary, false},
    {"within", comparison::between, false}, // of two moments
    {"notWithin", comparison::between, true},
}};
constexpr std::pair<std::string_view, subject> columns[] = {
    {"name", subject::name},
    {"phoneNumber", subject::phone_number},
    {"userId", subject::user_id},
    {"country", subject::country},
    {"language", subject::language},
    {"timeZone", subject::time_zone},
    {"tags", subject::tags},
    {"createdAt", subject::created_at},
    {"updatedAt", subject::updated_at},
    {"marketingOptIn", subject::marketing_opt_in}};

constexpr std::pair<std::string_view, subject> event_columns[] = {
    {"at", subject::event_at},
    {"createdAt", subject::event_at},
    {"value", subject::event_value},
    {"currency", subject::event_currency}};

template <std::size_t N>
std::optional<subject> named(const std::pair<std::string_view, subject> (&all)[N],
                             std::string_view name) noexcept {
  for (const auto& [known, meaning] : all)
    if (known == name)
      return meaning;
  return std::nullopt;
}

} // namespace

const condition_operator* operator_named(std::string_view name) noexcept {
  const auto* found = std::find_if(operators.begin(), operators.end(),
                                   [&](const auto& each) { return each.name == name; });
  return found == operators.end() ? nullptr : found;
}

value_type type_of(subject of) noexcept {
  switch (of) {
  case subject::name:
  case subject::phone_number:
  case subject::user_id:
  case subject::country:
  case subject::language:
  case subject::time_zone:
  case subject::tags:
  case subject::event_currency:
    return value_type::text;
  case subject::created_at:
  case subject::updated_at:
  case subject::event_at:
    return value_type::time;
  case subject::marketing_opt_in:
    return value_type::boolean;
  case subject::event_value:
    return value_type::number;
  case subject::attribute:
  case subject::event_property:
    break;
  }
  return value_type::any;
}

bool takes(value_type type, std::string_view operator_name) noexcept {
  const auto one_of = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), operator_name) != names.end();
  };
  const bool ordered = one_of({"gt", "gte", "lt", "lte", "between"});
  const bool of_time = one_of({"within", "notWithin", "anniversary"});
  const bool of_text = one_of({"contains", "notContains", "startsWith", "endsWith"});
  switch (type) {
  case value_type::text:
    return !of_time;
  case value_type::number:
    return !of_time && !of_text;
  case value_type::boolean:
    return !of_time && !of_text && !ordered;
  case value_type::time:
    return !of_text && !one_of({"in", "notIn"});
  case value_type::any:
    break;
  }
  return true;
}

std::string operators_for(value_type type) {
  std::string names;
  for (const auto& each : operators)
    if (takes(type, each.name))
      names += (names.empty() ? "" : ", ") + std::string{each.name};
  return names;
}

std::string_view to_string(value_type type) noexcept {
  constexpr std::array<std::string_view, 5> names{"any", "text", "number", "boolean", "time"};
  const auto at = static_cast<std::size_t>(type);
  return at < names.size() ? names[at] : std::string_view{"any"};
}

std::span<const std::pair<std::string_view, subject>> condition_columns() noexcept {
  return columns;
}

std::optional<subject> column_named(std::string_view name) noexcept {
  return named(columns, name);
}

std::optional<subject> event_column_named(std::string_view name) noexcept {
  return named(event_columns, name);
}

} // namespace stentor::core
