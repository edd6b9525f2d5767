#include "adapters/postgres/campaign/campaign_admin.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/audience/condition_loader.hpp"
#include "adapters/postgres/audience/partition.hpp"
#include "adapters/postgres/campaign/draft_columns.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/list_making.hpp"
#include "adapters/postgres/campaign/schedule_change.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/campaign/quiet_hours.hpp"

#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;
using ports::principal;
using ports::saved_campaign;

namespace {

constexpr const char* no_such_campaign = "there is no campaign with this id";

using draft_problems = std::vector<core::draft_problem>;

core::status check_query(connection& db, const principal& who, const char* name,
                         const core::change<core::json_text>& query, draft_problems& problems) {
  if (!query || !*query)
    return core::ok{};
  if (auto s = db.call("segments_lock_shared", params{}.integer(who.organization)); !s)
    return s.error();
  auto loaded = load_condition(db, who.organization, (*query)->text);
  if (!loaded)
    return loaded.error();
  for (auto& [path, sentence] : loaded->problems)
    problems.push_back({std::string{name} + (path.empty() ? "" : ".") + path, std::move(sentence)});
  return core::ok{};
}

/// Nobody deletes one between this and the draft's commit.
core::status check_segments(connection& db, const principal& who, const char* name,
                            const std::vector<std::string>& ids, draft_problems& problems) {
  if (auto s = db.call("segments_lock_shared", params{}.integer(who.organization)); !s)
    return s.error();
  auto unknown =
      db.call("campaign_unknown_segments", params{}.integer(who.organization).text_array(ids));
  if (!unknown)
    return unknown.error();
  for (const auto row : each(*unknown))
    problems.push_back({name, "'" + row.string("id") + "' is no saved segment"});
  return core::ok{};
}

core::status check_audience(connection& db, const principal& who, const core::campaign_draft& draft,
                            draft_problems& problems) {
  if (auto s = check_query(db, who, "segmentQuery", draft.segment, problems); !s)
    return s;
  if (draft.segment_id && *draft.segment_id)
    if (auto s = check_segments(db, who, "segmentId", {**draft.segment_id}, problems); !s)
      return s;
  if (draft.exclude_segments && !draft.exclude_segments->empty())
    if (auto s = check_segments(db, who, "excludeSegments", *draft.exclude_segments, problems); !s)
      return s;
  return check_query(db, who, "excludeQuery", draft.exclude, problems);
}

core::status check_numbers(connection& db, const principal& who, const core::campaign_draft& draft,
                           draft_problems& problems) {
  if (!draft.number_ids || draft.number_ids->empty())
    return core::ok{};
  auto unknown = db.call("campaign_unknown_numbers",
                         params{}.integer(who.organization).text_array(*draft.number_ids));
  if (!unknown)
    return unknown.error();
  for (const auto row : each(*unknown))
    problems.push_back(
        {"numberIds", "'" + row.string("id") + "' is no sending number of this organization"});
  return core::ok{};
}

core::status check_time_zone(connection& db, const core::campaign_draft& draft,
                             draft_problems& problems) {
  if (!draft.window || !*draft.window)
    return core::ok{};
  const auto& zone = (*draft.window)->time_zone;
  if (zone == core::recipient_zone)
    return core::ok{};
  auto r = db.call("campaign_knows_time_zone", params{}.text(zone));
  if (!r)
    return r.error();
  if (!row_reader{*r}.boolean("known"))
    problems.push_back(
        {"sendWindow.timeZone", "'" + zone +
                                    "' is no time zone of the IANA database, such as "
                                    "Europe/Berlin, nor \"recipient\", for each one's own"});
  return core::ok{};
}

/// What core::problems_of can't know.
core::result<draft_problems> check_draft(connection& db, const principal& who,
                                         const core::campaign_draft& draft) {
  draft_problems problems;
  if (auto s = check_audience(db, who, draft, problems); !s)
    return s.error();
  if (auto s = check_numbers(db, who, draft, problems); !s)
    return s.error();
  if (auto s = check_time_zone(db, draft, problems); !s)
    return s.error();
  return problems;
}

/// Whoever lets a campaign go in quiet hours, or to people who had enough, is written down by name.
core::status audit_override(connection& db, const principal& who, const std::string& id,
                            const core::campaign_draft& draft) {
  if (draft.override_quiet_hours)
    if (auto s = write_audit(
            db, {who, "campaign.override_quiet_hours", id,
                 *draft.override_quiet_hours ? R"({"overrides":true})" : R"({"overrides":false})"});
        !s)
      return s;
  if (draft.ignore_caps)
    return write_audit(db, {who, "campaign.ignore_caps", id,
                            *draft.ignore_caps ? R"({"ignores":true})" : R"({"ignores":false})"});
  return core::ok{};
}

/// {"key":"value"}
std::string object_of(std::string_view key, std::string_view value) {
  std::string json = "{";
  core::append_json_string(json, key);
  json += ":";
  core::append_json_string(json, value);
  return json + "}";
}

std::string changed_json(const std::vector<std::string>& names) {
  std::string json = "{\"changed\":[";
  for (const auto& name : names) {
    json += json.back() == '[' ? "" : ",";
    core::append_json_string(json, name);
  }
  return json + "]}";
}

class campaign_admin_on_postgres final : public ports::campaign_admin {
public:
  campaign_admin_on_postgres(query_pool& queries, const ports::time_zones& zones)
      : queries_{queries}, zones_{zones} {}

