/// See event_input.hpp.

#include "api/contact/event_input.hpp"

#include "api/http/json_reader.hpp"
#include "stentor/core/base/money.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/contact/attribute.hpp"
#include "stentor/core/contact/limits.hpp"

#include <optional>
#include <string>
#include <variant>

namespace stentor::api {

namespace {

using nlohmann::json;
namespace limits = core::contact_limits;

constexpr std::size_t told_events_max = 50'000;
constexpr std::size_t event_name_bytes_max = 100;
constexpr std::size_t event_source_bytes_max = 200;

void read_value(json_reader& in, ports::event_input& event) {
  const auto* value = in.raw("value");
  if (value != nullptr && !value->is_null()) {
    event.value_micros = value->is_number() ? core::micros_from(value->dump()) : std::nullopt;
    if (!event.value_micros)
      in.wrong("value", "expected an amount such as 45000 or 12.50, with at most six decimals");
  }
  std::optional<std::string> currency;
  in.text("currency", currency, 3);
  event.currency = currency.value_or("");
  if (!event.currency.empty() && !core::is_currency(event.currency))
    in.wrong("currency", "expected three capital letters of ISO 4217, such as INR");
}

/// `createdAt` is the seed's name of `at`.
void read_time(json_reader& in, ports::event_input& event) {
  std::optional<std::optional<core::wall_time>> at;
  std::optional<std::optional<core::wall_time>> created;
  in.time("at", at);
  in.time("createdAt", created);
  const auto when = at && *at ? at : created;
  if (!when || !*when)
    return in.wrong("at", "is required: when it happened, such as 2026-11-20T10:02:00Z");
  event.at = **when;
}

ports::event_input read_event(const json& object, field_errors& errors) {
  json_reader in{object, "", errors};
  ports::event_input event;
  std::optional<std::string> phone, user, name, source, properties;
  in.text("phoneNumber", phone, limits::phone_bytes_max);
  in.text("userId", user, limits::user_id_bytes_max);
  in.text("name", name, event_name_bytes_max);
  in.text("sourceId", source, event_source_bytes_max);
  in.object("properties", properties);
  read_time(in, event);
  read_value(in, event);
  in.finish();
  event.phone_number = phone.value_or("");
  event.user_id = user.value_or("");
  event.name = name.value_or("");
  event.source_id = source.value_or("");
  event.properties = properties.value_or("{}");
  if (event.name.empty() || event.name.find('.') != std::string::npos)
    in.wrong("name", "is required, without a dot: what happened, such as saleDetails");
  if (event.properties.size() > core::attributes_bytes_max)
    in.wrong("properties", "are larger than 64 KiB");
  if (event.phone_number.empty() && event.user_id.empty())
    in.wrong("phoneNumber", "is required where there is no userId");
  return event;
}

core::sentence unreadable(const field_errors& errors) {
  return core::make_sentence(
      "event_unreadable", "{field}: {problem}",
      {{"field", errors.front().field}, {"problem", errors.front().message}});
}

} // namespace

input<told_events> read_events(std::string_view body, std::string_view instance) {
  auto parsed = parse_json(body, instance);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  told_events told;
  json_reader in{std::get<json>(parsed), "", errors};
  const auto* list = in.array("events");
  in.finish();
  if (list == nullptr || list->empty())
    in.wrong("events", "expected a list with at least one entry");
  else if (list->size() > told_events_max)
    in.wrong("events",
             "holds more than " + std::to_string(told_events_max) + " entries; send them in parts");
  else
    for (std::size_t i = 0; i < list->size(); ++i) {
      field_errors of_row;
      auto event = read_event((*list)[i], of_row);
      event.row = static_cast<std::int64_t>(i) + 1;
      if (of_row.empty())
        told.events.push_back(std::move(event));
      else
        told.problems.emplace_back(event.row, unreadable(of_row));
    }
  return refuse_or(std::optional{std::move(told)}, errors, instance);
}

} // namespace stentor::api
