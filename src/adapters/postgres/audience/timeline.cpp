/// The admin store's answer to "why": one recipient with everything that happened, each in a
/// sentence. See admin_store.hpp.

#include "adapters/postgres/campaign/admin_store_parts.hpp"

#include "stentor/core/delivery/error_policy.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;
using nlohmann::json;

namespace {

/// The batches hold whole commits as arrays, so the search reads one integer array per commit, and
/// the other columns only of the hits. Meta's own times are whole seconds; they are put at the end
/// of theirs, behind what happened here in the same second. $1 = campaign, $2 = seq.
const std::string events_sql = R"sql(
SELECT k.name, b.attempt[i], b.code[i], coalesce(b.text[i], ''), to_jsonb(to_timestamp(b.at_ms[i] / 1000.0)) #>> '{}', n.phone_number_id,
       b.writer, b.batch
FROM delivery_batch b
CROSS JOIN LATERAL unnest(array_positions(b.seq, $2::int)) AS i
JOIN event_kind k ON k.code = b.kind[i]
LEFT JOIN number n ON n.no = b.number[i]
WHERE b.campaign[i] = $1::int AND b.committed_at >= (SELECT created_at FROM campaign WHERE no = $1::int)
ORDER BY b.at_ms[i] + CASE WHEN b.kind[i] IN (2, 3, 4, 5) AND b.at_ms[i] % 1000 = 0 THEN 999 ELSE 0 END,
         b.attempt[i], b.kind[i])sql";

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
  if (kind == "unsendable")
    return "The message could not be built" + because(text, code) + ".";
  return kind;
}

std::optional<std::int64_t> number_in(std::string_view text, int base = 10) {
  std::int64_t n = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), n, base);
  if (problem != std::errc{} || end != text.data() + text.size() || n <= 0)
    return std::nullopt;
  return n;
}

} // namespace

core::result<std::string> admin_store_on_postgres::recipient_timeline(const principal& who,
                                                                      std::string_view id,
                                                                      std::string_view recipient) {
  const error missing{errc::not_found, "the campaign has no such recipient; give its id, its place "
                                       "on the list, or a phone number such as +4915112345678"};
  const auto no = campaign_no_of(who, id);
  if (!no)
    return no.problem();
  std::optional<std::int64_t> seq;
  if (recipient.size() == 36) { // the last 32 bits of the id are the seq
    seq = number_in(recipient.substr(28), 16);
  } else if (!recipient.starts_with('+') && recipient.size() <= 7) {
    seq = number_in(recipient);
  }
  params p;
  p.integer(*no);
  std::string which;
  if (seq) {
    p.integer(*seq);
    which = " AND r.seq = $2::int8" +
            std::string{recipient.size() == 36 ? " AND r.id::text = lower($3)" : ""};
    if (recipient.size() == 36)
      p.text(recipient);
  } else {
    const auto phone = phones_.parse(recipient, options_.default_region);
    const auto digits = phone.digits != 0 ? static_cast<std::int64_t>(phone.digits)
                                          : number_in(recipient).value_or(0);
    if (digits == 0)
      return missing;
    p.integer(digits);
    // Of several lines with this number the first one counts; a place on a very long list reads
    // like a number too.
    which = " AND r.seq = (SELECT s FROM (SELECT seq AS s, 1 AS o FROM campaign_recipient WHERE "
            "campaign_no = $1::int AND phone = $2::int8 "
            "UNION ALL SELECT $2::int8, 2 WHERE $2::int8 < 2147483648) f ORDER BY o, s LIMIT 1)";
  }
  auto found = ask("SELECT r.seq, to_jsonb(r) - 'campaign_no', s.meaning, r.screen_reason FROM "
                   "recipient r LEFT JOIN screen_reason s ON "
                   "s.name = r.screen_reason WHERE r.campaign_no = $1::int" +
                       which,
                   std::move(p));
  if (!found)
    return found.problem();
  if (found->empty())
    return missing;
  json answer{{"events", json::array()}};
  const auto row = json::parse(found->text(0, 1));
  for (const auto& [key, value] : row.items()) { // snake_case into the API's camelCase
    std::string camel;
    for (std::size_t i = 0; i < key.size(); ++i)
      camel +=
          key[i] == '_' && i + 1 < key.size() ? static_cast<char>(key[++i] - 'a' + 'A') : key[i];
    answer["recipient"][camel] = value;
  }
  if (!found->is_null(0, 2))
    answer["events"].push_back({{"kind", "screened"},
                                {"at", nullptr},
                                {"reason", found->string(0, 3)},
                                {"what", "Not sent: " + found->string(0, 2)}});
  params e;
  e.integer(*no).integer(found->integer(0, 0));
  auto events = ask(events_sql, std::move(e));
  if (!events)
    return events.problem();
  for (int i = 0; i < events->size(); ++i)
    answer["events"].push_back(
        {{"kind", events->string(i, 0)},
         {"attempt", events->integer(i, 1)},
         {"code", events->integer(i, 2)},
         {"text", events->string(i, 3)},
         {"at", events->string(i, 4)},
         {"phoneNumberId", events->is_null(i, 5) ? json{} : json(events->string(i, 5))},
         {"what", sentence(events->string(i, 0), events->integer(i, 1), events->integer(i, 2),
                           events->string(i, 3))}});
  params r;
  r.integer(*no).integer(found->integer(0, 0));
  auto more = ask("SELECT coalesce((SELECT jsonb_agg(jsonb_build_object('kind', 'inbound', 'at', "
                  "m.received_at, 'type', m.type, 'text', m.text, 'what', CASE m.type WHEN "
                  "'user_preferences' THEN 'The person stopped marketing messages in WhatsApp.' "
                  "ELSE 'A message came in from the person.' END) ORDER BY m.received_at) FROM "
                  "inbound_message m WHERE m.campaign_no = $1::int AND m.seq = $2::int), '[]'), "
                  "(SELECT jsonb_build_object('dueAt', to_timestamp(due_ms / 1000.0), 'attempt', "
                  "attempt) FROM retry_queue "
                  "WHERE campaign_no = $1::int AND seq = $2::int AND state < 2)",
                  std::move(r));
  if (!more)
    return more.problem();
  answer["inbound"] = json::parse(more->text(0, 0));
  answer["retry"] = more->is_null(0, 1) ? json{} : json::parse(more->text(0, 1));
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace stentor::postgres
