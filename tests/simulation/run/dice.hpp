#pragma once
/// Luck that depends on nothing but the seed and what it is asked about, so that leaving out one
/// incident changes nobody else's luck. Values; any thread.

#include <cstdint>
#include <initializer_list>

namespace stentor::simulation {

/// What a throw of the dice decides. The order is part of every seed's meaning: only add.
enum class about : std::uint8_t {
  profile,
  incidents,
  list,
  answer,
  latency,
  fate_of_message,
  receipts,
  wire,
  order_of_actors,
  reply,
  connection,
  flights,
  rare,
  window,
  standstill,
  canary,
  drawing,
  given_up,
  closures,
  ratings,
};

class dice {
public:
  explicit dice(std::uint64_t seed) : seed_{seed} {}

  [[nodiscard]] std::uint64_t roll(about what, std::initializer_list<std::uint64_t> whom) const {
    auto x = mix(seed_ ^ (static_cast<std::uint64_t>(what) << 56));
    for (const auto part : whom)
      x = mix(x ^ part);
    return x;
  }
  /// 0 … sides - 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t sides, about what,
                                    std::initializer_list<std::uint64_t> whom) const {
    return sides == 0 ? 0 : roll(what, whom) % sides;
  }
  [[nodiscard]] bool chance(double share, about what,
                            std::initializer_list<std::uint64_t> whom) const {
    return static_cast<double>(roll(what, whom) >> 11) * 0x1p-53 < share;
  }

private:
  /// splitmix64.
  static constexpr std::uint64_t mix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
  }
  std::uint64_t seed_;
};

} // namespace stentor::simulation
