/// The admin store's campaigns: create, read, update, delete. See admin_store.hpp.

#include "adapters/postgres/audience/segment_sql.hpp"
#include "adapters/postgres/campaign/admin_store_parts.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;
using nlohmann::json;

const std::string campaign_json =
    "jsonb_build_object('id', c.id, 'name', c.name, 'description', c.description, 'templateId', "
    "c.template_id, "
    "'templateName', c.template_name, 'templateLanguage', c.template_language, "
    "'templateVariables', c.template_variables, "
    "'targetType', c.target_type, 'segmentQuery', c.segment_query, 'status', c.status, "
    "'statusReason', c.status_reason, "
    "'scheduledFor', c.scheduled_for, 'startedAt', c.started_at, 'completedAt', c.completed_at, "
    "'expiresAt', c.expires_at, "
    "'rateLimit', c.rate_limit, 'retryFailed', c.retry_failed, 'maxRetries', c.max_retries, "
    "'inDoubtPolicy', c.in_doubt_policy, "
    "'sendWindow', c.send_window, 'numberIds', c.number_ids, 'totalRecipients', "
    "c.total_recipients, "
    "'screenedCount', c.screened_count, 'sentCount', c.sent_count, 'deliveredCount', "
    "c.delivered_count, "
    "'readCount', c.read_count, 'failedCount', c.failed_count, 'respondedCount', "
    "c.responded_count, "
    "'optedOutCount', c.opted_out_count, 'inDoubtCount', c.in_doubt_count, 'progress', "
    "jsonb_build_object("
    "'sendable', c.total_recipients - c.screened_count, 'claimed', c.next_seq - 1, 'fraction', "
    "round((c.next_seq - 1)::numeric / nullif(c.total_recipients, 0), 4)), "
    "'createdAt', c.created_at, 'updatedAt', c.updated_at, 'createdBy', c.created_by, "
    "'organizationId', (SELECT o.id FROM organization o WHERE o.no = c.organization_no), 'tags', "
    "to_jsonb(c.tags))";

namespace {

constexpr const char* no_campaign = "there is no campaign with this id";

/// RFC 3339 in shape; PostgreSQL checks the calendar.
bool looks_like_time(std::string_view t) {
  constexpr std::string_view shape = "dddd-dd-ddTdd:dd";
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (t.size() < shape.size() + 1 || t.size() > 40)
    return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 'd' ? !digit(t[i]) : t[i] != shape[i])
      return false;
  auto rest = t.substr(shape.size());
  if (rest.size() >= 3 && rest[0] == ':' && digit(rest[1]) && digit(rest[2]))
    rest.remove_prefix(3);
  if (!rest.empty() && rest[0] == '.')
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  return rest == "Z" || rest == "z" ||
         (rest.size() == 6 && (rest[0] == '+' || rest[0] == '-') && digit(rest[1]) &&
          digit(rest[2]) && rest[3] == ':' && digit(rest[4]) && digit(rest[5]));
}

/// Columns to be written, in step with their parameters, and every problem found on the way.
class column_list {
public:
  params values;

  std::string next(const std::string& name, const std::string& cast) {
    names_.push_back(name);
    slots_.push_back("$" + std::to_string(values.count() + 1) + cast);
    return slots_.back();
  }
  void text(const std::string& name, const std::optional<std::string>& v, bool required,
            std::size_t most, const char* field) {
    if (!v)
      return;
    if ((required && v->empty()) || v->size() > most)
      return problem(field, "expected a text of " + std::string{required ? "1" : "0"} + " to " +
                                std::to_string(most) + " bytes");
    next(name, "::text");
    values.text(*v);
  }
  void one_of(const std::string& name, const std::optional<std::string>& v,
              std::string_view choices, const char* field) {
    if (!v)
      return;
    if (v->empty() || v->find(' ') != std::string::npos ||
        (" " + std::string{choices} + " ").find(" " + *v + " ") == std::string::npos)
      return problem(field, "expected one of " + std::string{choices});
    next(name, "::text");
    values.text(*v);
  }
  void time(const std::string& name, const std::optional<std::string>& v, const char* field) {
    if (!v)
      return;
    if (!v->empty() && !looks_like_time(*v))
      return problem(field, "expected a time with its offset, such as 2026-06-01T10:00:00Z");
    next(name, "::timestamptz");
    values.text_or_null(*v);
  }
  void object(const std::string& name, const std::optional<std::string>& v, const char* field) {
    if (!v)
      return;
    const auto parsed = json::parse(*v, nullptr, false);
    if (!parsed.is_null() && !parsed.is_object())
      return problem(field, "expected a JSON object");
    next(name, "::jsonb");
    values.text_or_null(parsed.is_null() ? "" : *v);
  }
  void whole(const std::string& name, const std::optional<std::int32_t>& v, int least, int most,
             bool zero_clears, const char* field) {
    if (!v)
      return;
    if (*v < least || *v > most)
      return problem(field, "expected a whole number from " + std::to_string(least) + " to " +
                                std::to_string(most));
    next(name, "::int");
    if (zero_clears && *v == 0)
      values.null();
    else
      values.integer(*v);
  }
  void problem(const std::string& field, const std::string& what) {
    problems_ += (problems_.empty() ? "" : "; ") + field + ": " + what;
  }

