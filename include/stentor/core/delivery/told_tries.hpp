#pragma once
/// Which tries of a message Meta has, and which of those came to nothing. A later try's refusal
/// says nothing about an earlier one whose receipt is late, so each is remembered by itself. Pure;
/// any thread.

#include <array>
#include <cstdint>

namespace stentor::core {

/// What acceptances and receipts told. An answer that refuses a try is left out: Meta never had
/// that one, no receipt follows, and a throttled recipient has hundreds of them. So few tries are
/// left that the three highest are kept; adding in any order, and anything twice, gives the same.
class told_tries {
public:
  /// Of a row that was written before this was kept: nothing is learned any more.
  [[nodiscard]] static told_tries unknown() noexcept;

  void add_reached(std::int16_t attempt) noexcept { add(attempt, reached_bit); }
  void add_failed(std::int16_t attempt) noexcept { add(attempt, failed_bit); }

  /// Whether a try has reached Meta and not failed since.
  [[nodiscard]] bool any_arrived() const noexcept;

  /// For storing; 0 without any.
  [[nodiscard]] std::int64_t packed() const noexcept;
  [[nodiscard]] static told_tries unpacked(std::int64_t stored) noexcept;

  bool operator==(const told_tries&) const = default;

private:
  static constexpr std::uint32_t reached_bit = 1, failed_bit = 2, told_bits = 3;

  void add(std::int16_t attempt, std::uint32_t bit) noexcept;

  /// Descending: the attempt plus one, above what was told of it; 0 is none.
  std::array<std::uint32_t, 3> tries_{};
};

} // namespace stentor::core
