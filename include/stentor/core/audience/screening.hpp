#pragma once
/// Why somebody on a list gets no message. Pure.

#include "stentor/core/contact/consent.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace stentor::core {

/// The codes are those of the table screen_reason.
enum class screen_reason : std::int16_t {
  none,
  invalid_number,
  duplicate,
  no_consent,
  opted_out,
  united_states,
  frequency,
  excluded = 8,
  meta_cap = 9,
  over_maximum = 12,
  past_place = 14,
};

inline constexpr std::array screen_reasons{
    screen_reason::invalid_number, screen_reason::duplicate,     screen_reason::no_consent,
    screen_reason::opted_out,      screen_reason::united_states, screen_reason::frequency,
    screen_reason::excluded,       screen_reason::meta_cap,      screen_reason::over_maximum,
    screen_reason::past_place,
};

/// As the API names it; empty for none.
[[nodiscard]] std::string_view to_string(screen_reason reason) noexcept;
/// A sentence for people; empty for none.
[[nodiscard]] std::string_view meaning_of(screen_reason reason) noexcept;

/// What a line of a list says by itself. Duplicates and stops show only when the whole list is
/// there: the database looks for them.
struct listed_person {
  bool reachable = true; ///< there is a valid phone number, or a user id
  bool united_states = false;
  consent agreed = consent::unknown; ///< as the list itself says
};

[[nodiscard]] screen_reason screened(const listed_person& person, message_class message) noexcept;

} // namespace stentor::core
