#include "adapters/postgres/contact/customer_input.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/utf8.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "stentor/core/contact/limits.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace stentor::postgres {

namespace {

using core::json_kind;
using core::make_sentence;
using core::sentence;
using nlohmann::json;
namespace limits = core::contact_limits;

constexpr std::string_view time_zone_attribute = "timeZone";

json_kind kind_of(const json& value) {
  if (value.is_string())
    return json_kind::text;
  if (value.is_boolean())
    return json_kind::boolean;
  if (value.is_number())
    return json_kind::number;
  return value.is_array() ? json_kind::list : json_kind::object;
}

bool is_zone(const ports::time_zones& zones, std::string_view name) {
  return zones.offset(name, core::wall_time{}).ok();
}

sentence variables_too_large() {
  return make_sentence("variables_too_large", "its variables are larger than 64 KiB");
}

/// Texts that neither the database nor JSON can hold.
std::optional<sentence> text_problem(std::initializer_list<std::string_view> texts) {
  if (std::all_of(texts.begin(), texts.end(), core::is_utf8_text))
    return std::nullopt;
  return make_sentence("text_unusable", "a text that is not valid UTF-8 or holds NUL");
}

std::optional<sentence> read_attributes(core::customer_row& row, const std::string& text,
                                        const customer_reading& reading) {
  if (text.size() > core::attributes_bytes_max)
    return variables_too_large();
  const auto attributes = text.empty() ? json::object() : json::parse(text, nullptr, false);
  if (!attributes.is_object())
    return make_sentence("variables_no_object", "variables: expected a JSON object");
  for (const auto& [name, value] : attributes.items()) {
    if (value.is_null()) {
      if (auto why = reading.remove_attribute(row, name))
        return why;
      continue;
    }
    const auto written = value.is_string()
                             ? value.get<std::string>()
                             : value.dump(-1, ' ', false, json::error_handler_t::replace);
    if (auto why = reading.add_attribute(row, name, {kind_of(value), written}))
      return why;
  }
  return std::nullopt;
}

} // namespace

std::set<std::string, std::less<>> attribute_rules::required() const {
  std::set<std::string, std::less<>> names;
  for (const auto& [name, rule] : of)
    if (rule.required)
      names.insert(name);
  return names;
}

core::result<attribute_rules> load_attribute_rules(connection& db,
                                                   core::organization_no organization) {
  auto found = db.call("attribute_rules", std::move(params{}.integer(organization)));
  if (!found)
    return found.error();
  attribute_rules all;
  for (const auto row : each(*found))
    all.of.emplace(row.string("name"),
                   attribute_rules::rule{
                       core::attribute_type_from(row.text("type")).value_or(core::attribute_type{}),
                       row.boolean("required")});
  return all;
}

std::optional<sentence> customer_reading::set_phone(core::customer_row& row, std::string_view text,
                                                    bool international) const {
  const auto phone =
      international ? phones.parse_international(text, region) : phones.parse(text, region);
  if (phone.problem != ports::phone_problem::none)
    return make_sentence("phone_number_invalid", "phoneNumber: {problem}",
                         {{"problem", std::string{ports::to_string(phone.problem)}}});
  row.phone = static_cast<std::int64_t>(core::one_spelling(phone.digits));
  row.region = phone.region;
  return std::nullopt;
}

std::optional<sentence> customer_reading::add_attribute(core::customer_row& row,
                                                        std::string_view name,
                                                        const core::written_value& value) const {
  if (auto why = text_problem({name, value.text}))
    return why;
  if (name.empty() || name.size() > core::attribute_name_bytes_max)
    return make_sentence("attribute_name_unusable",
                         "the name of a variable must have 1 to 200 bytes");
  const auto rule = rules.of.find(name);
  std::string stored;
  if (rule != rules.of.end()) {
    auto made = core::converted(name, rule->second.type, value);
    if (auto* why = std::get_if<sentence>(&made))
      return std::move(*why);
    stored = std::move(std::get<std::string>(made));
  } else if (value.kind == json_kind::text) {
    stored = std::get<std::string>(core::converted(name, core::attribute_type::text, value));
  } else {
    stored = value.text;
  }
  // Text that happens to be no zone says nothing about where the person is.
  if (name == time_zone_attribute && !row.time_zone && value.kind == json_kind::text &&
      is_zone(zones, value.text))
    row.time_zone = value.text;
  row.attributes.emplace_back(name, std::move(stored));
  return std::nullopt;
}

std::optional<sentence> customer_reading::remove_attribute(core::customer_row& row,
                                                           std::string_view name) const {
  const auto rule = rules.of.find(name);
  if (rule != rules.of.end() && rule->second.required)
    return make_sentence("attribute_missing", "attributes.{attribute}: every customer must have it",
                         {{"attribute", std::string{name}}});
  if (name == time_zone_attribute && !row.time_zone)
    row.time_zone = "";
  row.attributes.emplace_back(name, std::string{});
  return std::nullopt;
}

std::optional<sentence> customer_reading::problem_of(const core::customer_row& row) {
  if (row.phone == 0 && row.user_id.empty())
    return make_sentence("nobody_named", "expected phoneNumber or userId");
  if (row.user_id.size() > limits::user_id_bytes_max)
    return make_sentence("user_id_too_long", "its user id is longer than 256 bytes");
  if (auto why = text_problem({row.user_id, row.name ? std::string_view{*row.name} : "",
                               row.language ? std::string_view{*row.language} : ""}))
    return why;
  if (row.name && row.name->size() > limits::name_bytes_max)
    return make_sentence("name_too_long", "its name is longer than 500 bytes");
  std::size_t bytes = 0;
  for (const auto& [name, json] : row.attributes)
    bytes += name.size() + json.size();
  return bytes > core::attributes_bytes_max ? std::optional{variables_too_large()} : std::nullopt;
}

std::variant<core::customer_row, sentence> customer_row_of(const ports::contact_input& person,
                                                           std::int64_t line,
                                                           const customer_reading& reading) {
  core::customer_row row;
  row.line = line;
  if (!person.phone_number.empty())
    if (auto why = reading.set_phone(row, person.phone_number, false))
      return std::move(*why);
  row.user_id = person.user_id;
  if (!person.name.empty() || person.removes_name)
    row.name = person.name;
  row.language = person.language;
  row.tags = person.tags;
  if (person.time_zone && !person.time_zone->empty() && !is_zone(reading.zones, *person.time_zone))
    return make_sentence("time_zone_unknown",
                         "timeZone: expected a name of the IANA database, such as Europe/Berlin");
  row.time_zone = person.time_zone;
  if (auto why = read_attributes(row, person.variables, reading))
    return std::move(*why);
  if (person.marketing_opt_in)
    (*person.marketing_opt_in ? row.yes : row.no) = core::said_word{person.consent_at};
  for (const auto& tag : row.tags.value_or(std::vector<std::string>{}))
    if (auto why = text_problem({tag}))
      return std::move(*why);
  if (auto why = customer_reading::problem_of(row))
    return std::move(*why);
  return row;
}

} // namespace stentor::postgres
