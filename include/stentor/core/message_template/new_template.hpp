#pragma once
/// What Meta wants of a template before it looks at the words: the one list of its limits
/// (developers.facebook.com, WhatsApp Business Platform, message templates). Pure; any thread.

#include "stentor/core/base/json_value.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace stentor::core {

namespace template_limits {

inline constexpr std::size_t name_max = 512; ///< bytes; all others are characters
inline constexpr std::size_t languages_max = 100;
inline constexpr std::size_t header_max = 60;
inline constexpr std::size_t body_max = 1024;
inline constexpr std::size_t offer_body_max = 600; ///< of one with a limited-time offer
inline constexpr std::size_t footer_max = 60;
inline constexpr std::size_t buttons_max = 10;
inline constexpr std::size_t url_buttons_max = 2;
inline constexpr std::size_t button_text_max = 25;
inline constexpr std::size_t url_max = 2000;
inline constexpr std::size_t phone_max = 20;
inline constexpr std::size_t code_max = 20;
inline constexpr std::size_t offer_text_max = 16;
inline constexpr std::size_t cards_min = 2;
inline constexpr std::size_t cards_max = 10;

} // namespace template_limits

/// What is wrong with one place, "languages[0].components[1].text", and what is expected, as the
/// end of a sentence that begins with the place.
struct template_problem {
  std::string path;
  std::string sentence;

  friend bool operator==(const template_problem&, const template_problem&) = default;
};

/// @param wanted {"name", "category", "parameterFormat", "languages": [{"language", "components"}]}
[[nodiscard]] std::vector<template_problem> problems_of_new_template(const json_value& wanted);

/// The same of a change: {"category", "components"}; what is absent stays.
/// @param named whether its variables have names
[[nodiscard]] std::vector<template_problem> problems_of_template_change(const json_value& wanted,
                                                                        bool named);

} // namespace stentor::core
