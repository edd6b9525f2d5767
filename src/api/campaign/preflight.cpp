/// See preflight.hpp.

#include "api/campaign/preflight.hpp"

#include "api/campaign/plan.hpp"
#include "api/campaign/preview.hpp"
#include "api/http/sentence_json.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/campaign/campaign_preview.hpp"
#include "stentor/ports/campaign/launch_check.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace stentor::api {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t previews_max = 3;

ordered_json show_numbers(const std::vector<core::launch_number>& numbers) {
  auto shown = ordered_json::array();
  for (const auto& n : numbers)
    shown.push_back({{"phoneNumberId", n.phone_number_id},
                     {"messagesPerSecond", n.per_second},
                     {"canSend", n.can_send()}});
  return shown;
}

/// The first messages of the list, and one in each language that somebody gets besides.
ordered_json show_previews(const context& c, const core::launch_facts& facts,
                           const ports::compiled_message& message,
                           const std::optional<ports::list_outline>& list) {
  auto all = ordered_json::array();
  std::set<std::int16_t> languages;
  const auto add = [&](const core::launch_sample& sample) {
    const auto body = message.preview(sample.to, sample.variables.text, sample.lang);
    if (!body)
      return;
    languages.insert(sample.lang);
    all.push_back({{"recipient", sample.id},
                   {"language", core::language_at(facts.what, sample.lang)},
                   {"message", ordered_json::parse(*body, nullptr, false)},
                   {"rendered", show_message(*c.s.renderer, facts.what, sample).message}});
  };
  for (const auto& sample : facts.samples)
    if (all.size() < previews_max)
      add(sample);
  if (list)
    for (const auto& sample : list->first)
      if (!languages.contains(sample.lang))
        add(sample);
  return all;
}

/// Whom it would be for if it started now.
void show_counted(const std::optional<ports::counted_audience>& counted, ordered_json& out) {
  if (!counted)
    return;
  out["people"] = counted->people;
  out["exact"] = counted->exact;
  if (!counted->exact)
    return;
  out["sendable"] = counted->sendable;
  out["waiting"] = counted->waiting;
  out["screened"] = ordered_json::object();
  for (const auto& [reason, people] : counted->screened)
    out["screened"][reason] = people;
}

/// Null is what nobody knows yet.
ordered_json show_audience(const core::campaign& campaign, bool can_be_made,
                           const std::optional<ports::list_outline>& list,
                           const std::optional<ports::counted_audience>& counted) {
  ordered_json out{{"people", nullptr},          {"exact", nullptr},    {"sendable", nullptr},
                   {"waiting", nullptr},         {"screened", nullptr}, {"languages", nullptr},
                   {"variablesMissing", nullptr}};
  show_counted(counted, out);
  if (!list)
    return out;
  const auto languages = core::languages_of(campaign);
  out["languages"] = ordered_json::object();
  for (std::size_t i = 0; i < languages.size() && i < list->people.size(); ++i)
    out["languages"][languages[i]] = list->people[i];
  if (!can_be_made)
    return out;
  out["variablesMissing"] = ordered_json::object();
  for (const auto& [name, people] : list->lacking)
    out["variablesMissing"][name] = people;
  return out;
}

/// In all languages, each once.
ordered_json show_required(const std::vector<std::vector<std::string>>& by_language) {
  auto all = ordered_json::array();
  for (const auto& required : by_language)
    for (const auto& name : required)
      if (std::find(all.begin(), all.end(), name) == all.end())
        all.push_back(name);
  return all;
}

} // namespace

std::vector<core::sentence> obstacles_of(const context& c, const core::launch_facts& facts) {
  return ports::launch_obstacles(*c.s.renderer, facts, c.now());
}

core::result<std::string> preflight(const context& c, const ports::principal& who,
                                    std::string_view id) {
  const auto facts = c.s.launches->facts(who, id);
  if (!facts)
    return facts.error();
  const auto made = ports::render_samples(*c.s.renderer, *facts);
  const auto list = c.s.previews->outline(who, id, made.required_variables);
  if (!list)
    return list.error();
  std::optional<ports::counted_audience> counted;
  if (facts->list_is_made_at_launch && !facts->lacks_segment) {
    auto now = c.s.launches->count(who, id);
    if (!now)
      return now.error();
    counted = std::move(*now);
  }
  const auto found = core::check_launch(*facts, made.renderings, c.now());
  const auto sendable = std::max<std::int64_t>(0, facts->recipients - facts->screened);
  auto plan = show_forecast(c, who, id);
  if (!plan)
    return plan.error();
  ordered_json out;
  out["ready"] = found.ready();
  out["obstacles"] = shown(found.obstacles);
  out["warnings"] = shown(found.warnings);
  out["totalRecipients"] = facts->recipients;
  out["screenedCount"] = facts->screened;
  out["sendable"] = sendable;
  out["numbers"] = show_numbers(facts->numbers);
  out["messagesPerSecond"] = found.messages_per_second;
  out["expectedDurationSeconds"] =
      plan->seconds ? ordered_json(std::ceil(*plan->seconds)) : ordered_json{};
  out["plan"] = std::move(plan->json);
  out["requiredVariables"] = show_required(made.required_variables);
  out["audience"] = show_audience(facts->what, made.message != nullptr, *list, counted);
  out["previews"] = made.message == nullptr ? ordered_json::array()
                                            : show_previews(c, *facts, *made.message, *list);
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace stentor::api
