#include "adapters/postgres/campaign/schedule_change.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

using core::campaign_draft;
using core::wall_time;
using next_run = std::optional<wall_time>;
using problems_found = std::vector<core::draft_problem>;

/// As the campaign will be.
core::schedule_terms terms_after(const std::optional<recurring_row>& old,
                                 const campaign_draft& draft) {
  auto terms = old ? old->terms : core::schedule_terms{};
  if (draft.recurrence)
    terms.kind = *draft.recurrence ? core::campaign_kind::recurring : core::campaign_kind::once;
  if (draft.target)
    terms.target = *draft.target;
  if (draft.scheduled_for)
    terms.has_time = draft.scheduled_for->has_value();
  if (draft.scheduled_local)
    terms.has_local_time = draft.scheduled_local->has_value();
  if (draft.past_places)
    terms.says_past_places = draft.past_places->has_value();
  if (draft.expires_at)
    terms.expires = draft.expires_at->has_value();
  if (draft.on_missed)
    terms.missed = *draft.on_missed;
  if (draft.overlap)
    terms.overlap = *draft.overlap;
  if (draft.plan)
    terms.plan = draft.plan->value_or(core::plan_options{});
  return terms;
}

wall_time time_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// A rule without a first day begins where the one before it did, or today.
void settle_first_day(const std::optional<recurring_row>& old, const core::zone_offsets& zone,
                      wall_time now, core::recurrence& rule, problems_found& problems) {
  if (rule.from)
    return;
  rule.from = old && old->rule ? old->rule->from : std::nullopt;
  if (!rule.from)
    rule.from = std::chrono::floor<std::chrono::days>(now + zone(now).offset);
  if (rule.until && *rule.until < *rule.from)
    problems.push_back({"recurrence.until", "lies before its first day"});
}

/// Of a campaign that waits for its runs. A run that is due is made of what the campaign was.
core::result<next_run> plan_anew(const recurring_row& old, const core::recurrence& rule,
                                 const core::zone_offsets& zone, wall_time now,
                                 problems_found& problems) {
  if (old.status == core::campaign_status::scheduled && old.next_run && *old.next_run <= now &&
      *old.next_run >= now - old.lateness)
    return core::error{core::errc::conflict,
                       "a run of the campaign starts at this moment: try again in a second"};
  const auto next = core::next_after(rule, now, zone);
  if (!next)
    problems.push_back({"recurrence", "has no run after this moment; cancel the campaign instead"});
  return next;
}

} // namespace

core::result<next_run> check_schedule(const ports::time_zones& zones,
                                      const std::optional<recurring_row>& old,
                                      campaign_draft& draft, problems_found& problems) {
  const bool under_way = old && old->is_under_way();
  if (under_way && draft.recurrence && !*draft.recurrence) {
    problems.push_back({"recurrence", "can't be taken from a campaign that runs by it; cancel the "
                                      "campaign instead"});
    return next_run{};
  }
  for (auto& problem : core::problems_of(terms_after(old, draft)))
    problems.push_back(std::move(problem));
  if (!draft.recurrence || !*draft.recurrence)
    return next_run{};
  auto& rule = **draft.recurrence;
  const auto zone = offsets_of(zones, rule.time_zone);
  if (!zone) {
    problems.push_back(
        {"recurrence.timeZone",
         "'" + rule.time_zone + "' is no time zone of the IANA database, such as Europe/Berlin"});
    return next_run{};
  }
  const auto now = time_now();
  settle_first_day(old, *zone, now, rule, problems);
  if (problems.empty() && !core::first_run(rule, *zone))
    problems.push_back({"recurrence", "never runs: there is no day that fulfils it"});
  if (!problems.empty() || !under_way || old->rule == rule)
    return next_run{};
  return plan_anew(*old, rule, *zone, now, problems);
}

} // namespace stentor::postgres
