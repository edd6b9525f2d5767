#pragma once
/// The limits that Meta keeps, on the simulator's own clock: messages per second of a number, and
/// of a pair of number and person; and how often a person was written to. Thread contract: one
/// thread.

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace stentor::load {

/// Messages per second of one number: a bucket that holds one second's worth (GCRA in its
/// virtual-scheduling form, ITU-T I.371). More lenient than the promise which the truth report
/// checks, so that 130429 comes only to who is clearly too fast.
class throughput_limit {
public:
  explicit throughput_limit(double rate) : period_us_{rate > 0 ? 1e6 / rate : 0} {}

  [[nodiscard]] bool admit(std::int64_t now_us) {
    const auto now = static_cast<double>(now_us);
    if (next_us_ - now > 1e6)
      return false;
    next_us_ = (next_us_ > now ? next_us_ : now) + period_us_;
    return true;
  }

private:
  double period_us_;
  double next_us_ = 0;
};

/// All people ever written to, 16 bytes each: how often, and the pair limit with the number that
/// wrote first. A pair with another number is rare and lives in a side table.
class people {
public:
  struct person {
    std::uint64_t key = 0; ///< 0 = empty slot
    std::uint32_t pair_ms =
        0; ///< theoretical arrival time of the pair limit, in ms since the start
    std::uint16_t attempts = 0;
    std::uint16_t number = 0;
  };

  /// The person's entry, made when new. Valid until the next call.
  person& find(std::uint64_t key, std::uint16_t number);

  /// Meta's pair limit: one message per 6 s, up to 45 ahead of that.
  [[nodiscard]] bool admit_pair(person& who, std::uint16_t number, std::uint32_t now_ms);

  [[nodiscard]] std::size_t size() const noexcept;

private:
  /// Tables grow one by one, so that no growth takes long.
  struct table {
    std::vector<person> slots;
    std::size_t used = 0;
  };
  static void grow(table& t);

  std::array<table, 256> tables_;
  std::unordered_map<std::uint64_t, std::uint32_t> other_pairs_;
};

} // namespace stentor::load
