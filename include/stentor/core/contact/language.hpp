#pragma once
/// Which of a campaign's languages a person gets, by the codes that Meta gives its templates (en,
/// pt_BR, zh_HK). Pure; any thread.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace stentor::core {

inline constexpr std::size_t language_code_bytes_max = 15;
inline constexpr std::size_t languages_max = 50; ///< of one campaign

/// A language's code, two or three letters and perhaps a region, in the one spelling in which codes
/// are compared: " pt-BR" is pt_br. Empty for what is no such code.
[[nodiscard]] std::string language_key(std::string_view text);

/// The index of what somebody gets who speaks `wanted`: exactly that; else the language without a
/// region (pt for pt_PT), else the first with another one (pt_BR for pt_PT or pt); else the first
/// of all.
[[nodiscard]] std::size_t chosen_language(std::span<const std::string> offered,
                                          std::string_view wanted);

} // namespace stentor::core
