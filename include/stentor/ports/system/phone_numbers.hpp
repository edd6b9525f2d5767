#pragma once
/// Phone numbers by the world's numbering plans and libphonenumber (adapters/phone). What of a cell
/// is the number and what decoration, core/contact/phone_text says.

#include <cstdint>
#include <string_view>

namespace stentor::ports {

enum class phone_problem : std::uint8_t {
  none,
  not_a_number,
  bad_country,
  too_short,
  too_long,
  not_assigned,
  ambiguous ///< it can be read as two numbers
};

struct phone {
  std::uint64_t digits = 0;   ///< E.164 without the plus; 0 when there is a problem
  bool united_states = false; ///< by region, not by +1; US territories count too (meta brief, 9.2)
  phone_problem problem = phone_problem::none;
  /// Two capital letters, for the lifetime of what read the number; empty when there is a problem
  /// and for numbers of no country.
  std::string_view region{};
};

/// Thread-safe.
class phone_numbers {
public:
  virtual ~phone_numbers() = default;
  /// @param region two letters for numbers without country code, or empty: then such numbers are
  /// refused
  [[nodiscard]] virtual phone parse(std::string_view text, std::string_view region) const = 0;
  /// The same for a column whose numbers have their country code but no plus (msisdn, wa_id).
  [[nodiscard]] virtual phone parse_international(std::string_view text,
                                                  std::string_view region) const = 0;
};

/// For people.
[[nodiscard]] std::string_view to_string(phone_problem p) noexcept;

} // namespace stentor::ports
