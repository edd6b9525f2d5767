#pragma once
/// How people become person keys. Pure; any thread.

#include "stentor/core/base/hash.hpp"
#include "stentor/core/base/ids.hpp"

#include <string_view>

namespace stentor::core {

/// E.164 digits, with or without "+", as an integer; 0 when the text is anything else or longer
/// than 15 digits.
[[nodiscard]] constexpr person_key person_from_digits(std::string_view text) noexcept {
  if (!text.empty() && text.front() == '+')
    text.remove_prefix(1);
  if (text.empty() || text.size() > 15)
    return 0;
  person_key key = 0;
  for (const char c : text) {
    if (c < '0' || c > '9')
      return 0;
    key = key * 10 + static_cast<person_key>(c - '0');
  }
  return key;
}

/// A business-scoped user id: FNV-1a of 64 bits with the top bit set, so that it never meets a
/// phone number. 0 for an empty id.
[[nodiscard]] constexpr person_key person_from_user_id(std::string_view id) noexcept {
  if (id.empty())
    return 0;
  return fnv1a(id) | (person_key{1} << 63);
}

} // namespace stentor::core
