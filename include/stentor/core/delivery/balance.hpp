#pragma once
/// The balance of a campaign: every recipient is explained, each by exactly one state. Pure; any
/// thread.

#include <cstdint>
#include <span>
#include <string_view>

namespace stentor::core {

/// So many deliveries are in a state, by its name in the database.
struct state_count {
  std::string_view state;
  std::int64_t count = 0;
};

/// What those are whom nothing explains: their turn may come, or the campaign's end cut it off.
enum class untouched : std::uint8_t { pending, cancelled, expired };

struct campaign_balance {
  std::int64_t total = 0;
  std::int64_t screened = 0;
  std::int64_t sent = 0; ///< accepted by Meta and not failed since
  std::int64_t failed = 0;
  std::int64_t opted_out = 0;
  std::int64_t expired = 0;
  std::int64_t cancelled = 0;
  std::int64_t held = 0;
  std::int64_t retracted = 0;
  std::int64_t in_doubt = 0; ///< still waiting
  std::int64_t pending = 0;  ///< neither sent nor given up; negative: more is told than there are

  /// Nobody waits for anything any more.
  [[nodiscard]] bool settled() const noexcept { return pending == 0 && in_doubt == 0; }
};

[[nodiscard]] campaign_balance balance_of(std::int64_t total, std::int64_t screened,
                                          std::span<const state_count> deliveries,
                                          untouched rest) noexcept;

} // namespace stentor::core
