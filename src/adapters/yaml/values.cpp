#include "adapters/yaml/values.hpp"

#include "stentor/core/base/url.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>

namespace stentor::yaml {
namespace {

using unit = std::pair<std::string_view, std::uint64_t>;
constexpr std::array<unit, 5> duration_units{
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<unit, 5> size_units{
    {{"B", 1}, {"KiB", 1ULL << 10}, {"MiB", 1ULL << 20}, {"GiB", 1ULL << 30}, {"TiB", 1ULL << 40}}};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// A whole number and its unit, multiplied; nothing on an unknown unit or an overflow.
template <std::size_t N>
std::optional<std::uint64_t> measured(std::string_view text, const std::array<unit, N>& units) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = integer_from(text.substr(0, static_cast<std::size_t>(end - text.begin())));
  auto name = text.substr(static_cast<std::size_t>(end - text.begin()));
  while (!name.empty() && name.front() == ' ')
    name.remove_prefix(1);
  if (!count)
    return std::nullopt;
  for (const auto& [unit_name, factor] : units) {
    if (name == unit_name && *count <= std::numeric_limits<std::int64_t>::max() / factor)
      return *count * factor;
  }
  return std::nullopt;
}

/// In the largest unit that divides the value.
template <std::size_t N>
std::string in_units(std::uint64_t value, const std::array<unit, N>& units) {
  for (auto u = units.rbegin(); u != units.rend(); ++u) {
    if (value != 0 && value % u->second == 0)
      return std::to_string(value / u->second) + std::string{u->first};
  }
  return "0" + std::string{units.front().first};
}

/// Levenshtein's distance with one row.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

} // namespace

std::optional<std::uint64_t> integer_from(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::optional<double> real_from(std::string_view text) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool finite = value - value == 0;
  if (failure != std::errc{} || end != text.data() + text.size() || !finite)
    return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> duration_from(std::string_view text) {
  if (text == "0")
    return std::chrono::milliseconds{0};
  const auto value = measured(text, duration_units);
  if (!value)
    return std::nullopt;
  return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
}

std::string duration_text(std::chrono::milliseconds value) {
  return in_units(static_cast<std::uint64_t>(value.count()), duration_units);
}

std::optional<std::uint64_t> size_from(std::string_view text) {
  if (const auto plain = integer_from(text))
    return plain;
  return measured(text, size_units);
}

std::string size_text(std::uint64_t bytes) {
  return in_units(bytes, size_units);
}

bool is_listen_address(std::string_view text) {
  return core::parse_host_and_port(text).ok();
}

bool is_web_address(std::string_view text) {
  const auto parsed = core::parse_url(text);
  return parsed && parsed->path.empty() && !text.ends_with('/');
}

bool holds_password(std::string_view connection) {
  if (connection.starts_with("postgresql://") || connection.starts_with("postgres://")) {
    const auto authority = connection.substr(connection.find("://") + 3);
    const auto at = authority.substr(0, authority.find('/')).rfind('@');
    const bool in_user =
        at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
    return in_user || connection.find("password=") != std::string_view::npos;
  }
  for (auto at = connection.find("password"); at != std::string_view::npos;
       at = connection.find("password", at + 1)) {
    const bool starts_a_word = at == 0 || connection[at - 1] == ' ';
    const auto after = connection.find_first_not_of(' ', at + 8);
    if (starts_a_word && after != std::string_view::npos && connection[after] == '=')
      return true;
  }
  return false;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  // A third of the word may be wrong: enough for typing errors, too little for another word.
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    // At least so many letters must come or go.
    const auto apart =
        std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
    if (apart >= best_distance)
      continue;
    const auto d = distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

} // namespace stentor::yaml
