/// See preflight.hpp.

#include "api/campaign/preflight.hpp"

#include "api/campaign/plan.hpp"
#include "api/http/sentence_json.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/campaign/renderer.hpp"

#include <algorithm>
#include <cmath>

namespace stentor::api {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t previews_max = 3;

/// What the renderer made of the samples.
struct rendered_samples {
  core::sample_renderings renderings;
  std::vector<std::string> required_variables;
  ordered_json previews = ordered_json::array();
};

rendered_samples render_samples(const ports::renderer& renderer, const core::launch_facts& facts) {
  rendered_samples made;
  const auto message = renderer.compile(facts.what);
  if (!message) {
    made.renderings.compile_problem = message.error().message;
    return made;
  }
  made.required_variables = (*message)->required_variables();
  for (const auto& sample : facts.samples) {
    const auto body = (*message)->preview(sample.to, sample.variables.text);
    if (!body) {
      made.renderings.problems.push_back(body.error().message);
      continue;
    }
    ++made.renderings.rendered;
    if (made.previews.size() < previews_max)
      made.previews.push_back(
          {{"recipient", sample.id}, {"message", ordered_json::parse(*body, nullptr, false)}});
  }
  return made;
}

core::wall_time now_of(const context& c) {
  return core::wall_time{std::chrono::milliseconds{c.now_ms()}};
}

ordered_json show_numbers(const std::vector<core::launch_number>& numbers) {
  auto shown = ordered_json::array();
  for (const auto& n : numbers)
    shown.push_back({{"phoneNumberId", n.phone_number_id},
                     {"messagesPerSecond", n.per_second},
                     {"canSend", n.active && !n.stopped_reason}});
  return shown;
}

} // namespace

std::vector<core::sentence> obstacles_of(const context& c, const core::launch_facts& facts) {
  const auto made = render_samples(*c.s.renderer, facts);
  return core::check_launch(facts, made.renderings, now_of(c)).obstacles;
}

core::result<std::string> preflight(const context& c, const ports::principal& who,
                                    std::string_view id) {
  const auto facts = c.s.launches->facts(who, id);
  if (!facts)
    return facts.error();
  const auto made = render_samples(*c.s.renderer, *facts);
  const auto found = core::check_launch(*facts, made.renderings, now_of(c));
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
  out["requiredVariables"] = made.required_variables;
  out["previews"] = made.previews;
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace stentor::api
