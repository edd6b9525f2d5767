#include "stentor/core/base/money.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace stentor::core {

namespace {

constexpr std::int64_t amount_max = 9'000'000'000'000;
constexpr int places_max = 6;
constexpr int shift_max = 20;

bool is_figure(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// The sign before an amount: of the currencies that people know by one, or its letters.
std::string symbol_of(std::string_view currency) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"INR", "₹"}, {"USD", "$"}, {"EUR", "€"}, {"GBP", "£"}, {"BRL", "R$"},
      {"JPY", "¥"}, {"KRW", "₩"}, {"ILS", "₪"}, {"NGN", "₦"}, {"TRY", "₺"},
      {"PHP", "₱"}, {"VND", "₫"}, {"UAH", "₴"}, {"KZT", "₸"}, {"MXN", "MX$"}};
  for (const auto& [code, symbol] : known)
    if (code == currency)
      return std::string{symbol};
  return std::string{currency} + " ";
}

/// @param size of the groups before the last one, which has three figures
std::string grouped(std::string figures, std::size_t size) {
  for (std::size_t end = figures.size(), group = 3; end > group; group = size) {
    end -= group;
    figures.insert(end, ",");
  }
  return figures;
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

int decimals_of(std::string_view currency) noexcept {
  constexpr std::string_view none = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF "
                                    "XOF XPF";
  constexpr std::string_view three = "BHD IQD JOD KWD LYD OMR TND";
  if (none.find(currency) != std::string_view::npos)
    return 0;
  return three.find(currency) != std::string_view::npos ? 3 : 2;
}

std::string money_text(std::int64_t micros, std::string_view currency) {
  const int decimals = decimals_of(currency);
  std::uint64_t step = 1; // micros of the smallest amount
  for (int i = decimals; i < places_max; ++i)
    step *= 10;
  const auto amount =
      micros < 0 ? ~static_cast<std::uint64_t>(micros) + 1 : static_cast<std::uint64_t>(micros);
  const auto smallest = (amount + step / 2) / step;
  std::uint64_t unit = 1;
  for (int i = 0; i < decimals; ++i)
    unit *= 10;
  std::string text = std::string{micros < 0 && smallest != 0 ? "-" : ""} + symbol_of(currency) +
                     grouped(std::to_string(smallest / unit), currency == "INR" ? 2 : 3);
  if (const auto rest = smallest % unit; rest != 0) {
    const auto figures = std::to_string(rest);
    text += "." + std::string(static_cast<std::size_t>(decimals) - figures.size(), '0') + figures;
  }
  return text;
}

bool is_currency(std::string_view text) noexcept {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace stentor::core
