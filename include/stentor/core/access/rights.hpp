#pragma once
/// What a caller may do. A route names the one right that it needs; a role is a set of rights.
/// Pure.

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace stentor::core {

enum class right : std::uint8_t {
  none,       ///< nobody needs it: open to everyone, without a token
  read,       ///< see campaigns, lists, reports, templates, numbers, stops
  write,      ///< change what is not sent yet: drafts, lists, customers, stops
  send,       ///< let campaigns go, and stop them
  administer, ///< lift a stop, read the audit log
};

class rights {
public:
  constexpr rights() = default;
  constexpr rights(std::initializer_list<right> all) {
    for (const auto one : all)
      bits_ |= bit(one);
  }
  [[nodiscard]] constexpr bool has(right wanted) const noexcept {
    return wanted == right::none || (bits_ & bit(wanted)) != 0;
  }
  friend constexpr bool operator==(rights, rights) = default;

private:
  static constexpr std::uint32_t bit(right one) noexcept {
    return 1U << static_cast<std::uint32_t>(one);
  }
  std::uint32_t bits_ = 0;
};

/// Those of viewer, operator and admin; none of a role that does not exist.
[[nodiscard]] rights rights_of(std::string_view role) noexcept;

[[nodiscard]] inline bool is_role(std::string_view role) noexcept {
  return rights_of(role) != rights{};
}

/// The name of the role with the fewest rights among those that have this one; empty for
/// right::none.
[[nodiscard]] std::string_view least_role_with(right wanted) noexcept;

} // namespace stentor::core