  [[nodiscard]] const std::string& problems() const noexcept { return problems_; }
  [[nodiscard]] bool empty() const noexcept { return names_.empty(); }
  [[nodiscard]] std::string joined(bool names, bool slots) const {
    std::string all;
    for (std::size_t i = 0; i < names_.size(); ++i)
      all += (i == 0 ? "" : ", ") + (names ? names_[i] : "") + (names && slots ? " = " : "") +
             (slots ? slots_[i] : "");
    return all;
  }
  [[nodiscard]] json changed() const { return json(names_); }

private:
  std::vector<std::string> names_, slots_;
  std::string problems_;
};

void read_lists(column_list& c, const ports::campaign_draft& d) {
  if (d.number_ids) {
    c.next("number_ids", "::text[]");
    if (d.number_ids->empty())
      c.values.null();
    else
      c.values.text_array(*d.number_ids);
  }
  if (d.tags) {
    if (d.tags->size() > 100)
      return c.problem("tags", "expected at most 100");
    c.next("tags", "::text[]");
    c.values.text_array(*d.tags);
  }
}

void read_draft(column_list& c, const ports::campaign_draft& d) {
  c.text("name", d.name, true, 200, "name");
  c.text("description", d.description, false, 10'000, "description");
  c.text("template_id", d.template_id, false, 100, "templateId");
  c.text("template_name", d.template_name, true, 512, "templateName"); // Meta's limit of a name
  c.text("template_language", d.template_language, true, 15, "templateLanguage");
  c.object("template_variables", d.template_variables, "templateVariables");
  c.one_of("target_type", d.target_type, "all segment manual imported", "targetType");
  c.time("scheduled_for", d.scheduled_for, "scheduledFor");
  c.time("expires_at", d.expires_at, "expiresAt");
  c.whole("rate_limit", d.rate_limit, 0, 1'000'000'000, true, "rateLimit");
  c.whole("max_retries", d.max_retries, 0, 20, false, "maxRetries");
  c.one_of("in_doubt_policy", d.in_doubt_policy, "hold resend fail", "inDoubtPolicy");
  if (d.retry_failed) {
    c.next("retry_failed", "::boolean");
    c.values.boolean(*d.retry_failed);
  }
  if (params unused; d.segment_query && *d.segment_query != "null")
    if (auto sql = segment_to_sql(*d.segment_query, unused); !sql) {
      const auto& why = sql.problem().message; // begins with its path
      c.problem(why.substr(0, why.find(": ")), why.substr(why.find(": ") + 2));
    }
  c.object("segment_query", d.segment_query, "segmentQuery");
  if (d.send_window && *d.send_window != "null") {
    std::string why;
    if (!window_of(*d.send_window, why))
      c.problem("sendWindow", why);
  }
  c.object("send_window", d.send_window, "sendWindow");
  read_lists(c, d);
}

/// What only the database can tell: unknown numbers, a time zone that does not exist.
core::status check_against_database(connection& db, const ports::principal& who,
                                    const ports::campaign_draft& d, column_list& c) {
  if (d.number_ids && !d.number_ids->empty()) {
    params p;
    p.integer(who.organization).text_array(*d.number_ids);
    auto r = db.query("SELECT w FROM unnest($2::text[]) w WHERE NOT EXISTS (SELECT 1 FROM number n "
                      "WHERE n.organization_no = $1::int "
                      "AND n.phone_number_id = w)",
                      std::move(p));
    if (!r)
      return r.problem();
    for (int i = 0; i < r->size(); ++i)
      c.problem("numberIds", "'" + r->string(i, 0) + "' is no sending number of this organization");
  }
  std::string why;
  const auto window = d.send_window ? window_of(*d.send_window, why) : std::nullopt;
  if (window) {
    params p;
    p.text(window->time_zone);
    auto r =
        db.query("SELECT EXISTS (SELECT 1 FROM pg_timezone_names WHERE name = $1)", std::move(p));
    if (!r)
      return r.problem();
    if (!r->boolean(0, 0))
      c.problem("sendWindow.timeZone",
                "'" + window->time_zone +
                    "' is no time zone of the IANA database, such as Europe/Berlin");
  }
  if (!c.problems().empty())
    return error{errc::invalid, c.problems()};
  return core::done{};
}

error explained(const error& e) {
  if (e.code == errc::invalid)
    return {errc::invalid,
            "scheduledFor, expiresAt: expected a time that exists, such as 2026-06-01T10:00:00Z"};
  return e;
}

} // namespace

std::optional<std::int32_t> minutes_of(std::string_view t) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (t.size() != 5 || t[2] != ':' || !digit(t[0]) || !digit(t[1]) || !digit(t[3]) || !digit(t[4]))
    return std::nullopt;
  const int hour = (t[0] - '0') * 10 + (t[1] - '0');
  const int minute = (t[3] - '0') * 10 + (t[4] - '0');
  if (minute > 59 || hour > 24 || (hour == 24 && minute != 0))
    return std::nullopt;
  return (hour * 60 + minute) % 1440;
}

