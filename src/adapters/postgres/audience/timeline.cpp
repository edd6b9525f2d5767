#include "adapters/postgres/audience/timeline.hpp"

#include "adapters/postgres/audience/history.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/audience/recipient_id.hpp"
#include "stentor/core/audience/screening.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/core/delivery/history.hpp"

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
  if (code <= 0 && all.ends_with('.')) // what follows ends the sentence
    all.pop_back();
  if (code > 0) {
    const auto meaning = core::rule_for(static_cast<std::int32_t>(code)).meaning;
    all += " (" + std::to_string(code) + (meaning.empty() ? "" : ", " + std::string{meaning}) + ")";
  }
  return all;
}

core::sentence_params reason_params(core::screen_reason reason) {
  return {{"reason", std::string{core::meaning_of(reason)}},
          {"reason_code", std::string{core::to_string(reason)}}};
}

/// What happened to one try of a message, for people.
std::optional<core::sentence> about_try(const std::string& kind, std::int64_t attempt,
                                        const core::sentence_params& because) {
  auto params = because;
  params.emplace_back("try", std::to_string(attempt + 1));
  const auto number = core::sentence_params{params.back()};
  if (kind == "accepted")
    return core::make_sentence("event_accepted", "Try {try}: Meta accepted the message.", number);
  if (kind == "sent")
    return core::make_sentence("event_sent", "Try {try}: Meta sent the message on.", number);
  if (kind == "failed")
    return core::make_sentence("event_failed", "Try {try}: It failed for good{because}.", params);
  if (kind == "rejected")
    return core::make_sentence(
        "event_rejected", "Try {try}: Meta refused for the moment{because}; a retry was queued.",
        params);
  if (kind == "in_doubt")
    return core::make_sentence("event_in_doubt",
                               "Try {try}: The answer was lost, so Meta may or may not have "
                               "received it; its status webhook will tell.",
                               number);
  if (kind == "paced")
    return core::make_sentence(
        "event_paced",
        "Try {try}: Meta took the message and holds it back while it looks how people like the "
        "template; a receipt or a refusal will tell. It is not sent again.",
        number);
  return std::nullopt;
}

/// The same of what concerns the person.
core::sentence about_person(const std::string& kind, const std::string& text,
                            const core::sentence_params& because) {
  if (kind == "delivered")
    return core::make_sentence("event_delivered", "The message reached the phone.");
  if (kind == "read")
    return core::make_sentence("event_read", "The person read the message.");
  if (kind == "opted_out")
    return core::make_sentence("event_opted_out",
                               "The person does not want messages{because}; nothing more is sent.",
                               because);
  if (kind == "expired")
    return core::make_sentence("event_expired",
                               "The campaign ended before this person's turn came.");
  if (kind == "cancelled")
    return core::make_sentence("event_cancelled",
                               "The campaign was cancelled before this person's turn came.");
  if (kind == "responded")
    return text.empty() ? core::make_sentence("event_responded", "The person answered.")
                        : core::make_sentence("event_responded_text", "The person answered: {text}",
                                              {{"text", text}});
  if (kind == "held")
    return core::make_sentence(
        "event_held",
        "Nothing told whether Meta received it; it is held for an operator to decide.");
  if (kind == "reopened")
    return core::make_sentence("event_reopened", "An operator lets it be sent again.");
  if (kind == "retracted")
    return core::make_sentence("event_retracted",
                               "Taken back before it was sent, because Meta made the template one "
                               "for marketing: {reason}",
                               because);
  if (kind == "unsendable")
    return core::make_sentence("event_unsendable", "The message could not be built{because}.",
                               because);
  return core::bare_text(kind);
}

/// One event as a sentence. `because` is what Meta said and means by its error, which `error` and
/// `detail` tell apart.
core::sentence about_event(const std::string& kind, std::int64_t attempt, std::int64_t code,
                           const std::string& text) {
  const core::sentence_params because_of{
      {"because", because(text, code)}, {"error", std::to_string(code)}, {"detail", text}};
  if (auto s = about_try(kind, attempt, because_of))
    return *std::move(s);
  if (kind == "retracted")
    return about_person(kind, text, reason_params(static_cast<core::screen_reason>(code)));
  return about_person(kind, text, because_of);
}

core::sentence about_inbound(const std::string& type) {
  return type == "user_preferences"
             ? core::make_sentence("inbound_stop",
                                   "The person stopped marketing messages in WhatsApp.")
             : core::make_sentence("inbound_message", "A message came in from the person.");
}

core::sentence not_sent(core::screen_reason reason) {
  return core::make_sentence("event_screened", "Not sent: {reason}", reason_params(reason));
}

