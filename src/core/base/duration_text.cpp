#include "stentor/core/base/duration_text.hpp"

#include <array>
#include <charconv>

namespace stentor::core {

namespace {

struct unit {
  char name;
  std::int64_t seconds;
};

constexpr std::array<unit, 4> units{{{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};
constexpr std::int64_t most = std::int64_t{100} * 366 * 86'400;

} // namespace

std::optional<std::chrono::seconds> duration_from(std::string_view text) noexcept {
  if (text.size() < 2 || text.front() == '-')
    return std::nullopt;
  std::int64_t n = 0;
  const auto* const end = text.data() + text.size() - 1;
  const auto [at, problem] = std::from_chars(text.data(), end, n);
  if (problem != std::errc{} || at != end)
    return std::nullopt;
  for (const auto& [name, seconds] : units)
    if (name == text.back() && n <= most / seconds)
      return std::chrono::seconds{n * seconds};
  return std::nullopt;
}

std::string duration_text(std::chrono::seconds duration) {
  for (const auto& [name, seconds] : units)
    if (duration.count() != 0 && duration.count() % seconds == 0)
      return std::to_string(duration.count() / seconds) + name;
  return "0s";
}

} // namespace stentor::core
