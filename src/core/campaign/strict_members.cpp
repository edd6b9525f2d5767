#include "stentor/core/campaign/strict_members.hpp"

#include "stentor/core/base/duration_text.hpp"
#include "stentor/core/base/printable.hpp"
#include "stentor/core/base/rfc3339.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace stentor::core {

using kind = json_value::kind;

strict_members::strict_members(const json_value& from, std::string path,
                               std::vector<draft_problem>& problems)
    : from_{from}, path_{std::move(path)}, problems_{problems}, problems_before_{problems.size()} {
  if (from_.is != kind::object)
    problems_.push_back({path_, "expected an object"});
}

const json_value* strict_members::find(std::string_view name) {
  known_.insert(name);
  const auto* value = from_.find(name);
  return value == nullptr || value->is == kind::null ? nullptr : value;
}

std::optional<std::int64_t> strict_members::integer(std::string_view name, std::int64_t least,
                                                    std::int64_t most) {
  const auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  std::int64_t n = 0;
  const auto* const end = value->text.data() + value->text.size();
  const auto [at, problem] = std::from_chars(value->text.data(), end, n);
  if (value->is == kind::number && problem == std::errc{} && at == end && n >= least && n <= most)
    return n;
  wrong(name,
        "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<double> strict_members::real(std::string_view name, double least, double most) {
  const auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  double n = 0;
  const auto* const end = value->text.data() + value->text.size();
  const auto [at, problem] = std::from_chars(value->text.data(), end, n);
  if (value->is == kind::number && problem == std::errc{} && at == end && n >= least && n <= most)
    return n;
  const auto shown = [](double limit) {
    std::string text = std::to_string(limit);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
  };
  wrong(name, "expected a number from " + shown(least) + " to " + shown(most));
  return std::nullopt;
}

std::optional<std::chrono::seconds> strict_members::duration(std::string_view name,
                                                             std::chrono::seconds least,
                                                             std::chrono::seconds most) {
  const auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  const auto read = value->is == kind::text ? duration_from(value->text) : std::nullopt;
  if (read && *read >= least && *read <= most)
    return read;
  wrong(name, "expected a length of time from " + duration_text(least) + " to " +
                  duration_text(most) + ", such as 90s, 30m, 6h or 2d");
  return std::nullopt;
}

std::optional<wall_time> strict_members::time(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  const auto read = value->is == kind::text ? wall_time_from(value->text) : std::nullopt;
  if (!read)
    wrong(name, "expected a time with its offset, such as 2026-12-01T10:00:00Z");
  return read;
}

std::optional<bool> strict_members::boolean(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  if (value->is == kind::boolean)
    return value->text == "true";
  wrong(name, "expected true or false");
  return std::nullopt;
}

std::optional<std::size_t> strict_members::one_of(std::string_view name,
                                                  std::initializer_list<std::string_view> names) {
  const auto* value = find(name);
  if (value == nullptr)
    return std::nullopt;
  const auto* found = std::find(names.begin(), names.end(), value->text);
  if (value->is == kind::text && found != names.end())
    return static_cast<std::size_t>(found - names.begin());
  std::string all;
  for (const auto one : names)
    all += (all.empty() ? "" : ", ") + std::string{one};
  wrong(name, (names.size() == 1 ? "expected " : "expected one of ") + all);
  return std::nullopt;
}

std::string strict_members::path_of(std::string_view name) const {
  return path_ + "." + std::string{name};
}

void strict_members::wrong(std::string_view name, std::string sentence) {
  problems_.push_back({path_of(name), std::move(sentence)});
}

void strict_members::refuse_unknown() {
  constexpr std::size_t echo_max = 40;
  for (const auto& [name, value] : from_.members)
    if (!known_.contains(name))
      wrong(printable(std::string_view{name}.substr(0, echo_max)), "is not known here");
}

} // namespace stentor::core
