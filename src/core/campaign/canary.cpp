/// See canary.hpp.
#include "stentor/core/campaign/canary.hpp"

#include "stentor/core/base/enum_names.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 2> unsure_names{"ask", "open"};
constexpr std::array<std::string_view, 4> state_names{"waiting", "open", "stopped", "unsure"};

/// "12.3"; whole ones without a point.
std::string percent(double share) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", share * 100);
  std::string number{text.data()};
  if (number.ends_with(".0"))
    number.resize(number.size() - 2);
  return number;
}

sentence_params figures_of(const gate_reading& r) {
  return {{"gate", std::string{to_string(r.by.kind)}},
          {"people", std::to_string(r.hits)},
          {"of", std::to_string(r.of)},
          {"share", percent(r.share())},
          {"lower", percent(r.bounds.lower)},
          {"upper", percent(r.bounds.upper)},
          {"limit", percent(r.by.bound)}};
}

} // namespace

std::vector<gate> canary_rules::gates() const {
  return {{gate_kind::failed, failed_percent / 100},
          {gate_kind::opted_out, opted_out_percent / 100},
          {gate_kind::capped, capped_percent / 100}};
}

std::int64_t people_first(const std::optional<canary_options>& wanted,
                          const canary_rules& rules) noexcept {
  return wanted ? wanted->people.value_or(rules.people) : 0;
}

std::string_view to_string(on_unsure what) noexcept {
  return name_in(unsure_names, what);
}

std::string_view to_string(canary_state s) noexcept {
  return name_in(state_names, s);
}

std::optional<canary_state> canary_state_from(std::string_view text) noexcept {
  return value_in<canary_state>(state_names, text);
}

sentence why(const canary_decision& decision, bool opens) {
  if (!decision.by)
    return make_sentence("canary_passed", "The people who went first passed all of its gates.");
  if (decision.step == canary_step::stop)
    return make_sentence(
        "canary_failed",
        "The people who went first fail its gate \"{gate}\", and nobody else gets a message: "
        "{people} of {of} are {share} %, surely between {lower} and {upper} %, and the "
        "limit is {limit} %. Resume it to send to the rest all the same, or cancel it.",
        figures_of(*decision.by));
  if (opens)
    return make_sentence("canary_unsure_opened",
                         "Whether the people who went first pass its gate \"{gate}\" is not sure "
                         "({people} of {of}, the limit is {limit} %), and then it goes on, as "
                         "onUnsure says.",
                         figures_of(*decision.by));
  return make_sentence(
      "canary_unsure",
      "Whether the people who went first pass its gate \"{gate}\" is not sure: {people} of {of} "
      "are "
      "{share} %, surely between {lower} and {upper} %, and the limit is {limit} %. Resume it to "
      "send to the rest, or cancel it.",
      figures_of(*decision.by));
}

sentence why_stopped(const gate_reading& by) {
  return make_sentence(
      "gate_failed",
      "It fails its gate \"{gate}\": of those whose messages Meta took in this and the last hour "
      "{people} of {of} are {share} %, surely between {lower} and {upper} %, and the limit is "
      "{limit} %. Look into it; once resumed, its gates count anew.",
      figures_of(by));
}

} // namespace stentor::core
