/// See preflight.hpp.

#include "api/campaign/preflight.hpp"

#include "api/campaign/plan.hpp"
#include "api/http/sentence_json.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/campaign/launch_check.hpp"

#include <algorithm>
#include <cmath>

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

} // namespace

std::vector<core::sentence> obstacles_of(const context& c, const core::launch_facts& facts) {
  return ports::launch_obstacles(*c.s.renderer, facts, c.now());
}

core::result<std::string> preflight(const context& c, const ports::principal& who,
                                    std::string_view id) {
  const auto facts = c.s.launches->facts(who, id);
  if (!facts)
    return facts.error();
  const auto made = ports::render_samples(*c.s.renderer, *facts, previews_max);
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
  out["requiredVariables"] = made.required_variables;
  out["previews"] = ordered_json::array();
  for (const auto& [recipient, message] : made.previews)
    out["previews"].push_back(
        {{"recipient", recipient}, {"message", ordered_json::parse(message, nullptr, false)}});
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace stentor::api
