/// See input.hpp.

#include "api/campaign/input.hpp"

#include "api/http/json_reader.hpp"

namespace stentor::api {

using nlohmann::json;

namespace {

constexpr std::size_t name_bytes_max = 500;
constexpr std::size_t description_bytes_max = 10'000;

bool is_clock_time(const std::string& t) {
  const auto digit = [&](std::size_t i) { return t[i] >= '0' && t[i] <= '9'; };
  return t.size() == 5 && digit(0) && digit(1) && t[2] == ':' && digit(3) && digit(4) &&
         t.substr(0, 2) < "24" && t[3] < '6';
}

void read_window(json_reader& in, ports::campaign_draft& draft, field_errors& errors) {
  const auto* value = in.raw("sendWindow");
  if (value == nullptr)
    return;
  draft.send_window = value->is_null() ? "null" : value->dump();
  if (value->is_null())
    return;
  json_reader window{*value, "sendWindow", errors};
  std::optional<std::string> from;
  std::optional<std::string> until;
  std::optional<std::string> zone;
  window.text("from", from, 5);
  window.text("until", until, 5);
  window.text("timeZone", zone, 100);
  if (from && !is_clock_time(*from))
    window.wrong("from", "expected a time of day such as 09:00");
  if (until && !is_clock_time(*until))
    window.wrong("until", "expected a time of day such as 21:00");
  if (const auto* days = window.array("days"))
    for (const auto& day : *days)
      if (!day.is_number_integer() || day < 1 || day > 7)
        window.wrong("days", "expected numbers from 1 (Monday) to 7 (Sunday)");
  for (const auto* key : {"from", "until", "timeZone"})
    window.require(key);
  window.finish();
}

} // namespace

input<ports::campaign_draft> read_campaign_draft(std::string_view body, bool creating,
                                                 std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  ports::campaign_draft draft;
  json_reader in{std::get<json>(parsed), "", errors};
  in.text("name", draft.name, name_bytes_max);
  in.text("description", draft.description, description_bytes_max);
  in.text("templateId", draft.template_id, 200);
  in.text("templateName", draft.template_name, 512);
  in.text("templateLanguage", draft.template_language, 20);
  in.object("templateVariables", draft.template_variables);
  in.one_of("targetType", draft.target_type, {"all", "segment", "manual", "imported"});
  in.object("segmentQuery", draft.segment_query);
  in.timestamp("scheduledFor", draft.scheduled_for);
  in.timestamp("expiresAt", draft.expires_at);
  in.integer("rateLimit", draft.rate_limit, 0, 10'000'000);
  in.boolean("retryFailed", draft.retry_failed);
  in.integer("maxRetries", draft.max_retries, 0, 20);
  in.one_of("inDoubtPolicy", draft.in_doubt_policy, {"hold", "resend", "fail"});
  read_window(in, draft, errors);
  in.texts("numberIds", draft.number_ids);
  in.texts("tags", draft.tags);
  in.finish();
  for (const auto* key : {"name", "templateName"})
    if (creating || std::get<json>(parsed).contains(key))
      in.require(key);
  return refuse_or(std::optional{std::move(draft)}, errors, instance);
}

} // namespace stentor::api
