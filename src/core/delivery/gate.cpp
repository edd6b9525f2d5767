/// See gate.hpp.
#include "stentor/core/delivery/gate.hpp"

#include "stentor/core/base/enum_names.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 4> kind_names{"failed", "optedOut", "capped", "read"};

/// Of the normal distribution, 2.5 % lie above it.
constexpr double z95 = 1.959963984540054;

/// So many of a canary's people have an end when it is decided: the last ones may be switched off.
constexpr std::int64_t ended_percent = 90;

struct fraction {
  std::int64_t hits = 0, of = 0;
};

fraction fraction_of(gate_kind kind, const gate_counts& c) noexcept {
  switch (kind) {
  case gate_kind::failed:
    return {c.failed - c.capped, c.ended};
  case gate_kind::opted_out:
    return {c.opted_out, c.ended};
  case gate_kind::capped:
    return {c.capped, c.ended};
  case gate_kind::read:
    return {c.read, c.delivered};
  }
  return {};
}

gate_verdict judge(const gate_reading& r) noexcept {
  if (r.of == 0)
    return gate_verdict::leans_to_fail;
  const auto bound = r.by.bound;
  if (r.by.is_least()) {
    if (r.bounds.upper < bound)
      return gate_verdict::fails;
    if (r.bounds.lower >= bound)
      return gate_verdict::passes;
    return r.share() >= bound ? gate_verdict::leans_to_pass : gate_verdict::leans_to_fail;
  }
  if (r.bounds.lower > bound)
    return gate_verdict::fails;
  if (r.bounds.upper <= bound)
    return gate_verdict::passes;
  return r.share() <= bound ? gate_verdict::leans_to_pass : gate_verdict::leans_to_fail;
}

template <class Combine>
void combine(gate_counts& to, const gate_counts& other, const Combine& with) noexcept {
  for (const auto figure : {&gate_counts::ended, &gate_counts::delivered, &gate_counts::read,
                            &gate_counts::failed, &gate_counts::opted_out, &gate_counts::capped})
    to.*figure = with(to.*figure, other.*figure);
}

} // namespace

std::string_view to_string(gate_kind kind) noexcept {
  return name_in(kind_names, kind);
}

std::optional<gate_kind> gate_kind_from(std::string_view text) noexcept {
  return value_in<gate_kind>(kind_names, text);
}

gate_counts& gate_counts::operator+=(const gate_counts& other) noexcept {
  combine(*this, other, [](auto a, auto b) { return a + b; });
  return *this;
}

gate_counts& gate_counts::operator-=(const gate_counts& other) noexcept {
  combine(*this, other, [](auto a, auto b) { return std::max<std::int64_t>(a - b, 0); });
  return *this;
}

share_bounds wilson(std::int64_t hits, std::int64_t of) noexcept {
  if (of <= 0)
    return {};
  const auto n = static_cast<double>(of);
  const auto share = std::clamp(static_cast<double>(hits) / n, 0.0, 1.0);
  const auto whole = 1 + z95 * z95 / n;
  const auto middle = share + z95 * z95 / (2 * n);
  const auto half = z95 * std::sqrt(share * (1 - share) / n + z95 * z95 / (4 * n * n));
  // At the ends the formula is exact, but for its rounding.
  return {.lower = hits <= 0 ? 0 : std::max(0.0, (middle - half) / whole),
          .upper = hits >= of ? 1 : std::min(1.0, (middle + half) / whole)};
}

double gate_reading::share() const noexcept {
  return of == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(of);
}

gate_reading read_gate(const gate& by, const gate_counts& counts) noexcept {
  const auto [hits, of] = fraction_of(by.kind, counts);
  gate_reading r{.by = by,
                 .hits = std::clamp<std::int64_t>(hits, 0, std::max<std::int64_t>(of, 0)),
                 .of = std::max<std::int64_t>(of, 0),
                 .bounds = {}};
  r.bounds = wilson(r.hits, r.of);
  r.verdict = judge(r);
  return r;
}

canary_decision decide(const canary_facts& facts) {
  const bool most_ended = facts.counts.ended * 100 >= facts.people * ended_percent;
  if (!most_ended && !facts.overdue)
    return {};
  const bool time_is_up = facts.settled || facts.overdue;
  canary_decision decision{.step = canary_step::open, .by = {}};
  for (const auto& by : facts.gates) {
    auto reading = read_gate(by, facts.counts);
    // Who has the message only just may read it yet.
    if (by.is_least() && !time_is_up && reading.verdict == gate_verdict::fails)
      reading.verdict = gate_verdict::leans_to_fail;
    switch (reading.verdict) {
    case gate_verdict::fails:
      return {.step = canary_step::stop, .by = reading};
    case gate_verdict::leans_to_fail:
      if (decision.step != canary_step::ask)
        decision = {.step = canary_step::ask, .by = reading};
      break;
    case gate_verdict::leans_to_pass:
      if (!time_is_up && decision.step == canary_step::open)
        decision = {.step = canary_step::wait, .by = reading};
      break;
    case gate_verdict::passes:
      break;
    }
  }
  if (!time_is_up && decision.step == canary_step::ask)
    decision.step = canary_step::wait;
  return decision;
}

std::optional<gate_reading> killed_by(const std::vector<gate>& gates, const gate_counts& recent,
                                      const gate_counts& last) {
  for (const auto& by : gates) {
    const auto& counts = by.is_least() ? last : recent;
    if (counts.ended < kill_ends_least)
      continue;
    const auto reading = read_gate(by, counts);
    if (reading.verdict == gate_verdict::fails)
      return reading;
  }
  return std::nullopt;
}

} // namespace stentor::core
