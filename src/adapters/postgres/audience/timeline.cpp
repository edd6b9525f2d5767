#include "adapters/postgres/audience/timeline.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/audience/recipient_id.hpp"
#include "stentor/core/audience/screening.hpp"
#include "stentor/core/delivery/error_policy.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <optional>
#include <utility>

namespace stentor::postgres {

namespace {

using nlohmann::json;

constexpr std::size_t place_digits_max = 7; ///< longer digits are taken for a phone number
constexpr std::size_t uuid_size = 36;

std::string because(const std::string& text, std::int64_t code) {
  std::string all = text.empty() ? std::string{} : ": " + text;
  if (code > 0) {
    const auto meaning = core::rule_for(static_cast<std::int32_t>(code)).meaning;
    all += " (" + std::to_string(code) + (meaning.empty() ? "" : ", " + std::string{meaning}) + ")";
  }
  return all;
}

/// One event as a sentence for people.
std::string sentence(const std::string& kind, std::int64_t attempt, std::int64_t code,
                     const std::string& text) {
  const auto attempt_text = "Try " + std::to_string(attempt + 1) + ": ";
  if (kind == "accepted")
    return attempt_text + "Meta accepted the message.";
  if (kind == "sent")
    return attempt_text + "Meta sent the message on.";
  if (kind == "delivered")
    return "The message reached the phone.";
  if (kind == "read")
    return "The person read the message.";
  if (kind == "failed")
    return attempt_text + "It failed for good" + because(text, code) + ".";
  if (kind == "rejected")
    return attempt_text + "Meta refused for the moment" + because(text, code) +
           "; a retry was queued.";
  if (kind == "in_doubt")
    return attempt_text + "The answer was lost, so Meta may or may not have received it; its "
                          "status webhook will tell.";
  if (kind == "opted_out")
    return "The person does not want messages" + because(text, code) + "; nothing more is sent.";
  if (kind == "expired")
    return "The campaign ended before this person's turn came.";
  if (kind == "cancelled")
    return "The campaign was cancelled before this person's turn came.";
  if (kind == "responded")
    return "The person answered" + (text.empty() ? std::string{"."} : ": " + text);
  if (kind == "held")
    return "Nothing told whether Meta received it; it is held for an operator to decide.";
  if (kind == "paced")
    return attempt_text + "Meta took the message and holds it back while it looks how people like "
                          "the template; a receipt or a refusal will tell. It is not sent again.";
  if (kind == "retracted")
    return "Taken back before it was sent, because Meta made the template one for marketing: " +
           std::string{core::meaning_of(static_cast<core::screen_reason>(code))};
  if (kind == "unsendable")
    return "The message could not be built" + because(text, code) + ".";
  return kind;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc{} || end != text.data() + text.size() || n <= 0)
    return std::nullopt;
  return n;
}

/// The place on the list that is asked for; none when nobody can stand there.
core::result<std::optional<std::int64_t>> wanted_place(query_pool& pool,
                                                       const timeline_request& wanted) {
  using place = std::optional<std::int64_t>;
  const auto recipient = wanted.recipient;
  if (recipient.size() == uuid_size) {
    const auto seq = core::seq_of_recipient(recipient, wanted.campaign_id);
    return seq ? place{*seq} : place{};
  }
  if (!recipient.starts_with('+') && recipient.size() <= place_digits_max)
    if (const auto seq = number_in(recipient))
      return place{seq};
  const auto phone = wanted.phones->parse(recipient, wanted.region);
  const auto digits =
      phone.digits != 0 ? place{static_cast<std::int64_t>(phone.digits)} : number_in(recipient);
  if (!digits)
    return place{};
  auto r = pool.ask("timeline_seq_of_phone", params{}.integer(wanted.campaign).integer(*digits));
  if (!r)
    return r.error();
  return r->empty() ? place{} : place{row_reader{*r}.integer("seq")};
}

json event_json(const row_reader& row) {
  const auto kind = row.string("kind");
  const auto attempt = row.integer("attempt");
  const auto code = row.integer("code");
  const auto text = row.string("text");
  return {{"kind", kind},
          {"attempt", attempt},
          {"code", code},
          {"text", text},
          {"at", row.string("at")},
          {"phoneNumberId",
           row.is_null("phone_number_id") ? json{} : json(row.string("phone_number_id"))},
          {"what", sentence(kind, attempt, code, text)}};
}

core::status add_history(query_pool& pool, core::campaign_no campaign, std::int64_t seq,
                         json& answer) {
  auto events = pool.ask("timeline_events", params{}.integer(campaign).integer(seq));
  if (!events)
    return events.error();
  for (const auto row : each(*events))
    answer["events"].push_back(event_json(row));
  auto around = pool.ask("timeline_around", params{}.integer(campaign).integer(seq));
  if (!around)
    return around.error();
  const row_reader row{*around};
  answer["inbound"] = json::parse(row.text("inbound"));
  answer["retry"] = row.is_null("retry") ? json{} : json::parse(row.text("retry"));
  return core::ok{};
}

} // namespace

core::result<std::string> recipient_timeline(query_pool& pool, const timeline_request& wanted) {
  const core::error missing{core::errc::not_found,
                            "the campaign has no such recipient; give its id, its place on the "
                            "list, or a phone number such as +4915112345678"};
  auto place = wanted_place(pool, wanted);
  if (!place)
    return place.error();
  if (!*place)
    return missing;
  const auto seq = **place;
  auto found = pool.ask("timeline_recipient", params{}.integer(wanted.campaign).integer(seq));
  if (!found)
    return found.error();
  if (found->empty())
    return missing;
  const row_reader row{*found};
  json answer{{"events", json::array()}, {"recipient", json::parse(row.text("recipient"))}};
  if (const auto reason = row.id<core::screen_reason>("screen");
      reason != core::screen_reason::none)
    answer["events"].push_back({{"kind", "screened"},
                                {"at", nullptr},
                                {"reason", core::to_string(reason)},
                                {"what", "Not sent: " + std::string{core::meaning_of(reason)}}});
  if (auto s = add_history(pool, wanted.campaign, seq, answer); !s)
    return s.error();
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace stentor::postgres
