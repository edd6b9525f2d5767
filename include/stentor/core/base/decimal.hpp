#pragma once
/// Numbers as JSON writes them, compared and added digit by digit, as PostgreSQL's numeric does:
/// 0.1 is 0.10, and 2^53 + 1 is not 2^53. Pure; any thread.

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::core {

class decimal {
public:
  decimal() = default; ///< 0
  explicit decimal(std::int64_t whole);

  /// None when the text is no number of RFC 8259, section 6, or has an exponent beyond ±100,000.
  [[nodiscard]] static std::optional<decimal> from(std::string_view json_number);
  /// Money and values of events: millionths.
  [[nodiscard]] static decimal of_micros(std::int64_t micros);

  /// "-125e-2": digits and an exponent, as JSON, numeric and jsonpath read it.
  [[nodiscard]] std::string to_text() const;
  /// The power of ten of its first digit: 2 of 125, −1 of 0.5; 0 of 0.
  [[nodiscard]] int magnitude() const noexcept;
  [[nodiscard]] std::size_t digits() const noexcept { return digits_.size(); }

  [[nodiscard]] decimal operator+(const decimal& other) const;
  [[nodiscard]] decimal times(std::uint32_t factor) const;

  friend std::strong_ordering operator<=>(const decimal& a, const decimal& b);
  friend bool operator==(const decimal& a, const decimal& b) = default;

private:
  void normalize();
  /// Its digits down to this power of ten, which is not above its own.
  [[nodiscard]] std::string digits_from(int exponent) const;

  bool negative_ = false;
  std::string digits_; ///< without zeros at either end; empty: 0
  int exponent_ = 0;   ///< value = digits × 10^exponent
};

} // namespace stentor::core
