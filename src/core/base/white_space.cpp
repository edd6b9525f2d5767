#include "stentor/core/base/white_space.hpp"

#include "stentor/core/base/characters.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

/// Blank at an end of a text. Marks of direction stay, since they say where a full stop stands.
bool is_blank_at_end(char32_t c) noexcept {
  return is_white_space(c) || c == 0x200B || c == 0x2060 || c == 0xFEFF;
}

/// Whether a byte can begin white space or a zero-width mark that is more than one space.
bool is_suspicious(char byte) noexcept {
  const auto u = static_cast<unsigned char>(byte);
  return u < 0x20 || u == 0x7F || u == 0xC2 || (u >= 0xE1 && u <= 0xE3) || u == 0xEF;
}

/// Nearly all values are tidy: no second look at them.
bool is_tidy(std::string_view text) noexcept {
  return !text.starts_with(' ') && !text.ends_with(' ') &&
         text.find("  ") == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), is_suspicious);
}

bool shows_nothing(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto c = first_character(text);
    if (!is_white_space(c.code) && !is_invisible(c.code))
      return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

} // namespace

std::string_view tidy_white_space(std::string_view text, std::string& storage, text_ends ends) {
  if (text.empty() || is_tidy(text))
    return text;
  const bool whole = ends == text_ends::both;
  if (whole && shows_nothing(text))
    return {};
  storage.clear();
  bool space = false;  // one is due before the next character
  std::size_t end = 0; // behind the last character that is more than a zero-width mark
  for (auto rest = text; !rest.empty();) {
    const auto c = first_character(rest);
    if (is_white_space(c.code)) {
      space = true;
    } else if (end > 0 || !is_blank_at_end(c.code) || ends == text_ends::neither ||
               ends == text_ends::last) {
      const bool trims_before = ends == text_ends::both || ends == text_ends::first;
      if (space && (!storage.empty() || !trims_before))
        storage += ' ';
      space = false;
      storage += rest.substr(0, c.bytes);
      if (!is_blank_at_end(c.code))
        end = storage.size();
    }
    rest.remove_prefix(c.bytes);
  }
  const bool trims_behind = ends == text_ends::both || ends == text_ends::last;
  if (trims_behind)
    storage.resize(end);
  else if (space && (!storage.empty() || ends == text_ends::neither))
    storage += ' ';
  return storage;
}

} // namespace stentor::core
