#pragma once
/// Phone numbers by libphonenumber (adapters/phone).

#include <cstdint>
#include <string_view>

namespace stentor::ports {

enum class phone_problem : std::uint8_t {
  none,
  not_a_number,
  bad_country,
  too_short,
  too_long,
  not_assigned
};

struct phone {
  std::uint64_t digits = 0;   ///< E.164 without the plus; 0 when there is a problem
  bool united_states = false; ///< by region, not by +1; US territories count too (meta brief, 9.2)
  phone_problem problem = phone_problem::none;
};

/// Thread-safe.
class phone_numbers {
public:
  virtual ~phone_numbers() = default;
  /// @param region two letters for numbers without country code, or empty: then such numbers are
  /// refused
  [[nodiscard]] virtual phone parse(std::string_view text, std::string_view region) const = 0;
};

/// For people.
[[nodiscard]] std::string_view to_string(phone_problem p) noexcept;

} // namespace stentor::ports
