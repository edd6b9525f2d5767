#pragma once
/// Texts of components with their variables and examples. Private to this folder; pure, any thread.

#include "stentor/core/message_template/new_template.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

inline constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

/// The text of a member in capitals; empty when it is none.
[[nodiscard]] std::string upper_text(const json_value& object, std::string_view member);

/// A member that must be a text of at most so many characters. @return the text
std::string check_text(const json_value& object, std::string_view member, const std::string& at,
                       std::size_t most, std::vector<template_problem>& to);

struct variable_terms {
  bool named = false;
  std::size_t most = unlimited;
  bool inside = false; ///< none at either end
};

/// @param example "body_text": the member of `example` that holds one for each variable
void check_variables(const std::string& text, const json_value& component, std::string_view example,
                     const std::string& at, const variable_terms& terms,
                     std::vector<template_problem>& to);

/// The texts of a list in `example`; those of body_text lie in a list of lists.
[[nodiscard]] std::vector<std::string> listed_example(const json_value& component,
                                                      std::string_view member);

} // namespace stentor::core
