/// The envelope and every change but inbound messages.
#include "adapters/meta/webhooks/webhook_reader.hpp"

#include "adapters/meta/webhooks/account_changes.hpp"
#include "adapters/meta/webhooks/inbound_message.hpp"
#include "adapters/meta/webhooks/webhook_values.hpp"

#include <algorithm>
#include <limits>

namespace stentor::meta {

namespace {

using ports::webhook_payload;

constexpr auto no_code = static_cast<std::int32_t>(core::local_code::answer_unreadable);

void keep(webhook_payload& to, std::string_view field, std::string json, std::int64_t at_ms) {
  to.others.push_back({without_nul(field), std::move(json), at_ms});
}

/// An element of a `messages` change that stays as it came, inside an object that names its kind
/// and the business number.
void keep_part(webhook_payload& to, std::string_view kind, element part, element value,
               std::int64_t at_ms) {
  std::string json = R"({")";
  json.append(kind).append(R"(":[)").append(json_of(part)).append("]");
  element metadata;
  if (value["metadata"].get(metadata) == simdjson::SUCCESS)
    json.append(R"(,"metadata":)").append(json_of(metadata));
  keep(to, "messages", json + "}", at_ms);
}

bool status_kind(std::string_view word, core::event_kind& kind) {
  if (word == "sent")
    kind = core::event_kind::sent;
  else if (word == "delivered")
    kind = core::event_kind::delivered;
  else if (word == "read" || word == "played") // whoever played a voice message has read it
    kind = core::event_kind::read;
  else if (word == "failed")
    kind = core::event_kind::failed;
  else
    return false;
  return true;
}

core::person_key recipient_of(element status) {
  if (text_at(status, "recipient_type") == "group")
    return 0;
  const auto recipient = text_at(status, "recipient_id");
  if (const auto person = core::person_from_digits(recipient); person != 0)
    return person;
  const auto user = text_at(status, "recipient_user_id");
  return core::person_from_user_id(user.empty() ? recipient : user);
}

void read_failure(element status, ports::status_update& update, std::string& text) {
  update.code = no_code;
  text = "Meta gave no reason.";
  bool first = true;
  for_each_at(status, "errors", [&](element error) {
    if (!first)
      return;
    first = false;
    const auto code = integer_at(error, "code", 0);
    if (code > 0 && code <= std::numeric_limits<std::int32_t>::max())
      update.code = static_cast<std::int32_t>(code);
    if (auto why = error_text(error); !why.empty())
      text = std::move(why);
  });
}

class payload_reader {
public:
  payload_reader(const callback_codec& codec, const core::stop_words& words, std::int64_t now_ms)
      : codec_{codec}, words_{words}, now_ms_{now_ms} {}

  core::status read(element root) {
    simdjson::dom::array entries;
    if (root["entry"].get_array().get(entries) != simdjson::SUCCESS)
      return core::error{
          core::errc::invalid,
          "The webhook has no `entry` array, so it is none of a WhatsApp business account."};
    for (const auto entry : entries)
      read_entry(entry);
    return core::ok{};
  }

  webhook_payload payload;

private:
  void read_entry(element entry) {
    simdjson::dom::array changes;
    if (entry["changes"].get_array().get(changes) != simdjson::SUCCESS) {
      keep(payload, "entry", json_of(entry), now_ms_);
      return;
    }
    account_ = word_at(entry, "id");
    at_ms_ = time_at(entry, "time", now_ms_);
    for (const auto change : changes)
      read_change(change);
  }

  void read_change(element change) {
    const auto field = text_at(change, "field");
    element value;
    if (change["value"].get(value) != simdjson::SUCCESS || !value.is_object()) {
      keep(payload, field.empty() ? "change" : field, json_of(change), at_ms_);
      return;
    }
    if (field == "messages")
      read_messages(value);
    else if (field == "user_preferences")
      read_preferences(value);
    else if (is_about_template(field))
      read_template(field, value);
    else if (is_about_account(field))
      read_account(field, value);
    else
      keep(payload, field.empty() ? "change" : field, json_of(value), at_ms_);
  }

  void read_messages(element value) {
    bool known = false;
    for_each_at(value, "statuses", [&](element status) {
      known = true;
      read_status(status, value);
    });
    for_each_at(value, "messages", [&](element message) {
      known = true;
      if (auto change = read_identity(message, value, now_ms_))
        payload.identities.push_back(std::move(*change));
      if (id_of(text_at(message, "id")).empty())
        keep_part(payload, "messages", message, value, now_ms_);
      else
        payload.inbound.push_back(read_inbound(message, value, now_ms_, words_));
    });
    for (const auto* kind : {"errors", "user_actions"}) {
      for_each_at(value, kind, [&](element part) {
        known = true;
        keep_part(payload, kind, part, value, now_ms_);
      });
    }
    if (!known)
      keep(payload, "messages", json_of(value), now_ms_);
  }