std::optional<core::send_window> window_of(const std::string& text, std::string& problem) {
  problem = R"(expected {"days":[1..7],"from":"09:00","until":"21:00","timeZone":"Europe/Berlin"})";
  const auto w = json::parse(text, nullptr, false);
  if (!w.is_object() || !w.contains("from") || !w.contains("until") || !w["from"].is_string() ||
      !w["until"].is_string())
    return std::nullopt;
  core::send_window window;
  const auto from = minutes_of(w["from"].get<std::string>());
  const auto until = minutes_of(w["until"].get<std::string>());
  if (!from || !until)
    return std::nullopt;
  window.from_minute = *from;
  window.until_minute = *until;
  if (w.contains("timeZone")) {
    if (!w["timeZone"].is_string())
      return std::nullopt;
    window.time_zone = w["timeZone"].get<std::string>();
  }
  if (w.contains("days")) {
    if (!w["days"].is_array())
      return std::nullopt;
    for (const auto& day : w["days"]) {
      if (!day.is_number_integer() || day.get<std::int64_t>() < 1 || day.get<std::int64_t>() > 7)
        return std::nullopt;
      window.days.push_back(day.get<std::uint8_t>());
    }
  }
  problem.clear();
  return window;
}

core::result<std::string>
admin_store_on_postgres::create_campaign(const principal& who, const ports::campaign_draft& draft) {
  column_list c;
  if (!draft.name)
    c.problem("name", "is missing");
  if (!draft.template_name)
    c.problem("templateName", "is missing");
  read_draft(c, draft);
  auto db = pool_.take();
  if (!db)
    return db.problem();
  if (auto s = check_against_database(**db, who, draft, c); !s)
    return s.problem();
  auto t = transaction::begin(**db);
  if (!t)
    return t.problem();
  c.next("organization_no", "::int");
  c.values.integer(who.organization);
  c.next("created_by", "::text");
  c.values.text(who.actor);
  auto r = (*db)->query("INSERT INTO campaign AS c (" + c.joined(true, false) + ") VALUES (" +
                            c.joined(false, true) + ") RETURNING " + campaign_json + ", c.id",
                        std::move(c.values));
  if (!r)
    return explained(r.problem());
  if (auto s = write_audit(**db, who, "campaign.create", r->text(0, 1),
                           json{{"name", *draft.name}}.dump());
      !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return r->string(0, 0);
}

core::result<std::string> admin_store_on_postgres::list_campaigns(const principal& who,
                                                                  std::string_view status,
                                                                  ports::page p) {
  if (!status.empty() && !core::campaign_status_from(status))
    return error{errc::invalid, "status: expected draft, scheduled, sending, paused, completed, "
                                "cancelled, expired or failed"};
  const std::string where =
      " FROM campaign c WHERE c.organization_no = $1::int AND $2::text IN ('', c.status)";
  params a;
  a.integer(who.organization).text(status);
  return page_of("SELECT " + campaign_json + " AS j" + where +
                     " ORDER BY c.created_at DESC, c.no DESC",
                 "SELECT count(*)" + where, std::move(a), p);
}

core::result<std::string> admin_store_on_postgres::get_campaign(const principal& who,
                                                                std::string_view id) {
  params a;
  a.integer(who.organization).text(id);
  return json_of(
      "SELECT " + campaign_json +
          " FROM campaign c WHERE c.organization_no = $1::int AND c.id::text = lower($2)",
      std::move(a), no_campaign);
}

core::result<core::campaign_no> admin_store_on_postgres::campaign_no_of(const principal& who,
                                                                        std::string_view id) {
  params a;
  a.integer(who.organization).text(id);
  auto r = ask("SELECT no FROM campaign WHERE organization_no = $1::int AND id::text = lower($2)",
               std::move(a));
  if (!r)
    return r.problem();
  if (r->empty())
    return error{errc::not_found, no_campaign};
  return static_cast<core::campaign_no>(r->integer(0, 0));
}

core::result<std::string>
admin_store_on_postgres::update_campaign(const principal& who, std::string_view id,
                                         const ports::campaign_draft& draft) {
  column_list c;
  read_draft(c, draft);
  auto db = pool_.take();
  if (!db)
    return db.problem();
  auto t = transaction::begin(**db);
  if (!t)
    return t.problem();
  auto locked = lock_campaign(**db, who.organization, id);
  if (!locked)
    return locked.problem();
  // What was scheduled passed the preflight as it is; without its time it is a draft again.
  const bool scheduled = locked->status == "scheduled";
  const bool unscheduled =
      scheduled && draft.scheduled_for && draft.scheduled_for->empty() && c.changed().size() == 1;
  if (locked->status != "draft" && !unscheduled)
    return error{errc::conflict,
                 "the campaign is " + locked->status + ": only a draft can be changed" +
                     (scheduled ? "; scheduledFor: null alone makes it a draft again" : "")};
  if (auto s = check_against_database(**db, who, draft, c); !s)
    return s.problem();
  const auto detail = json{{"changed", c.changed()}}.dump();
  const auto set = c.joined(true, true) + (c.empty() ? "" : ", ") + "updated_at = now()" +
                   (unscheduled ? ", status = 'draft'" : "");
  auto r =
      (*db)->query("UPDATE campaign c SET " + set + " WHERE c.no = " + std::to_string(locked->no) +
                       " RETURNING " + campaign_json,
                   std::move(c.values));
  if (!r)
    return explained(r.problem());
  if (auto s = write_audit(**db, who, "campaign.update", id, detail); !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return r->string(0, 0);
}

core::status admin_store_on_postgres::delete_campaign(const principal& who, std::string_view id) {
  auto db = pool_.take();
  if (!db)
    return db.problem();
  auto t = transaction::begin(**db);
  if (!t)
    return t.problem();
  auto c = lock_campaign(**db, who.organization, id);
  if (!c)
    return c.problem();
  const auto no = std::to_string(c->no);
  auto open =
      (*db)->query("SELECT EXISTS (SELECT 1 FROM dispatch_claim WHERE campaign_no = " + no + ")");
  if (!open)
    return open.problem();
  if ((c->status != "draft" && c->status != "cancelled") || open->boolean(0, 0))
    return error{errc::conflict,
                 "the campaign is " + c->status +
                     ": cancel it first; what was sent has to be explained until the end"};
  if (c->has_partition)
    if (auto s = (*db)->run("DROP TABLE " + c->table()); !s)
      return s;
  for (const char* table : {"delivery", "retry_queue", "in_doubt"})
    if (auto r = (*db)->query("DELETE FROM " + std::string{table} + " WHERE campaign_no = " + no);
        !r)
      return r.problem();
  if (auto r = (*db)->query("DELETE FROM campaign WHERE no = " + no); !r)
    return r.problem();
  if (auto s = write_audit(**db, who, "campaign.delete", id, "{}"); !s)
    return s;
  return t->commit();
}

} // namespace stentor::postgres
