/// See input.hpp.

#include "api/campaign/input.hpp"

#include "api/http/json_reader.hpp"
#include "stentor/core/base/hex.hpp"

#include <charconv>

namespace stentor::api {

using nlohmann::json;

namespace {

constexpr std::size_t name_bytes_max = 500;
constexpr std::size_t description_bytes_max = 10'000;
constexpr std::size_t people_max = 50'000; ///< in one JSON body; longer lists come as CSV

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

template <class T>
input<T> refuse_or(std::optional<T> value, const field_errors& errors, std::string_view instance) {
  if (errors.empty())
    return {std::move(value), {}};
  const auto count = errors.size() == 1 ? std::string{"One field is"}
                                        : std::to_string(errors.size()) + " fields are";
  return {std::nullopt, problem_answer(422,
                                       count + " wrong: " + errors.front().field + " " +
                                           errors.front().message + ".",
                                       instance, errors)};
}

ports::recipient_input read_person(const json& object, std::string prefix, field_errors& errors) {
  json_reader in{object, std::move(prefix), errors};
  std::optional<std::string> phone;
  std::optional<std::string> user;
  std::optional<std::string> name;
  std::optional<std::string> variables;
  ports::recipient_input person;
  in.text("phoneNumber", phone, 100);
  in.text("userId", user, 200);
  in.text("name", name, name_bytes_max);
  in.object("variables", variables);
  in.boolean("marketingOptIn", person.marketing_opt_in);
  in.finish();
  person.phone_number = phone.value_or("");
  person.user_id = user.value_or("");
  person.name = name.value_or("");
  person.variables = variables.value_or("{}");
  if (object.is_object() && person.phone_number.empty() && person.user_id.empty())
    in.wrong("phoneNumber", "is required where there is no userId");
  return person;
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

input<std::vector<ports::recipient_input>> read_people(std::string_view body, std::string_view key,
                                                       std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  std::vector<ports::recipient_input> people;
  const std::string name{key};
  json_reader in{std::get<json>(parsed), "", errors};
  const auto* list = in.array(name.c_str());
  in.finish();
  if (list == nullptr || list->empty())
    in.wrong(name, "expected a list with at least one entry");
  else if (list->size() > people_max)
    in.wrong(name, "holds more than " + std::to_string(people_max) +
                       " entries; send longer lists as CSV");
  else
    for (std::size_t i = 0; i < list->size(); ++i)
      people.push_back(read_person((*list)[i], name + "[" + std::to_string(i) + "]", errors));
  return refuse_or(std::optional{std::move(people)}, errors, instance);
}

input<suppression_input> read_suppression(std::string_view body, std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  json_reader in{std::get<json>(parsed), "", errors};
  std::optional<std::string> phone;
  std::optional<std::string> user;
  std::optional<std::string> reason;
  in.text("phoneNumber", phone, 100);
  in.text("userId", user, 200);
  in.text("reason", reason, 200);
  in.finish();
  suppression_input s{phone.value_or(""), user.value_or(""),
                      reason && !reason->empty() ? *reason : "operator"};
  if (s.phone_number.empty() && s.user_id.empty())
    in.wrong("phoneNumber", "is required where there is no userId");
  return refuse_or(std::optional{std::move(s)}, errors, instance);
}

input<ports::page> read_page(const http_server::request& head, std::string_view also) {
  field_errors errors;
  ports::page p;
  const auto number = [&](const std::string& key, const std::string& value, std::int32_t most,
                          std::int32_t& to) {
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), to);
    if (problem != std::errc{} || end != value.data() + value.size() || to < 1 || to > most)
      errors.push_back({key, "expected a number from 1 to " + std::to_string(most)});
  };
  for (const auto& [key, value] : head.query) {
    if (key == "page")
      number(key, value, 1'000'000, p.number);
    else if (key == "limit")
      number(key, value, 1000, p.limit);
    else if (key != also)
      errors.push_back({key, "is no parameter of this address"});
  }
  if (errors.empty())
    return {p, {}};
  return {std::nullopt, problem_answer(400,
                                       "The parameter " + errors.front().field +
                                           " is wrong: " + errors.front().message + ".",
                                       head.target, errors)};
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36)
    return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : core::hex_value(c) < 0)
      return false;
  }
  return true;
}

bool is_timestamp(std::string_view t) noexcept {
  const auto shape = [&](std::string_view pattern) {
    if (t.size() < pattern.size())
      return false;
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (pattern[i] == '0' ? t[i] < '0' || t[i] > '9' : t[i] != pattern[i])
        return false;
    t.remove_prefix(pattern.size());
    return true;
  };
  const auto whole = t;
  if (!shape("0000-00-00T00:00"))
    return false;
  static_cast<void>(shape(":00"));
  if (t.starts_with('.')) {
    t.remove_prefix(1);
    if (t.empty() || t.front() < '0' || t.front() > '9')
      return false;
    while (!t.empty() && t.front() >= '0' && t.front() <= '9')
      t.remove_prefix(1);
  }
  const bool offset = t == "Z" || ((t.starts_with('+') || t.starts_with('-')) && t.size() == 6 &&
                                   (t.remove_prefix(1), shape("00:00")));
  return offset && whole.substr(5, 2) >= "01" && whole.substr(5, 2) <= "12" &&
         whole.substr(8, 2) >= "01" && whole.substr(8, 2) <= "31" && whole.substr(11, 2) < "24" &&
         whole.substr(14, 2) < "60";
}

} // namespace stentor::api