  core::result<saved_campaign> create(const principal& who,
                                      const core::campaign_draft& wanted) override {
    if (auto wrong = core::problems_of(wanted, true); !wrong.empty())
      return saved_campaign{{}, {}, std::move(wrong)};
    return queries_.in_transaction([&](connection& db) -> core::result<saved_campaign> {
      auto draft = wanted;
      auto problems = check_draft(db, who, draft);
      if (!problems)
        return problems.error();
      if (const auto fits = check_schedule(zones_, std::nullopt, draft, *problems); !fits)
        return fits.error();
      if (!problems->empty())
        return saved_campaign{{}, {}, std::move(*problems)};
      params p;
      p.integer(who.organization).text(who.actor).text(*draft.name).text(*draft.template_name);
      auto made = db.call("campaign_insert", std::move(p));
      if (!made)
        return made.error();
      const row_reader row{*made};
      const auto id = row.string("id");
      if (auto s = write_audit(db, {who, "campaign.create", id, object_of("name", *draft.name)});
          !s)
        return s.error();
      if (auto s = audit_override(db, who, id, draft); !s)
        return s.error();
      return write(db, who, row.id<core::campaign_no>("no"), id, columns_of(draft));
    });
  }

  core::result<core::json_text> list(const principal& who,
                                     std::optional<core::campaign_status> status,
                                     core::page wanted) override {
    params p;
    p.integer(who.organization).text(status ? core::to_string(*status) : std::string_view{});
    return as_json(queries_.page_of("campaign_list", std::move(p), wanted));
  }

  core::result<core::json_text> get(const principal& who, std::string_view id) override {
    return as_json(queries_.json_of("campaign_show", params{}.integer(who.organization).text(id),
                                    no_such_campaign));
  }

  core::result<ports::found_campaign> find(const principal& who, std::string_view id) override {
    auto r = queries_.ask("campaign_find", params{}.integer(who.organization).text(id));
    if (!r)
      return r.error();
    if (r->empty())
      return error{errc::not_found, no_such_campaign};
    const row_reader row{*r};
    return ports::found_campaign{
        row.id<core::campaign_no>("no"),
        core::campaign_status_from(row.text("status")).value_or(core::campaign_status::failed),
        core::campaign_kind_from(row.text("kind")).value_or(core::campaign_kind::once),
        core::pause_kind_from(row.text("pause_kind"))};
  }

  core::result<saved_campaign> update(const principal& who, std::string_view id,
                                      const core::campaign_draft& draft) override {
    return queries_.in_transaction([&](connection& db) -> core::result<saved_campaign> {
      return update_in(db, who, std::string{id}, draft);
    });
  }

  core::status remove(const principal& who, std::string_view id) override {
    return queries_.in_transaction(
        [&](connection& db) { return remove_in(db, who, std::string{id}); });
  }

private:
  static core::result<core::json_text> as_json(core::result<std::string> text) {
    if (!text)
      return text.error();
    return core::json_text{std::move(*text)};
  }

