/// See told_tries.hpp.
#include "stentor/core/delivery/told_tries.hpp"

#include <algorithm>
#include <limits>

namespace stentor::core {

namespace {

/// An attempt needs 16 bits and what was told of it two.
constexpr int packed_bits = 21;
constexpr std::uint32_t packed_mask = (1U << packed_bits) - 1;

constexpr std::uint32_t key_of(std::int16_t attempt) noexcept {
  return (static_cast<std::uint32_t>(attempt) + 1U) << 2U;
}

} // namespace

/// Full of tries behind all that there can be, of which none arrived.
told_tries told_tries::unknown() noexcept {
  told_tries nothing_more;
  nothing_more.tries_.fill(key_of(std::numeric_limits<std::int16_t>::max()) | told_bits);
  return nothing_more;
}

void told_tries::add(std::int16_t attempt, std::uint32_t bit) noexcept {
  if (attempt < 0)
    return;
  auto told = key_of(attempt) | bit;
  for (auto& known : tries_) {
    if (known >> 2U == told >> 2U) {
      known |= told;
      return;
    }
    if (known < told)
      std::swap(known, told); // the lower ones move on, and the lowest drops out
  }
}

bool told_tries::any_arrived() const noexcept {
  return std::ranges::any_of(
      tries_, [](std::uint32_t known) { return (known & told_bits) == reached_bit; });
}

std::int64_t told_tries::packed() const noexcept {
  std::int64_t all = 0;
  for (const auto known : tries_)
    all = all << packed_bits | known;
  return all;
}

told_tries told_tries::unpacked(std::int64_t stored) noexcept {
  told_tries all;
  auto rest = static_cast<std::uint64_t>(stored);
  for (auto at = all.tries_.rbegin(); at != all.tries_.rend(); ++at, rest >>= packed_bits)
    *at = static_cast<std::uint32_t>(rest) & packed_mask;
  return all;
}

} // namespace stentor::core
