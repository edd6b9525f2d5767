#include "stentor/core/campaign/lateness.hpp"

#include "stentor/core/base/enum_names.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 4> missed_names{"pause", "send", "skip", "run_latest"};
constexpr std::array<std::string_view, 2> overlap_names{"skip", "allow"};

} // namespace

std::string_view to_string(on_missed m) noexcept {
  return name_in(missed_names, m);
}
std::optional<on_missed> on_missed_from(std::string_view text) noexcept {
  return value_in<on_missed>(missed_names, text);
}
std::string_view to_string(run_overlap o) noexcept {
  return name_in(overlap_names, o);
}
std::optional<run_overlap> run_overlap_from(std::string_view text) noexcept {
  return value_in<run_overlap>(overlap_names, text);
}

bool fits(on_missed what, campaign_kind kind) noexcept {
  if (kind == campaign_kind::recurring)
    return what == on_missed::skip || what == on_missed::run_latest;
  return what != on_missed::run_latest;
}

due_run due_run_of(const recurrence& rule, wall_time next, wall_time now,
                   std::chrono::seconds lateness, on_missed policy, const zone_offsets& zone) {
  due_run what{.run = {}, .next = next, .missed_from = {}, .missed_until = {}};
  if (next > now)
    return what;
  const auto oldest = now - lateness; // what is older is missed
  if (next >= oldest) {
    what.run = next;
  } else {
    what.run = next_after(rule, oldest - milliseconds{1}, zone);
    if (!what.run || *what.run > now) { // all that are due were missed
      what.run = std::nullopt;
      if (policy == on_missed::run_latest)
        what.run = std::max(next, last_until(rule, now, zone).value_or(next));
    }
  }
  what.next = next_after(rule, what.run.value_or(now), zone);
  if (what.run == next)
    return what;
  what.missed_from = next;
  const auto last = last_until(rule, what.run ? *what.run - milliseconds{1} : now, zone);
  what.missed_until = std::max(next, last.value_or(next));
  return what;
}

} // namespace stentor::core
