/// See input.hpp.

#include "api/campaign/input.hpp"

#include "api/http/json_reader.hpp"
#include "stentor/core/base/duration_text.hpp"
#include "stentor/core/base/json_value_of.hpp"
#include "stentor/core/campaign/arbitration.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"

#include <algorithm>
#include <functional>

namespace stentor::api {

using nlohmann::json;

namespace {

/// A text that is one of a few names.
template <class T>
void read_name(json_reader& in, const char* key, std::optional<T>& to,
               std::initializer_list<std::string_view> names,
               std::optional<T> from(std::string_view)) {
  std::optional<std::string> text;
  in.one_of(key, text, names);
  if (text)
    to = from(*text);
}

void read_object(json_reader& in, const char* key, core::change<core::json_text>& to) {
  std::optional<std::string> text;
  in.object(key, text);
  if (!text)
    return;
  const auto* value = in.raw(key);
  to.emplace();
  if (!value->is_null())
    to->emplace(core::json_text{std::move(*text)});
}

void read_slots(json_reader& in, core::campaign_draft& draft, field_errors& errors) {
  std::optional<std::string> variables;
  in.object("templateVariables", variables);
  if (!variables)
    return;
  for (auto& [path, sentence] :
       core::problems_of_slots(core::json_value_of(*in.raw("templateVariables"))))
    errors.push_back({std::move(path), std::move(sentence)});
  draft.template_variables = core::json_text{std::move(*variables)};
}

/// null and an empty text clear it.
void read_segment_id(json_reader& in, core::campaign_draft& draft) {
  std::optional<std::string> id;
  in.text("segmentId", id, core::draft_limits::segment_id_bytes_max);
  if (id)
    draft.segment_id.emplace(id->empty() ? std::nullopt : std::move(id));
}

/// 0 and null clear the limit.
void read_rate(json_reader& in, core::campaign_draft& draft) {
  std::optional<std::int32_t> rate;
  in.integer("rateLimit", rate, 0, core::draft_limits::rate_limit_max);
  if (rate)
    draft.rate_limit_per_minute.emplace(*rate == 0 ? std::nullopt : rate);
}

void read_retries(json_reader& in, core::campaign_draft& draft) {
  const auto* value = in.raw("maxRetries");
  if (value != nullptr && value->is_null())
    draft.retries_max = core::draft_limits::retries_default;
  else
    in.integer("maxRetries", draft.retries_max, 0, core::draft_limits::retries_max);
}

/// null: the usual one.
void read_priority(json_reader& in, core::campaign_draft& draft) {
  const auto* value = in.raw("priority");
  if (value != nullptr && value->is_null())
    draft.priority = core::priority_usual;
  else
    in.integer("priority", draft.priority, core::priority_least, core::priority_most);
}

/// A time of day; `wrong` says what one looks like.
std::int32_t read_minute(json_reader& window, const char* key, const char* example) {
  std::optional<std::string> text;
  window.text(key, text, 100);
  const auto minute = text ? core::minute_of_day(*text) : std::nullopt;
  if (text && !text->empty() && !minute)
    window.wrong(key, std::string{"expected a time of day such as "} + example);
  return minute.value_or(0);
}

void read_days(json_reader& window, core::send_window& to) {
  const auto* days = window.array("days");
  if (days == nullptr)
    return;
  for (const auto& day : *days)
    if (day.is_number_integer() && day >= 1 && day <= 7)
      to.days.push_back(day.get<std::uint8_t>());
    else
      return window.wrong("days", "expected numbers from 1 (Monday) to 7 (Sunday)");
}

void read_window(json_reader& in, core::campaign_draft& draft, field_errors& errors) {
  const auto* value = in.raw("sendWindow");
  if (value == nullptr)
    return;
  draft.window.emplace();
  if (value->is_null())
    return;
  json_reader window{*value, "sendWindow", errors};
  core::send_window read;
  read.from_minute = read_minute(window, "from", "09:00");
  read.until_minute = read_minute(window, "until", "21:00");
  std::optional<std::string> zone;
  window.text("timeZone", zone, core::draft_limits::time_zone_bytes_max);
  read.time_zone = zone.value_or("UTC");
  read_days(window, read);
  for (const auto* key : {"from", "until", "timeZone"})
    window.require(key);
  window.finish();
  draft.window->emplace(std::move(read));
}

/// A change of a field that is one of a few names; null clears it.
template <class T>
void change_name(json_reader& in, const char* key, core::change<T>& to,
                 std::initializer_list<std::string_view> names,
                 std::optional<T> from(std::string_view)) {
  const auto* value = in.raw(key);
  if (value != nullptr && value->is_null()) {
    to.emplace();
    return;
  }
  std::optional<T> read;
  read_name(in, key, read, names, from);
  if (read)
    to.emplace(read);
}

void read_recurrence(json_reader& in, core::campaign_draft& draft, field_errors& errors) {
  const auto* value = in.raw("recurrence");
  if (value == nullptr)
    return;
  draft.recurrence.emplace();
  if (value->is_null())
    return;
  std::vector<core::draft_problem> problems;
  *draft.recurrence = core::read_recurrence(core::json_value_of(*value), problems);
  for (auto& problem : problems)
    errors.push_back({std::move(problem.path), std::move(problem.sentence)});
}

void read_plan(json_reader& in, core::campaign_draft& draft, field_errors& errors) {
  const auto* value = in.raw("plan");
  if (value == nullptr)
    return;
  draft.plan.emplace();
  if (value->is_null())
    return;
  std::vector<core::draft_problem> problems;
  if (auto plan = core::read_plan_options(core::json_value_of(*value), problems); !plan.is_empty())
    draft.plan->emplace(std::move(plan));
  for (auto& problem : problems)
    errors.push_back({std::move(problem.path), std::move(problem.sentence)});
}

void read_lateness(json_reader& in, core::campaign_draft& draft) {
  std::optional<std::string> text;
  in.text("lateness", text, 100);
  if (!text)
    return;
  const auto read = core::duration_from(*text);
  if (!text->empty() && !read)
    return in.wrong("lateness", "expected a length of time such as 90s, 30m, 2h or 1d");
  draft.lateness.emplace(read);
}

void read_local_start(json_reader& in, core::campaign_draft& draft) {
  std::optional<std::string> text;
  in.text("scheduledLocal", text, 100);
  if (text) {
    const auto read = core::local_time_from(*text);
    if (!text->empty() && !read)
      in.wrong("scheduledLocal", "expected a day and a time of day without a zone, such as "
                                 "2026-12-01T10:00");
    else
      draft.scheduled_local.emplace(read);
  }
  change_name(in, "pastPlaces", draft.past_places, {"next_day", "send", "skip"},
              core::past_places_from);
}

void read_schedule(json_reader& in, core::campaign_draft& draft, field_errors& errors) {
  in.time("scheduledFor", draft.scheduled_for);
  read_local_start(in, draft);
  in.time("expiresAt", draft.expires_at);
  read_recurrence(in, draft, errors);
  read_lateness(in, draft);
  change_name(in, "onMissed", draft.on_missed, {"pause", "send", "skip", "run_latest"},
              core::on_missed_from);
  read_plan(in, draft, errors);
  change_name(in, "overlap", draft.overlap, {"skip", "allow"}, core::run_overlap_from);
}

core::campaign_draft read_fields(json_reader& in, field_errors& errors) {
  constexpr auto any_length = static_cast<std::size_t>(-1); // core has the limits
  core::campaign_draft draft;
  in.text("name", draft.name, any_length);
  in.text("description", draft.description, any_length);
  in.text("templateId", draft.template_id, any_length);
  in.text("templateName", draft.template_name, any_length);
  in.text("templateLanguage", draft.template_language, any_length);
  in.texts("templateLanguages", draft.template_languages, any_length, any_length);
  read_slots(in, draft, errors);
  read_name(in, "targetType", draft.target, {"all", "segment", "manual", "imported"},
            core::target_type_from);
  read_object(in, "segmentQuery", draft.segment);
  read_segment_id(in, draft);
  in.texts("excludeSegments", draft.exclude_segments, core::draft_limits::exclude_segments_max,
           core::draft_limits::segment_id_bytes_max);
  read_object(in, "excludeQuery", draft.exclude);
  read_schedule(in, draft, errors);
  read_rate(in, draft);
  in.boolean("retryFailed", draft.retry_failed);
  read_retries(in, draft);
  read_name(in, "inDoubtPolicy", draft.in_doubt, {"hold", "resend", "fail"},
            core::in_doubt_policy_from);
  read_window(in, draft, errors);
  in.boolean("overrideQuietHours", draft.override_quiet_hours);
  in.boolean("ignoreCaps", draft.ignore_caps);
  read_priority(in, draft);
  in.texts("numberIds", draft.number_ids, core::draft_limits::number_ids_max,
           core::draft_limits::number_id_bytes_max);
  in.texts("tags", draft.tags, core::draft_limits::tags_max, core::draft_limits::tag_bytes_max);
  in.finish();
  return draft;
}

/// Of a field whose type is wrong already, nothing more is said.
void add_problems(const core::campaign_draft& draft, bool creating, field_errors& errors) {
  for (auto& problem : core::problems_of(draft, creating))
    if (std::none_of(errors.begin(), errors.end(),
                     [&](const auto& known) { return known.field == problem.path; }))
      errors.push_back({std::move(problem.path), std::move(problem.sentence)});
}

} // namespace

input<core::campaign_draft> read_campaign_draft(std::string_view body, bool creating,
                                                std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  json_reader in{std::get<json>(parsed), "", errors};
  auto draft = read_fields(in, errors);
  if (std::get<json>(parsed).is_object())
    add_problems(draft, creating, errors);
  return refuse_or(std::optional{std::move(draft)}, errors, instance);
}

} // namespace stentor::api
