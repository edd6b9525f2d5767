#pragma once
/// How people become person keys: one person has one key, however the phone number is spelled. The
/// database knows the same functions as phone_key and person_key (schema/migrations); a test holds
/// them together. Pure; any thread.

#include "stentor/core/base/hash.hpp"
#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <string_view>

namespace stentor::core {

namespace detail {

inline constexpr person_key ten_digits = 10'000'000'000;
inline constexpr person_key nine_digits = 1'000'000'000;
inline constexpr person_key eight_digits = 100'000'000;
inline constexpr person_key brazil = 55, mexico = 52, mexico_mobile = 521, argentina = 54,
                            argentina_mobile = 549;

/// Brazil's lines in houses begin with 2 to 5, so they are no mobile numbers without their nine.
constexpr bool is_brazilian_mobile(person_key area, person_key eight) noexcept {
  const auto first = eight / 10'000'000;
  return area / 10 >= 1 && area % 10 >= 1 && (first == 1 || first >= 6);
}
constexpr bool is_mexican(person_key ten) noexcept {
  return ten >= 2 * nine_digits;
}
constexpr bool is_argentine(person_key ten) noexcept {
  return ten >= nine_digits && ten < 4 * nine_digits;
}

} // namespace detail

/// Three countries have two spellings for one mobile number, of which Meta answers sometimes with
/// the other one: Brazil's ninth digit (55 DD [9] XXXXXXXX), Mexico's 1 (52 [1] …), Argentina's 9
/// (54 [9] …). This is the one that E.164 has today. Digits as an integer; any other number is
/// given back as it is.
[[nodiscard]] constexpr person_key one_spelling(person_key phone) noexcept {
  using namespace detail;
  const auto ten = phone % ten_digits;
  if (phone / ten_digits == brazil &&
      is_brazilian_mobile(phone / eight_digits % 100, phone % eight_digits))
    return phone / eight_digits * nine_digits + 9 * eight_digits + phone % eight_digits;
  if (phone / ten_digits == mexico_mobile && is_mexican(ten))
    return mexico * ten_digits + ten;
  if (phone / ten_digits == argentina && is_argentine(ten))
    return argentina_mobile * ten_digits + ten;
  return phone;
}

/// The spelling that one_spelling() never gives, of a number that it does; 0 where there is none.
[[nodiscard]] constexpr person_key other_spelling(person_key phone) noexcept {
  using namespace detail;
  const auto ten = phone % ten_digits;
  if (phone / (10 * ten_digits) == brazil && phone / eight_digits % 10 == 9 &&
      is_brazilian_mobile(phone / nine_digits % 100, phone % eight_digits))
    return phone / nine_digits * eight_digits + phone % eight_digits;
  if (phone / ten_digits == mexico && is_mexican(ten))
    return mexico_mobile * ten_digits + ten;
  if (phone / ten_digits == argentina_mobile && is_argentine(ten))
    return argentina * ten_digits + ten;
  return 0;
}

/// E.164 digits, with or without "+", as the key of the person; 0 when the text is anything else or
/// longer than 15 digits.
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
  return one_spelling(key);
}

/// A business-scoped user id: FNV-1a of 64 bits with the top bit set, so that it never meets a
/// phone number. 0 for an empty id.
[[nodiscard]] constexpr person_key person_from_user_id(std::string_view id) noexcept {
  if (id.empty())
    return 0;
  return fnv1a(id) | (person_key{1} << 63);
}

/// The digits of a key that stands for a phone number; 0 when only a user id is known.
[[nodiscard]] constexpr std::int64_t phone_of(person_key person) noexcept {
  return (person >> 63) != 0 ? 0 : static_cast<std::int64_t>(person);
}

} // namespace stentor::core
