#include "adapters/postgres/campaign/recurring_row.hpp"

#include "adapters/postgres/audience/json_tree.hpp"
#include "adapters/postgres/campaign/plan_row.hpp"

#include "stentor/core/campaign/recurrence_text.hpp"

namespace stentor::postgres {

namespace {

std::optional<core::recurrence> rule_of(const row_reader& row) {
  if (row.is_null("recurrence"))
    return std::nullopt;
  const auto stored = read_json(row.text("recurrence"));
  if (!stored)
    return std::nullopt;
  std::vector<core::draft_problem> problems;
  return core::read_recurrence(*stored, problems);
}

} // namespace

recurring_row recurring_row_of(const row_reader& row) {
  using core::on_missed;
  using core::run_overlap;
  recurring_row c;
  c.no = row.id<core::campaign_no>("no");
  c.id = row.string("id");
  c.organization = row.id<core::organization_no>("organization_no");
  c.status = core::campaign_status_from(row.text("status")).value_or(core::campaign_status::failed);
  c.paused_by = core::pause_kind_from(row.text("pause_kind"));
  c.terms.kind = core::campaign_kind_from(row.text("kind")).value_or(core::campaign_kind::once);
  c.terms.target =
      core::target_type_from(row.text("target_type")).value_or(core::target_type::imported);
  c.terms.has_time = row.boolean("has_time");
  c.terms.has_local_time = row.boolean("has_local_time");
  c.terms.says_past_places = row.boolean("says_past_places");
  c.terms.expires = row.boolean("expires");
  c.terms.has_people = row.integer("total_recipients") > 0;
  c.terms.missed = core::on_missed_from(row.text("own_on_missed"));
  c.terms.overlap = core::run_overlap_from(row.text("own_overlap"));
  c.terms.plan = plan_of(row);
  c.missed = core::on_missed_from(row.text("on_missed")).value_or(on_missed::skip);
  c.overlap = core::run_overlap_from(row.text("overlap")).value_or(run_overlap::skip);
  c.lateness = std::chrono::seconds{row.integer("lateness_s")};
  c.lead = std::chrono::seconds{row.integer("lead_s")};
  c.rule = rule_of(row);
  c.next_run = row.time("next_run_at");
  c.planned_at = row.time("next_run_since");
  c.now = row.time("now").value_or(core::wall_time{});
  return c;
}

core::result<recurring_row> lock_recurring(connection& db, core::campaign_no no) {
  auto r = db.call("recurring_lock", params{}.integer(no));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign " + std::to_string(no)};
  return recurring_row_of(row_reader{*r});
}

core::result<core::zone_offsets> offsets_of(const ports::time_zones& zones,
                                            const std::string& zone) {
  if (auto known = zones.offset(zone, core::wall_time{}); !known)
    return known.error();
  return core::zone_offsets{[&zones, zone](core::wall_time at) {
    const auto offset = zones.offset(zone, at);
    return offset ? *offset : core::zone_offset{}; // known above: a zone doesn't go away
  }};
}

} // namespace stentor::postgres