  static core::result<saved_campaign> write(connection& db, const principal& who,
                                            core::campaign_no no, const std::string& id,
                                            const draft_columns& columns) {
    if (auto r = db.call("campaign_write", params{}.integer(no).text(columns.json)); !r)
      return r.error();
    auto shown = db.call("campaign_show", params{}.integer(who.organization).text(id));
    if (!shown)
      return shown.error();
    return saved_campaign{id, {row_reader{*shown}.string("campaign")}, {}};
  }

  core::result<saved_campaign> update_in(connection& db, const principal& who,
                                         const std::string& id, core::campaign_draft draft) {
    const auto locked = lock_campaign(db, who.organization, id, list_use::stay);
    if (!locked)
      return locked.error();
    const auto old = lock_recurring(db, locked->no);
    if (!old)
      return old.error();
    const auto allowed = change_of(*old, draft);
    if (!allowed)
      return allowed.error();
    auto problems = core::problems_of(draft, false);
    std::optional<core::wall_time> next_run;
    if (problems.empty()) {
      auto found = check_draft(db, who, draft);
      if (!found)
        return found.error();
      problems = std::move(*found);
      const auto fits = check_schedule(zones_, *old, draft, problems);
      if (!fits)
        return fits.error();
      next_run = *fits;
    }
    if (!problems.empty())
      return saved_campaign{id, {}, std::move(problems)};
    if (*allowed == change_kind::take_back)
      if (auto s = take_back(db, *locked); !s)
        return s.error();
    if (next_run)
      if (auto s = plan_run(db, *old, *next_run); !s)
        return s.error();
    const auto columns = columns_of(draft);
    if (auto s = write_audit(db, {who, "campaign.update", id, changed_json(columns.names)}); !s)
      return s.error();
    if (auto s = audit_override(db, who, id, draft); !s)
      return s.error();
    return write(db, who, locked->no, id, columns);
  }

  static core::status take_back(connection& db, const locked_campaign& c) {
    if (auto s = campaign_lifecycle{db}.become(c.no, core::campaign_status::draft); !s)
      return s;
    return drop_drawn(db, c);
  }

  enum class change_kind { of_draft, take_back, of_further_runs };

  /// What was scheduled passed the preflight as it is; without its time it is a draft again.
  static core::result<change_kind> change_of(const recurring_row& c,
                                             const core::campaign_draft& draft) {
    if (c.status == core::campaign_status::draft)
      return change_kind::of_draft;
    if (c.is_under_way())
      return change_kind::of_further_runs;
    const bool scheduled =
        c.status == core::campaign_status::scheduled || c.paused_by == core::pause_kind::audience;
    if (scheduled && draft.scheduled_for && !*draft.scheduled_for &&
        columns_of(draft).names.size() == 1)
      return change_kind::take_back;
    return error{errc::conflict,
                 "the campaign is " + std::string{core::to_string(c.status)} +
                     ": only a draft can be changed" +
                     (scheduled ? "; scheduledFor: null alone makes it a draft again" : "")};
  }

  static core::status plan_run(connection& db, const recurring_row& c, core::wall_time next) {
    return db.execute("recurring_plan",
                      params{}.integer(c.no).integer(ms_of(next)).integer(ms_of(c.now)));
  }

  static core::status remove_in(connection& db, const principal& who, const std::string& id) {
    auto c = lock_campaign(db, who.organization, id, list_use::stay);
    if (!c)
      return c.error();
    auto claims = db.call("campaign_has_claims", params{}.integer(c->no));
    if (!claims)
      return claims.error();
    const bool runs = c->status == "scheduled" || c->status == "sending" || c->status == "paused";
    if (runs || row_reader{*claims}.boolean("open"))
      return error{errc::conflict,
                   "the campaign is " + c->status +
                       (runs ? ": cancel it first"
                             : ": somebody is sent to still, in doubt, or waits for a retry; what "
                               "was sent has to be explained first")};
    if (c->has_partition)
      if (auto s = db.run(campaign_statement("list_drop", c->no)); !s)
        return s;
    if (auto r = db.call("campaign_delete", params{}.integer(c->no)); !r)
      return r.error();
    return write_audit(db, {who, "campaign.delete", id, ""});
  }

  query_pool& queries_;
  const ports::time_zones& zones_;
};

} // namespace

std::unique_ptr<ports::campaign_admin> make_campaign_admin(query_pool& queries,
                                                           const ports::time_zones& zones) {
  return std::make_unique<campaign_admin_on_postgres>(queries, zones);
}

} // namespace stentor::postgres
