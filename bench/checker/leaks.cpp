#include "bench/checker/leaks.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::load {
namespace {

constexpr std::size_t places_max = 5;
constexpr std::size_t digits_min = 7;
constexpr std::size_t digits_max = 15; ///< ITU-T E.164

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Where the first known phone number of a line begins.
std::size_t find_phone(std::string_view line, const std::unordered_set<std::uint64_t>& phones) {
  for (std::size_t at = 0; at < line.size();) {
    if (!is_digit(line[at])) {
      ++at;
      continue;
    }
    auto end = at;
    while (end < line.size() && is_digit(line[end]))
      ++end;
    std::uint64_t value = 0;
    if (end - at >= digits_min && end - at <= digits_max) {
      std::from_chars(line.data() + at, line.data() + end, value);
      if (phones.contains(value))
        return at;
    }
    at = end;
  }
  return std::string_view::npos;
}

} // namespace

leak_count count_leaks(std::string_view text, const secrets& known) {
  leak_count found;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    auto at = find_phone(line, known.phones);
    for (const auto& secret : known.texts)
      if (!secret.empty())
        at = std::min(at, line.find(secret));
    if (at != std::string_view::npos) {
      ++found.count;
      if (found.places.size() < places_max)
        found.places.push_back("line " + std::to_string(number) + ": " +
                               std::string{line.substr(0, at)} + "…");
    }
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return found;
}

} // namespace stentor::load
