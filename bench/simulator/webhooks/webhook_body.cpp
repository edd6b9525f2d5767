#include "bench/simulator/webhooks/webhook_body.hpp"

#include "bench/simulator/meta/meta_errors.hpp"
#include "bench/simulator/meta/wamid.hpp"
#include "bench/simulator/scripted_outcome.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"
#include "stentor/core/base/json_escape.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace stentor::load {
namespace {

constexpr std::string_view account = "102290129340398";
constexpr auto stop_words = std::to_array<std::string_view>(
    {"STOP", "Stop", "stop", "PARAR", "BAJA", "ARR\\u00caT", "ABMELDEN", "Unsubscribe"});
constexpr auto answers =
    std::to_array<std::string_view>({"Yes please!", "Quanto custa?", "\\u00bfTodav\\u00eda hay?",
                                     "Gibt es das auch in Blau?", "Thank you \\ud83d\\ude42"});
/// Inbound messages have ids of their own, beside those of the messages they answer.
constexpr std::uint64_t inbound_mark = 1ULL << 62U;

bool known_by_phone(std::uint64_t person) {
  return person >> 63U == 0;
}

void append_user_id(std::string& to, std::uint64_t person) {
  to += "XX.";
  to += std::to_string(mix(person));
}

/// `"<name>":"<digits>",` unless the person is known by user id only.
void append_phone(std::string& to, std::string_view name, std::uint64_t person) {
  if (!known_by_phone(person))
    return;
  to += '"';
  to += name;
  to += "\":\"";
  to += std::to_string(person);
  to += "\",";
}

std::string_view status_name(std::uint32_t kind) {
  switch (static_cast<timer_kind>(kind)) {
  case timer_kind::sent:
    return "sent";
  case timer_kind::delivered:
    return "delivered";
  case timer_kind::read:
    return "read";
  default:
    return "failed";
  }
}

} // namespace

std::string display_number(std::string_view number_id) {
  const auto digits = std::to_string(
      mix(std::hash<std::string_view>{}(number_id)) % 100'000'000ULL + 100'000'000ULL);
  return "5511" + digits;
}

void webhook_body::open(part which, const webhook_subject& subject) {
  if (open_ == which && number_ == subject.number_id) {
    to_ += ',';
    return;
  }
  close();
  if (first_change_) {
    to_ += R"({"object":"whatsapp_business_account","entry":[{"id":")";
    to_ += account;
    to_ += R"(","changes":[)";
  } else {
    to_ += ',';
  }
  first_change_ = false;
  open_ = which;
  number_ = subject.number_id;
  to_ += R"({"field":")";
  to_ += which == part::preferences ? "user_preferences" : "messages";
  to_ += R"(","value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":")";
  to_ += display_number(number_);
  to_ += R"(","phone_number_id":")";
  to_ += number_;
  to_ += which == part::statuses      ? R"("},"statuses":[)"
         : which == part::preferences ? R"("},"user_preferences":[)"
                                      : R"("},"messages":[)";
}

void webhook_body::close() {
  if (open_ != part::none)
    to_ += "]}}";
  open_ = part::none;
}

void webhook_body::add(const webhook_item& item, const webhook_subject& subject) {
  switch (static_cast<timer_kind>(item.kind)) {
  case timer_kind::reply:
  case timer_kind::stop_word:
    open(part::messages, subject);
    return add_message(item, subject);
  case timer_kind::stop_preference:
    open(part::preferences, subject);
    return add_preference(item, subject);
  default:
    open(part::statuses, subject);
    return add_status(item, subject);
  }
}

void webhook_body::add_status(const webhook_item& item, const webhook_subject& subject) {
  to_ += R"({"id":")";
  append_wamid(to_, subject.person, run_, item.message);
  to_ += R"(","status":")";
  to_ += status_name(item.kind);
  to_ += R"(","timestamp":")";
  to_ += std::to_string(item.at_ms / 1000);
  to_ += "\",";
  append_phone(to_, "recipient_id", subject.person);
  const auto what = static_cast<timer_kind>(item.kind);
  if (what != timer_kind::failed) {
    to_ += R"("recipient_user_id":")";
    append_user_id(to_, subject.person);
    to_ += "\",";
  }
  if (!subject.callback_data.empty()) {
    to_ += R"("biz_opaque_callback_data":)";
    core::append_json_string(to_, subject.callback_data);
    to_ += ',';
  }
  if (what == timer_kind::failed) {
    to_ += R"("errors":[)";
    append_status_error(to_, error_of(subject.failure));
    to_ += "]}";
    return;
  }
  if (what != timer_kind::read) {
    to_ += R"("pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":")";
    to_ += subject.category.empty() ? "service" : subject.category;
    to_ += "\"},";
  }
  to_.back() = '}';
}

void webhook_body::add_message(const webhook_item& item, const webhook_subject& subject) {
  to_ += '{';
  append_phone(to_, "from", subject.person);
  to_ += R"("from_user_id":")";
  append_user_id(to_, subject.person);
  to_ += R"(","id":")";
  append_wamid(to_, subject.person, run_, item.message | inbound_mark);
  to_ += R"(","timestamp":")";
  to_ += std::to_string(item.at_ms / 1000);
  to_ += R"(","context":{"from":")";
  to_ += display_number(subject.number_id);
  to_ += R"(","id":")";
  append_wamid(to_, subject.person, run_, item.message);
  to_ += R"("},"type":"text","text":{"body":")";
  to_ += static_cast<timer_kind>(item.kind) == timer_kind::stop_word
             ? stop_words[mix(subject.person) % stop_words.size()]
             : answers[mix(subject.person) % answers.size()];
  to_ += "\"}}";
}

void webhook_body::add_preference(const webhook_item& item, const webhook_subject& subject) {
  to_ += '{';
  append_phone(to_, "wa_id", subject.person);
  to_ += R"("user_id":")";
  append_user_id(to_, subject.person);
  to_ +=
      R"(","detail":"User requested to stop marketing messages","category":"marketing_messages","value":"stop","timestamp":)";
  to_ += std::to_string(item.at_ms / 1000);
  to_ += '}';
}

void webhook_body::finish() {
  close();
  to_ += "]}]}";
}

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::string out;
  core::append_hex(out, {digest.data(), size});
  return out;
}

} // namespace stentor::load
