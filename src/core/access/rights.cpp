#include "stentor/core/access/rights.hpp"

#include <utility>

namespace stentor::core {

namespace {

/// From the fewest rights to the most.
constexpr std::pair<std::string_view, rights> roles[] = {
    {"viewer", {right::read}},
    {"operator", {right::read, right::write, right::send}},
    {"admin", {right::read, right::write, right::send, right::administer}},
};

} // namespace

rights rights_of(std::string_view role) noexcept {
  for (const auto& [name, set] : roles)
    if (name == role)
      return set;
  return {};
}

std::string_view least_role_with(right wanted) noexcept {
  if (wanted == right::none)
    return {};
  for (const auto& [name, set] : roles)
    if (set.has(wanted))
      return name;
  return {};
}

} // namespace stentor::core
