#include "app/cli/person_text.hpp"

#include "app/cli/json_text.hpp"
#include "stentor/core/base/printable.hpp"

#include <nlohmann/json.hpp>

namespace stentor::app {

namespace {

using nlohmann::json;

constexpr std::size_t person_label_width = 16;

std::string person_row(const std::string& name, const std::string& value) {
  return value.empty() ? "" : "  " + padded(name, person_label_width) + value + "\n";
}

json part_of(const json& answer, const char* name) {
  return answer.is_object() && answer.contains(name) ? answer[name] : json{};
}

std::string texts_of(const json& texts) {
  std::string all;
  for (const auto& text : texts)
    if (text.is_string())
      all += (all.empty() ? "" : ", ") + core::printable(text.get<std::string>());
  return all;
}

std::string person_messages(const json& messages) {
  std::string text;
  for (const auto& message : items_of(messages, "data")) {
    const auto sent = time_text(text_of(message, "sentAt"));
    const auto why = text_of(message, "screenReason");
    text += person_row(text.empty() ? "messages" : " ",
                       text_of(message, "campaignName") + ": " + text_of(message, "status") +
                           (why.empty() ? "" : ", " + words_of(why)) +
                           (sent.empty() ? "" : ", " + sent));
  }
  if (!text_of(messages, "nextCursor").empty())
    text += person_row(" ", "and earlier ones; --json names the cursor");
  return text;
}

} // namespace

bool is_known_person(std::string_view answer_json) {
  const auto answer = parsed(answer_json);
  return part_of(answer, "customer").is_object() || !items_of(answer, "stops").empty() ||
         !items_of(part_of(answer, "messages"), "data").empty();
}

std::string person_text(std::string_view answer_json) {
  const auto answer = parsed(answer_json);
  const auto customer = part_of(answer, "customer");
  const auto window = part_of(answer, "serviceWindow");
  std::string text = person_row("customer", customer.is_object() ? text_of(customer, "id")
                                                                 : "none: on lists only");
  text += person_row("name", text_of(customer, "name"));
  text += person_row("phone numbers", texts_of(items_of(answer, "phoneNumbers")));
  text += person_row("user ids", texts_of(items_of(answer, "userIds")));
  text += person_row("country", text_of(customer, "country"));
  text += person_row("time zone", text_of(customer, "timeZone"));
  text += person_row("language", text_of(customer, "language"));
  text += person_row("tags", texts_of(items_of(customer, "tags")));
  if (customer.is_object())
    text += person_row("marketing", flag_of(customer, "marketingOptIn") ? "agreed" : "not agreed");
  for (const auto& stop : items_of(answer, "stops"))
    text += person_row("stopped", time_text(text_of(stop, "stoppedAt")) + ", " +
                                      words_of(text_of(stop, "reason")));
  text += person_row("may be answered", time_text(text_of(window, "openUntil")));
  if (const auto cap = part_of(answer, "metaCap"); flag_of(cap, "closed"))
    text += person_row("no marketing", "until " + time_text(text_of(cap, "until")) +
                                           ": Meta says that it was enough (131049)");
  const auto attributes = part_of(customer, "attributes");
  if (attributes.is_object())
    for (const auto& [name, value] : attributes.items())
      text +=
          person_row(core::printable(name),
                     core::printable(value.is_string() ? value.get<std::string>() : value.dump()));
  return text + person_messages(part_of(answer, "messages"));
}

} // namespace stentor::app
