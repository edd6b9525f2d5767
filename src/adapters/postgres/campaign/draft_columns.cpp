#include "adapters/postgres/campaign/draft_columns.hpp"

#include "stentor/core/base/duration_text.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/campaign/recurrence_text.hpp"

#include <string_view>

namespace stentor::postgres {

namespace {

std::string json_string(std::string_view text) {
  std::string json;
  core::append_json_string(json, text);
  return json;
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string json = "[";
  for (const auto& text : texts)
    json += (json.size() > 1 ? "," : "") + json_string(text);
  return json + "]";
}

std::string window_json(const core::send_window& window) {
  std::string json = "{";
  if (!window.days.empty()) {
    json += "\"days\":[";
    for (const auto day : window.days)
      json += (json.back() == '[' ? "" : ",") + std::to_string(day);
    json += "],";
  }
  return json + "\"from\":" + json_string(core::clock_text(window.from_minute)) +
         ",\"until\":" + json_string(core::clock_text(window.until_minute)) +
         ",\"timeZone\":" + json_string(window.time_zone) + "}";
}

/// As PostgreSQL reads a timestamptz.
std::string time_json(core::wall_time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto padded = [](std::int64_t n, std::size_t digits) {
    auto text = std::to_string(n);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
  };
  const auto ms = (time - day).count();
  return json_string(padded(int{date.year()}, 4) + "-" + padded(unsigned{date.month()}, 2) + "-" +
                     padded(unsigned{date.day()}, 2) + "T" + padded(ms / 3'600'000, 2) + ":" +
                     padded(ms / 60'000 % 60, 2) + ":" + padded(ms / 1'000 % 60, 2) + "." +
                     padded(ms % 1'000, 3) + "Z");
}

class column_writer {
public:
  void write(std::string name, std::string_view json) {
    json_.append(names_.empty() ? "" : ",").append(json_string(name)).append(":").append(json);
    names_.push_back(std::move(name));
  }
  /// A field that is absent is not written, an empty one as null.
  template <class T, class Show>
  void write(const char* name, const core::change<T>& field, Show show) {
    if (field)
      write(name, *field ? show(**field) : std::string{"null"});
  }
  template <class T, class Show>
  void write(const char* name, const std::optional<T>& field, Show show) {
    if (field)
      write(name, show(*field));
  }
  draft_columns take() { return {std::move(names_), json_ + "}"}; }

private:
  std::vector<std::string> names_;
  std::string json_ = "{";
};

/// One alone needs no list.
void write_languages(column_writer& columns, const core::campaign_draft& draft) {
  if (!draft.template_languages || draft.template_languages->empty()) {
    columns.write("template_language", draft.template_language, json_string);
    if (draft.template_language)
      columns.write("template_languages", "null");
    return;
  }
  const auto& all = *draft.template_languages;
  columns.write("template_language", json_string(all.front()));
  columns.write("template_languages", all.size() == 1 ? "null" : list_of(all));
}

} // namespace

draft_columns columns_of(const core::campaign_draft& draft) {
  const auto named = [](auto value) { return json_string(to_string(value)); };
  const auto number = [](std::int32_t value) { return std::to_string(value); };
  const auto truth = [](bool value) { return std::string{value ? "true" : "false"}; };
  const auto raw = [](const core::json_text& value) { return value.text; };
  column_writer columns;
  columns.write("name", draft.name, json_string);
  columns.write("description", draft.description, json_string);
  columns.write("template_id", draft.template_id, json_string);
  columns.write("template_name", draft.template_name, json_string);
  write_languages(columns, draft);
  columns.write("template_variables", draft.template_variables, raw);
  columns.write("target_type", draft.target, named);
  // One of both says who: the new one takes the other's place.
  const bool by_query = draft.segment && *draft.segment;
  const bool by_id = draft.segment_id && *draft.segment_id;
  if (by_id && !draft.segment)
    columns.write("segment_query", "null");
  columns.write("segment_query", draft.segment, raw);
  if (by_query && !draft.segment_id)
    columns.write("segment_id", "null");
  columns.write("segment_id", draft.segment_id, json_string);
  columns.write("exclude_segments", draft.exclude_segments,
                [](const std::vector<std::string>& ids) {
                  return ids.empty() ? std::string{"null"} : list_of(ids);
                });
  columns.write("exclude_query", draft.exclude, raw);
  columns.write("scheduled_for", draft.scheduled_for, time_json);
  columns.write("scheduled_local", draft.scheduled_local,
                [](const core::local_time& time) { return json_string(core::to_text(time)); });
  columns.write("past_places", draft.past_places, named);
  columns.write("expires_at", draft.expires_at, time_json);
  columns.write("rate_limit", draft.rate_limit_per_minute, number);
  columns.write("retry_failed", draft.retry_failed, truth);
  columns.write("override_quiet_hours", draft.override_quiet_hours, truth);
  columns.write("priority", draft.priority, number);
  columns.write("ignore_caps", draft.ignore_caps, truth);
  columns.write("max_retries", draft.retries_max, number);
  columns.write("in_doubt_policy", draft.in_doubt, named);
  columns.write("send_window", draft.window, window_json);
  columns.write("number_ids", draft.number_ids, [](const std::vector<std::string>& ids) {
    return ids.empty() ? std::string{"null"} : list_of(ids);
  });
  columns.write("tags", draft.tags, list_of);
  columns.write("recurrence", draft.recurrence,
                [](const core::recurrence& rule) { return core::to_json(rule); });
  columns.write("lateness", draft.lateness,
                [](auto late) { return json_string(core::duration_text(late)); });
  columns.write("on_missed", draft.on_missed, named);
  columns.write("overlap", draft.overlap, named);
  columns.write("plan", draft.plan,
                [](const core::plan_options& plan) { return core::to_json(plan); });
  return columns.take();
}

} // namespace stentor::postgres
