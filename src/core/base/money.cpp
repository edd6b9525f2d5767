#include "stentor/core/base/money.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::core {

namespace {

constexpr std::int64_t amount_max = 9'000'000'000'000;
constexpr int places_max = 6;
constexpr int shift_max = 20;

bool is_figure(char c) noexcept {
  return c >= '0' && c <= '9';
}

} // namespace

std::optional<std::int64_t> micros_from(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative)
    text.remove_prefix(1);
  // Digits without the point, and how many stand behind it.
  std::string digits;
  int behind = 0;
  bool point = false;
  std::size_t i = 0;
  for (; i < text.size() && (is_figure(text[i]) || (text[i] == '.' && !point)); ++i) {
    if (text[i] == '.') {
      point = true;
      continue;
    }
    digits += text[i];
    behind += point ? 1 : 0;
  }
  if (digits.empty() || digits.size() > 40)
    return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E')
      return std::nullopt;
    auto rest = text.substr(i + 1);
    if (rest.starts_with('+'))
      rest.remove_prefix(1);
    int exponent = 0;
    const auto [end, problem] = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
    if (problem != std::errc{} || end != rest.data() + rest.size() || exponent > shift_max ||
        exponent < -shift_max)
      return std::nullopt;
    behind -= exponent;
  }
  // Zeros at the end say nothing.
  while (behind > places_max && digits.size() > 1 && digits.back() == '0') {
    digits.pop_back();
    --behind;
  }
  if (digits.find_first_not_of('0') == std::string::npos)
    return 0;
  if (behind > places_max)
    return std::nullopt;
  digits.append(static_cast<std::size_t>(places_max - behind), '0');
  digits.erase(0, digits.find_first_not_of('0'));
  std::int64_t micros = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), micros);
  if (problem != std::errc{} || micros > amount_max * micros_per_unit)
    return std::nullopt;
  return negative ? -micros : micros;
}

bool is_currency(std::string_view text) noexcept {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace stentor::core
