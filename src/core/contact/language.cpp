#include "stentor/core/contact/language.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/white_space.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

constexpr std::size_t subtag_letters_max = 8; // RFC 5646, 2.1

bool is_code_letter(char c) noexcept {
  return c >= 'a' && c <= 'z';
}

bool is_word(std::string_view subtag) {
  return !subtag.empty() && subtag.size() <= subtag_letters_max &&
         std::all_of(subtag.begin(), subtag.end(),
                     [](char c) { return is_code_letter(c) || (c >= '0' && c <= '9'); });
}

/// Without its region.
std::string_view base_of(std::string_view key) {
  return key.substr(0, key.find('_'));
}

/// @param key in lower case, with underscores
bool is_code(std::string_view key) {
  const auto base = base_of(key);
  if (base.size() < 2 || base.size() > 3 || !std::all_of(base.begin(), base.end(), is_code_letter))
    return false;
  for (auto rest = key.substr(base.size()); !rest.empty();) {
    rest.remove_prefix(1);
    const auto subtag = base_of(rest);
    if (!is_word(subtag))
      return false;
    rest.remove_prefix(subtag.size());
  }
  return true;
}

} // namespace

std::string language_key(std::string_view text) {
  std::string storage;
  const auto tidy = tidy_white_space(text, storage);
  if (tidy.size() > language_code_bytes_max)
    return {};
  std::string key{tidy};
  for (auto& c : key)
    c = c == '-' ? '_' : ascii_lower(c);
  return is_code(key) ? key : std::string{};
}

std::size_t chosen_language(std::span<const std::string> offered, std::string_view wanted) {
  const auto key = language_key(wanted);
  if (key.empty())
    return 0;
  const auto base = base_of(key);
  constexpr auto none = static_cast<std::size_t>(-1);
  std::size_t plain = none;
  std::size_t related = none;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const auto one = language_key(offered[i]);
    if (one == key)
      return i;
    if (one == base)
      plain = std::min(plain, i);
    else if (base_of(one) == base)
      related = std::min(related, i);
  }
  return plain != none ? plain : related != none ? related : 0;
}

} // namespace stentor::core
