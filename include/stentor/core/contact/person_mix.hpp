#pragma once
/// Who of a list belongs to which side: a campaign's canary, whoever is cut off by a maximum. The
/// same person and salt give the same number everywhere and for ever, so it is a function of ours
/// and not PostgreSQL's hash. The database knows it as person_mix (schema/migrations); a test holds
/// them together. Pure; any thread.

#include "stentor/core/base/ids.hpp"

#include <cstdint>

namespace stentor::core {

namespace detail {

/// Two rounds of multiply and shift; each bit of the input moves each bit of the output.
constexpr std::uint32_t mix32(std::uint32_t x) noexcept {
  x ^= x >> 16U;
  x *= 2'146'121'005U;
  x ^= x >> 15U;
  x *= 2'221'713'035U;
  return x ^ (x >> 16U);
}

} // namespace detail

/// @param salt a campaign's: its sides have nothing to do with those of another one
/// @return 0 to 2^31 - 1, evenly
[[nodiscard]] constexpr std::int32_t person_mix(person_key person, std::int64_t salt) noexcept {
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32U); };
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto s = static_cast<std::uint64_t>(salt);
  const auto first = detail::mix32(low(person) ^ low(s));
  return static_cast<std::int32_t>(detail::mix32(first ^ high(person) ^ high(s)) & 0x7fff'ffffU);
}

} // namespace stentor::core
