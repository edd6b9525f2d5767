/// What people read of an inbound message, who sent it, and whether it is a stop.
#include "adapters/meta/webhooks/inbound_message.hpp"

#include "stentor/core/base/utf8.hpp"

namespace stentor::meta {

namespace {

constexpr std::size_t text_size_max = 4096;

/// The object under `key`, or `otherwise` (whose members then read as empty).
element object_at(element from, std::string_view key, element otherwise) {
  element inner;
  if (from[key].get(inner) == simdjson::SUCCESS && inner.is_object())
    return inner;
  return otherwise;
}

std::string order_text(element order) {
  std::int64_t lines = 0;
  for_each_at(order, "product_items", [&](element) { ++lines; });
  std::string text = "Order of " + std::to_string(lines) + (lines == 1 ? " product" : " products");
  if (const auto note = text_at(order, "text"); !note.empty())
    text.append(": ").append(note);
  return text;
}

std::string_view interactive_text(element interactive) {
  for (const auto* kind : {"button_reply", "list_reply"}) {
    element reply;
    if (interactive[kind].get(reply) == simdjson::SUCCESS)
      return text_at(reply, "title");
  }
  element flow;
  if (interactive["nfm_reply"].get(flow) == simdjson::SUCCESS)
    return text_at(flow, "body");
  return {};
}

std::string contacts_text(element message) {
  std::string names;
  for_each_at(message, "contacts", [&](element contact) {
    element name;
    if (contact["name"].get(name) != simdjson::SUCCESS)
      return;
    names.append(names.empty() ? "" : ", ").append(text_at(name, "formatted_name"));
  });
  return names;
}

std::string location_text(element location) {
  std::string text{text_at(location, "name")};
  if (const auto address = text_at(location, "address"); !address.empty())
    text.append(text.empty() ? "" : ", ").append(address);
  if (text.empty())
    text = word_at(location, "latitude") + ", " + word_at(location, "longitude");
  return text;
}

std::string readable_text(element message, std::string_view type) {
  element content;
  if (type == "contacts")
    return contacts_text(message);
  if (message[type].get(content) != simdjson::SUCCESS || !content.is_object())
    return {};
  if (type == "text" || type == "system")
    return std::string{text_at(content, "body")};
  if (type == "button")
    return std::string{text_at(content, "text")};
  if (type == "interactive")
    return std::string{interactive_text(content)};
  if (type == "order")
    return order_text(content);
  if (type == "reaction")
    return std::string{text_at(content, "emoji")};
  if (type == "location")
    return location_text(content);
  std::string caption{text_at(content, "caption")}; // media
  return caption.empty() ? std::string{text_at(content, "filename")} : caption;
}

void read_intent(ports::inbound_message& to, element message, const core::stop_words& words) {
  const auto& type = to.row.type;
  std::string_view payload;
  if (type == "button") {
    payload = text_at(object_at(message, "button", message), "payload");
  } else if (type == "interactive") {
    const auto interactive = object_at(message, "interactive", message);
    const auto reply =
        object_at(interactive, "button_reply", object_at(interactive, "list_reply", interactive));
    payload = text_at(reply, "id");
  } else if (type != "text") {
    return;
  }
  to.stop = words.is_stop(to.row.text) || words.is_stop_payload(payload);
  to.resume = !to.stop && (words.is_start(to.row.text) || words.is_start(payload));
}

void read_person(ports::inbound_row& row, element message, element value) {
  const auto from = text_at(message, "from");
  row.person = core::person_from_digits(from);
  row.user_id = text_at(message, "from_user_id");
  if (row.user_id.empty() && row.person == 0)
    row.user_id = from; // a user id in the place of the number
  std::size_t contacts = 0;
  for_each_at(value, "contacts", [&](element) { ++contacts; });
  for_each_at(value, "contacts", [&](element contact) {
    const auto number = text_at(contact, "wa_id");
    const auto user = text_at(contact, "user_id");
    const bool his = contacts == 1 || (!number.empty() && number == from) ||
                     (!user.empty() && user == row.user_id);
    // A group's member is not the group's only contact, so a message that names its sender keeps
    // it.
    if (!his)
      return;
    if (row.user_id.empty())
      row.user_id = user;
    if (row.person == 0 && user == row.user_id)
      row.person = core::person_from_digits(number);
  });
  if (row.person == 0)
    row.person = core::person_from_user_id(row.user_id);
  row.user_id = without_nul(row.user_id);
}

} // namespace

std::optional<ports::identity_change> read_identity(element message, element value,
                                                    std::int64_t now_ms) {
  if (text_at(message, "type") != "system")
    return std::nullopt;
  const auto system = object_at(message, "system", message);
  const auto what = text_at(system, "type");
  ports::identity_change change;
  change.phone_number_id =
      without_nul(text_at(object_at(value, "metadata", value), "phone_number_id"));
  change.at_ms = time_at(message, "timestamp", now_ms);
  if (what == "user_changed_number") {
    change.old_phone = core::person_from_digits(text_at(message, "from"));
    if (change.old_phone == 0)
      change.old_phone = core::person_from_digits(text_at(system, "customer"));
    change.old_user_id = without_nul(text_at(message, "from_user_id"));
    change.phone = core::person_from_digits(text_at(system, "wa_id"));
    if (change.phone == 0) // before version 12
      change.phone = core::person_from_digits(text_at(system, "new_wa_id"));
    change.user_id = without_nul(text_at(system, "user_id"));
  } else if (what == "user_changed_user_id") {
    change.old_user_id = without_nul(text_at(system, "previous_user_id"));
    change.user_id = without_nul(text_at(system, "user_id"));
  }
  const bool from_known = change.old_phone != 0 || !change.old_user_id.empty();
  const bool to_known = change.phone != 0 || !change.user_id.empty();
  if (!from_known || !to_known)
    return std::nullopt;
  return change;
}

ports::inbound_message read_inbound(element message, element value, std::int64_t now_ms,
                                    const core::stop_words& words) {
  ports::inbound_message result;
  auto& row = result.row;
  row.phone_number_id =
      without_nul(text_at(object_at(value, "metadata", value), "phone_number_id"));
  row.message_id = without_nul(text_at(message, "id"));
  row.context_id = without_nul(text_at(object_at(message, "context", value), "id"));
  row.type = without_nul(text_at(message, "type"));
  if (row.type.empty())
    row.type = "unknown";
  row.at_ms = time_at(message, "timestamp", now_ms);
  row.text = without_nul(readable_text(message, row.type));
  read_person(row, message, value);
  read_intent(result, message, words);
  row.text.resize(core::utf8_prefix(row.text, text_size_max).size());
  row.payload = json_of(message);
  return result;
}

} // namespace stentor::meta
