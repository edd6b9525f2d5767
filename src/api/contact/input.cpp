/// See input.hpp.

#include "api/contact/input.hpp"

#include "api/http/json_reader.hpp"
#include "stentor/core/contact/limits.hpp"

#include <chrono>
#include <optional>
#include <variant>

namespace stentor::api {

namespace {

using nlohmann::json;
namespace limits = core::contact_limits;

constexpr std::size_t people_max = 50'000; ///< in one JSON body; longer lists come as CSV
constexpr std::chrono::minutes clocks_differ_max{5};
constexpr std::size_t language_bytes_max = 20;
constexpr std::size_t zone_bytes_max = 100;
constexpr std::size_t tags_max = 100;
constexpr std::size_t tag_bytes_max = 100;

/// The time under `key`, which goes with the answer `agrees`.
void read_consent_time(json_reader& in, const char* key, bool agrees, core::wall_time now,
                       ports::contact_input& person) {
  std::optional<std::optional<core::wall_time>> said;
  in.time(key, said);
  if (!said || !*said)
    return;
  if (person.marketing_opt_in != agrees)
    return in.wrong(key, std::string{"goes with marketingOptIn: "} + (agrees ? "true" : "false"));
  if (**said > now + clocks_differ_max)
    return in.wrong(key, "lies in the future");
  person.consent_at = **said;
}

/// Of somebody for a list, who is named by this or by phone number and user id.
void read_customer_id(json_reader& in, ports::contact_input& person) {
  std::optional<std::string> id;
  in.text("customerId", id, limits::user_id_bytes_max);
  if (!id || id->empty())
    return;
  if (!is_uuid(*id))
    return in.wrong("customerId", "expected the id of a customer, a UUID");
  if (in.raw("phoneNumber") != nullptr || in.raw("userId") != nullptr)
    return in.wrong("customerId", "goes without phoneNumber and userId");
  person.customer_id = *id;
}

enum class named : bool { by_key, already };

/// A customer, for whom times of consent are kept, where `now` is given.
/// @param who already: the address names the customer, so that no key has to be given
ports::contact_input read_person(const json& object, std::string prefix, field_errors& errors,
                                 std::optional<core::wall_time> now, named who = named::by_key) {
  json_reader in{object, std::move(prefix), errors};
  std::optional<std::string> phone;
  std::optional<std::string> user;
  std::optional<std::string> name;
  std::optional<std::string> variables;
  ports::contact_input person;
  in.text("phoneNumber", phone, limits::phone_bytes_max);
  in.text("userId", user, limits::user_id_bytes_max);
  in.text("name", name, limits::name_bytes_max);
  in.object(now ? "attributes" : "variables", variables);
  in.boolean("marketingOptIn", person.marketing_opt_in);
  in.text("language", person.language, language_bytes_max);
  if (!now)
    read_customer_id(in, person);
  else {
    in.text("timeZone", person.time_zone, zone_bytes_max);
    in.texts("tags", person.tags, tags_max, tag_bytes_max);
    read_consent_time(in, "marketingOptInAt", true, *now, person);
    read_consent_time(in, "marketingOptOutAt", false, *now, person);
  }
  in.finish();
  person.phone_number = phone.value_or("");
  person.user_id = user.value_or("");
  person.name = name.value_or("");
  person.removes_name = name && name->empty();
  person.variables = variables.value_or("{}");
  if (who == named::by_key && object.is_object() && person.phone_number.empty() &&
      person.user_id.empty() && person.customer_id.empty())
    in.wrong("phoneNumber", now ? "is required where there is no userId"
                                : "is required where there is no userId and no customerId");
  return person;
}

input<std::vector<ports::contact_input>> read_people(std::string_view body, std::string_view key,
                                                     std::optional<core::wall_time> now,
                                                     std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  std::vector<ports::contact_input> people;
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
      people.push_back(read_person((*list)[i], name + "[" + std::to_string(i) + "]", errors, now));
  return refuse_or(std::optional{std::move(people)}, errors, instance);
}

} // namespace

input<std::vector<ports::contact_input>> read_recipients(std::string_view body,
                                                         std::string_view instance) {
  return read_people(body, "recipients", std::nullopt, instance);
}

input<std::vector<ports::contact_input>> read_customers(std::string_view body, core::wall_time now,
                                                        std::string_view instance) {
  return read_people(body, "customers", now, instance);
}

input<ports::contact_input> read_customer_patch(std::string_view body, core::wall_time now,
                                                std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  auto patch = read_person(std::get<json>(parsed), "", errors, now, named::already);
  return refuse_or(std::optional{std::move(patch)}, errors, instance);
}

input<attribute_input> read_attribute(std::string_view body, std::string_view name,
                                      std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  json_reader in{std::get<json>(parsed), "", errors};
  std::optional<std::string> type;
  std::optional<bool> required;
  std::optional<bool> sensitive;
  in.one_of("type", type, {"text", "number", "boolean", "time", "list"});
  in.require("type");
  in.boolean("required", required);
  in.boolean("sensitive", sensitive);
  in.finish();
  if (sensitive.value_or(false))
    in.wrong("sensitive", "is not possible yet: such values can't be sealed");
  if (name.size() > core::attribute_name_bytes_max)
    in.wrong("name", "is longer than 200 bytes");
  const auto known = core::attribute_type_from(type.value_or(""));
  return refuse_or(std::optional{attribute_input{known.value_or(core::attribute_type::text),
                                                 required.value_or(false)}},
                   errors, instance);
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
  in.text("phoneNumber", phone, limits::phone_bytes_max);
  in.text("userId", user, limits::user_id_bytes_max);
  in.text("reason", reason, 200);
  in.finish();
  suppression_input s{phone.value_or(""), user.value_or(""),
                      reason && !reason->empty() ? *reason : "operator"};
  if (s.phone_number.empty() && s.user_id.empty())
    in.wrong("phoneNumber", "is required where there is no userId");
  return refuse_or(std::optional{std::move(s)}, errors, instance);
}

} // namespace stentor::api
