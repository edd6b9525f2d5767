/// A member is read here, written here, and has its limits in the header.
#include "stentor/core/campaign/plan_options.hpp"

#include "stentor/core/base/duration_text.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/campaign/canary_text.hpp"
#include "stentor/core/campaign/strict_members.hpp"

namespace stentor::core {

namespace {

std::optional<plan_spread> read_spread(strict_members& plan, std::vector<draft_problem>& problems) {
  const auto* value = plan.find("spread");
  if (value == nullptr)
    return std::nullopt;
  strict_members in{*value, plan.path_of("spread"), problems};
  plan_spread spread;
  spread.over = in.duration("over", plan_limits::spread_least, plan_limits::spread_most);
  spread.until = in.time("until");
  in.refuse_unknown();
  if (in.has_problems())
    return std::nullopt;
  if (spread.over.has_value() == spread.until.has_value()) {
    plan.wrong("spread",
               R"(expected {"over":"6h"} or {"until":"2026-12-01T18:00:00Z"}, one of both)");
    return std::nullopt;
  }
  return spread;
}

std::optional<recovery_options> read_recovery(strict_members& plan,
                                              std::vector<draft_problem>& problems) {
  const auto* value = plan.find("recovery");
  if (value == nullptr)
    return std::nullopt;
  strict_members in{*value, plan.path_of("recovery"), problems};
  recovery_options recovery;
  recovery.tries = in.integer("tries", 0, recovery_limits::tries_most);
  recovery.spacing =
      in.duration("spacing", recovery_limits::spacing_least, recovery_limits::spacing_most);
  in.refuse_unknown();
  if (in.has_problems())
    return std::nullopt;
  return recovery;
}

/// Members of an object, in order.
class members_writer {
public:
  void member(std::string_view name, const std::string& json) {
    json_ += (json_.size() > 1 ? ",\"" : "\"") + std::string{name} + "\":" + json;
  }
  std::string take() { return json_ + "}"; }

private:
  std::string json_ = "{";
};

std::string to_json(const plan_spread& spread) {
  members_writer out;
  if (spread.over)
    out.member("over", "\"" + duration_text(*spread.over) + "\"");
  if (spread.until)
    out.member("until", "\"" + to_text(*spread.until) + "\"");
  return out.take();
}

std::string to_json(const recovery_options& recovery) {
  members_writer out;
  if (recovery.tries)
    out.member("tries", std::to_string(*recovery.tries));
  if (recovery.spacing)
    out.member("spacing", "\"" + duration_text(*recovery.spacing) + "\"");
  return out.take();
}

} // namespace

plan_options read_plan_options(const json_value& from, std::vector<draft_problem>& problems) {
  strict_members in{from, "plan", problems};
  plan_options plan;
  plan.spread = read_spread(in, problems);
  plan.canary = read_canary(in, problems);
  plan.gates = read_gates(in, problems);
  if (const auto at = in.one_of("audienceAt", {"start", "launch"}))
    plan.audience_at = static_cast<audience_time>(*at);
  if (const auto most = in.integer("maxRecipients", 1, plan_limits::recipients_most))
    plan.recipients_max = static_cast<std::int32_t>(*most);
  plan.recovery = read_recovery(in, problems);
  if (const auto what = in.one_of("onCap", {"skip", "wait"}))
    plan.on_cap = static_cast<on_cap>(*what);
  in.refuse_unknown();
  return plan;
}

std::string to_json(const plan_options& plan) {
  members_writer out;
  if (plan.spread)
    out.member("spread", to_json(*plan.spread));
  if (plan.canary)
    out.member("canary", to_json(*plan.canary));
  if (plan.gates)
    out.member("gates", to_json(*plan.gates));
  if (plan.audience_at)
    out.member("audienceAt",
               *plan.audience_at == audience_time::start ? R"("start")" : R"("launch")");
  if (plan.recipients_max)
    out.member("maxRecipients", std::to_string(*plan.recipients_max));
  if (plan.recovery)
    out.member("recovery", to_json(*plan.recovery));
  if (plan.on_cap)
    out.member("onCap", *plan.on_cap == on_cap::wait ? R"("wait")" : R"("skip")");
  return out.take();
}

} // namespace stentor::core