/// @param winner its name; empty: it is gone
core::sentence given_up_to(const std::string& winner) {
  if (winner.empty())
    return core::make_sentence("event_given_up_gone",
                               "Not sent: a campaign with a higher priority, which is gone by now, "
                               "took the last message that the person may get at this time.");
  return core::make_sentence("event_given_up",
                             "Not sent: the campaign {campaign} has a higher priority and took the "
                             "last message that the person may get at this time.",
                             {{"campaign", winner}});
}

core::sentence waits_until(const std::string& when) {
  return core::make_sentence("event_waits_for_cap",
                             "Waits until {at}: the person got enough marketing lately.",
                             {{"at", when}});
}

json shown(const core::sentence& s) {
  return json::parse(core::to_json(s));
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (problem != std::errc{} || end != text.data() + text.size() || n <= 0)
    return std::nullopt;
  return n;
}

json event_json(const core::delivery_event& e, json phone_number_id) {
  const std::string kind{core::to_string(e.kind)};
  const std::string text{e.text};
  return {{"kind", kind},
          {"attempt", e.attempt},
          {"code", e.code},
          {"text", text},
          {"at", core::to_text(core::wall_time{std::chrono::milliseconds{e.at_ms}})},
          {"phoneNumberId", std::move(phone_number_id)},
          {"what", shown(about_event(kind, e.attempt, e.code, text))}};
}

/// What is left of a history whose events are gone.
json remainder_json(const core::delivery& row, std::span<const core::delivery_event> found) {
  json all = json::array();
  all.push_back({{"kind", "trimmed"},
                 {"at", nullptr},
                 {"what", shown(core::make_sentence(
                              "history_trimmed",
                              "Single events of this person are older than they are kept "
                              "(retention.ledger) and are gone; what follows is what is known of "
                              "their times."))}});
  for (const auto& e : core::told_by_row(row, found))
    all.push_back(event_json(e, nullptr));
  return all;
}

core::status add_events(connection& db, const timeline_request& wanted, std::int64_t seq,
                        json& answer) {
  auto history = read_history(db, wanted.campaign, static_cast<core::recipient_seq>(seq));
  if (!history)
    return history.error();
  if (!history->complete)
    for (auto& e : remainder_json(history->row, history->events))
      answer["events"].push_back(std::move(e));
  for (std::size_t i = 0; i < history->events.size(); ++i)
    answer["events"].push_back(event_json(
        history->events[i],
        history->phone_number_ids[i].empty() ? json{} : json(history->phone_number_ids[i])));
  return core::ok{};
}

core::status add_surroundings(connection& db, core::campaign_no campaign, std::int64_t seq,
                              json& answer) {
  auto around = db.call("timeline_around", params{}.integer(campaign).integer(seq));
  if (!around)
    return around.error();
  const row_reader row{*around};
  answer["inbound"] = json::parse(row.text("inbound"));
  for (auto& message : answer["inbound"])
    message["what"] = shown(about_inbound(message.value("type", "")));
  answer["retry"] = row.is_null("retry") ? json{} : json::parse(row.text("retry"));
  return core::ok{};
}

core::result<std::string> timeline_in(connection& db, const timeline_request& wanted,
                                      std::int64_t seq, const core::error& missing) {
  auto found = db.call("timeline_recipient", params{}.integer(wanted.campaign).integer(seq));
  if (!found)
    return found.error();
  if (found->empty())
    return missing;
  const row_reader row{*found};
  json answer{{"events", json::array()}, {"recipient", json::parse(row.text("recipient"))}};
  if (const auto reason = row.id<core::screen_reason>("screen");
      reason != core::screen_reason::none)
    answer["events"].push_back(
        {{"kind", "screened"},
         {"at", nullptr},
         {"reason", core::to_string(reason)},
         {"what", shown(row.is_null("given_up_to") ? not_sent(reason)
                                                   : given_up_to(row.string("given_up_to")))}});
  if (!row.is_null("waits_until"))
    answer["events"].push_back({{"kind", "waits"},
                                {"at", nullptr},
                                {"what", shown(waits_until(row.string("waits_until")))}});
  if (auto s = add_events(db, wanted, seq, answer); !s)
    return s.error();
  if (auto s = add_surroundings(db, wanted.campaign, seq, answer); !s)
    return s.error();
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace

core::result<std::optional<std::int64_t>> place_of_recipient(query_pool& pool,
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

core::result<std::string> recipient_timeline(query_pool& pool, const timeline_request& wanted) {
  const core::error missing{core::errc::not_found,
                            "the campaign has no such recipient; give its id, its place on the "
                            "list, or a phone number such as +4915112345678"};
  auto place = place_of_recipient(pool, wanted);
  if (!place)
    return place.error();
  if (!*place)
    return missing;
  return pool.in_transaction([&](connection& db) -> core::result<std::string> {
    return timeline_in(db, wanted, **place, missing);
  });
}

} // namespace stentor::postgres
