#include "stentor/core/delivery/recovery.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

/// splitmix64: neighbours on a list are far apart.
constexpr std::uint64_t spread_out(std::uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

} // namespace

std::chrono::milliseconds recovery_jitter(std::chrono::milliseconds spacing, campaign_no campaign,
                                          recipient_seq seq) noexcept {
  const auto most = std::min<std::chrono::milliseconds>(recovery_limits::jitter_most,
                                                        spacing / recovery_limits::jitter_part);
  if (most.count() <= 0)
    return std::chrono::milliseconds{0};
  const auto whom =
      static_cast<std::uint64_t>(campaign.value()) << 32 | static_cast<std::uint32_t>(seq);
  return std::chrono::milliseconds{
      static_cast<std::int64_t>(spread_out(whom) % static_cast<std::uint64_t>(most.count()))};
}

} // namespace stentor::core
