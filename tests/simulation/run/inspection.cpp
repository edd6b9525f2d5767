#include "tests/simulation/run/inspection.hpp"

#include "tests/simulation/run/canaries.hpp"

#include <algorithm>
#include <numeric>

namespace stentor::simulation {

namespace {

/// In seconds of sending: requests are unanswered for up to 3 s, commits for as long as they fail,
/// and the receipts of ten seconds, several of a message, come at once when a process thaws or Meta
/// has held them back.
constexpr double claimed_max = 16, waiting_max = 48;
/// Half a second of them is buffered, and the others are on their way.
constexpr double tried_again_max = 6;

std::optional<violation> held_to(double count, double seconds_max, double per_second,
                                 const char* what) {
  if (count <= seconds_max * per_second)
    return std::nullopt;
  return violation{"too much in memory", std::to_string(count) + " are " + what + ", with " +
                                             std::to_string(per_second) + " a second"};
}

} // namespace

std::optional<violation> too_many_claimed(const plan& of, const world& database) {
  const auto owned = [&](core::number_no number, core::lease_epoch epoch) {
    const auto lease = database.leases.find(number);
    return lease != database.leases.end() && lease->second.epoch == epoch;
  };
  std::map<core::number_no, std::int64_t> claimed, tried_again;
  for (const auto& [id, c] : database.claims)
    if (!c.free && c.seqs.empty() && owned(c.number, c.epoch))
      claimed[c.number] += c.to - c.mark;
  for (const auto& [who, r] : database.retries)
    if (r.on_its_way() && owned(r.number, r.epoch))
      ++tried_again[r.number];
  const auto rate_of = [&](core::number_no number) {
    return of.rates.at(static_cast<std::size_t>(number.value()) - 1);
  };
  for (const auto& [number, count] : tried_again) {
    claimed[number] += count;
    if (auto found = held_to(static_cast<double>(count), tried_again_max, rate_of(number),
                             "claimed to be tried again"))
      return found;
  }
  for (const auto& [number, count] : claimed)
    if (auto found = held_to(static_cast<double>(count), claimed_max, rate_of(number), "claimed"))
      return found;
  return std::nullopt;
}

std::optional<violation> too_many_waiting(const plan& of, std::size_t waiting) {
  return held_to(static_cast<double>(waiting), waiting_max,
                 std::accumulate(of.rates.begin(), of.rates.end(), 0.0),
                 "in the gateway or uncommitted");
}

std::optional<violation> without_a_mark(const world& database, const message_body& left) {
  const auto retry = database.retries.find({left.campaign, left.seq});
  for (const auto& [id, c] : database.claims) {
    // Who came back unsent may be in the claim of an earlier try, too.
    if (left.attempt > 0 && (retry == database.retries.end() || retry->second.claim != id))
      continue;
    auto place = left.seq;
    if (left.attempt > 0)
      place = static_cast<core::recipient_seq>(std::find(c.seqs.begin(), c.seqs.end(), left.seq) -
                                               c.seqs.begin() + 1);
    if (c.campaign == left.campaign && !c.free && c.epoch == left.epoch &&
        c.seqs.empty() == (left.attempt == 0) && c.from <= place && place <= c.to && c.mark < place)
      return violation{"without a mark", "campaign " + std::to_string(left.campaign) +
                                             " recipient " + std::to_string(left.seq)};
  }
  return std::nullopt;
}

std::optional<violation> in_a_foreign_language(const world& database, const message_body& left) {
  const auto own = database.row_of({left.campaign, left.seq}).lang;
  if (left.lang == own)
    return std::nullopt;
  return violation{"in a foreign language", "campaign " + std::to_string(left.campaign) +
                                                " recipient " + std::to_string(left.seq) +
                                                ": language " + std::to_string(left.lang) +
                                                " in place of " + std::to_string(own)};
}

bool refused(const ports::ledger_write& write) {
  return std::any_of(write.inbound.begin(), write.inbound.end(),
                     [](const auto& row) { return row.message_id.starts_with(refused_id); });
}

std::optional<violation> webhook_lost(const world& database,
                                      const ports::webhook_payload& payload) {
  for (const auto& s : payload.statuses)
    if (std::none_of(database.events.begin(), database.events.end(), [&](const ledger_event& e) {
          return e.who == recipient{s.campaign, s.seq} && e.attempt == s.attempt &&
                 (e.kind == s.kind || (s.kind == core::event_kind::failed && e.code == s.code));
        }))
      return violation{"webhook lost", "a status of campaign " + std::to_string(s.campaign) +
                                           " recipient " + std::to_string(s.seq)};
  for (const auto& i : payload.inbound) {
    const auto taken =
        std::any_of(database.inbound.begin(), database.inbound.end(),
                    [&](const auto& row) { return row.message_id == i.row.message_id; });
    const auto parked = std::any_of(database.others.begin(), database.others.end(),
                                    [&](const auto& row) { return row.payload == i.row.payload; });
    if (!taken && !(parked && i.row.message_id.starts_with(refused_id)))
      return violation{"webhook lost", "the reply " + i.row.message_id};
  }
  return std::nullopt;
}

void count_held(const world& database, const truth& known, report& to) {
  std::set<recipient> left;
  for (const auto& request : known.requests)
    left.insert({request.body.campaign, request.body.seq});
  for (const auto& [who, d] : database.deliveries)
    if (core::state_of(d) == core::delivery_state::held) {
      ++to.held;
      to.held_unsent += left.contains(who) ? 0 : 1;
    }
}

std::string open_rows(const world& database) {
  std::string text;
  for (const auto& [no, c] : database.campaigns)
    text += "campaign " + std::to_string(no) + " is " +
            std::string{core::to_string(c.terms.status)} + ", next " + std::to_string(c.next_seq) +
            " of " + std::to_string(c.terms.recipients_total) + "; ";
  return text + std::to_string(database.claims.size()) + " claims, " +
         std::to_string(database.doubts.size()) + " doubts, " +
         std::to_string(database.hopeful_retries()) + " retries, " +
         std::to_string(database.events.size() - database.folded) + " events to fold";
}

std::optional<violation> secret_in(const world& database) {
  for (const auto& [no, c] : database.campaigns)
    if (c.reason && canary_in(c.reason->text))
      return violation{"a secret in a reason", c.reason->text};
  for (const auto& [no, reason] : database.stopped_reasons)
    if (canary_in(reason.text))
      return violation{"a secret in a reason", reason.text};
  return std::nullopt;
}

} // namespace stentor::simulation