  void read_status(element status, element value) {
    ports::status_update update;
    const auto key = codec_.decode(text_at(status, "biz_opaque_callback_data"));
    if (!key || !status_kind(text_at(status, "status"), update.kind) ||
        text_at(status, "type") == "payment") {
      keep_part(payload, "statuses", status, value, time_at(status, "timestamp", now_ms_));
      return;
    }
    update.campaign = key->campaign;
    update.seq = key->seq;
    update.attempt = key->attempt;
    update.retries = key->retries;
    update.at_ms = time_at(status, "timestamp", now_ms_);
    update.person = recipient_of(status);
    update.text_begin = static_cast<std::uint32_t>(payload.text.size());
    if (update.kind == core::event_kind::failed) {
      std::string why;
      read_failure(status, update, why);
      payload.text.append(why);
    } else {
      payload.text.append(id_of(text_at(status, "id")));
    }
    update.text_size = static_cast<std::uint32_t>(payload.text.size()) - update.text_begin;
    if (text_at(status, "recipient_type") != "group") {
      update.user_begin = static_cast<std::uint32_t>(payload.text.size());
      payload.text.append(without_nul(text_at(status, "recipient_user_id")));
      update.user_size = static_cast<std::uint32_t>(payload.text.size()) - update.user_begin;
    }
    element metadata;
    if (update.kind == core::event_kind::failed &&
        value["metadata"].get(metadata) == simdjson::SUCCESS) {
      update.number_begin = static_cast<std::uint32_t>(payload.text.size());
      payload.text.append(text_at(metadata, "phone_number_id"));
      update.number_size = static_cast<std::uint32_t>(payload.text.size()) - update.number_begin;
    }
    payload.statuses.push_back(update);
  }

  void read_preferences(element value) {
    element metadata;
    std::string number;
    if (value["metadata"].get(metadata) == simdjson::SUCCESS)
      number = id_of(text_at(metadata, "phone_number_id"));
    bool known = false;
    for_each_at(value, "user_preferences", [&](element wish) {
      ports::preference_change change;
      const auto word = text_at(wish, "value");
      change.user_id = id_of(text_at(wish, "user_id"));
      change.person = core::person_from_digits(text_at(wish, "wa_id"));
      if (change.person == 0)
        change.person = core::person_from_user_id(change.user_id);
      if (change.person == 0 || (word != "stop" && word != "resume"))
        return;
      known = true;
      change.phone_number_id = number;
      change.stop = word == "stop";
      change.at_ms = time_at(wish, "timestamp", now_ms_);
      payload.preferences.push_back(std::move(change));
    });
    if (!known)
      keep(payload, "user_preferences", json_of(value), now_ms_);
  }

  void read_template(std::string_view field, element value) {
    if (auto change = template_change_in(field, value, account_))
      payload.templates.push_back(std::move(*change));
    else
      keep(payload, field, json_of(value), at_ms_);
  }

  /// Kept as it came in any case: an operator wants to read more of it than the engine acts on.
  void read_account(std::string_view field, element value) {
    keep(payload, field, json_of(value), at_ms_);
    if (auto change = account_change_in(field, value, account_))
      payload.accounts.push_back(std::move(*change));
    if (auto change = limit_change_in(value, account_))
      payload.limits.push_back(std::move(*change));
  }

  const callback_codec& codec_;
  const core::stop_words& words_;
  std::int64_t now_ms_;
  std::string account_;
  std::int64_t at_ms_ = 0;
};

} // namespace

struct webhook_reader::parts {
  callback_codec codec;
  std::shared_ptr<const core::stop_words> words;
  simdjson::dom::parser parser{};

  parts(const callback_codec& c, std::shared_ptr<const core::stop_words> w)
      : codec{c}, words{std::move(w)} {}
};

webhook_reader::webhook_reader(const callback_codec& codec,
                               std::shared_ptr<const core::stop_words> words)
    : parts_{std::make_unique<parts>(codec, std::move(words))} {}

webhook_reader::~webhook_reader() = default;
webhook_reader::webhook_reader(webhook_reader&&) noexcept = default;
webhook_reader& webhook_reader::operator=(webhook_reader&&) noexcept = default;

core::result<ports::webhook_payload> webhook_reader::read(std::string_view body,
                                                          std::int64_t now_ms) {
  if (body.empty()) // which may have no address, and the parser copies from it
    return core::error{core::errc::invalid, "The webhook can't be read: it is empty."};
  try {
    element root;
    auto problem = parts_->parser.parse(body.data(), body.size()).get(root);
    if (problem ==
        simdjson::STRING_ERROR) { // half an emoji, cut off by somebody: worth a second try
      std::string repaired{body};
      clean_escapes(repaired);
      problem = parts_->parser.parse(repaired).get(root);
    }
    if (problem != simdjson::SUCCESS) {
      auto where = json_problem(body);
      return core::error{core::errc::invalid,
                         "The webhook can't be read: " +
                             (where.empty() ? simdjson::error_message(problem) : where)};
    }
    payload_reader reader{parts_->codec, *parts_->words, now_ms};
    if (auto done = reader.read(root); !done)
      return done.error();
    return std::move(reader.payload);
  } catch (const std::exception& problem) { // out of memory
    return core::error{core::errc::unavailable,
                       std::string{"The webhook can't be read now: "} + problem.what()};
  }
}

} // namespace stentor::meta
