#include "bench/checker/orders.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <unordered_map>

namespace stentor::load {
namespace {

/// The import's reason for a person who stands on the list a second time (screen_reason).
constexpr std::int32_t screened_duplicate = 2;
/// For so long an order without an answer may still be on its way.
constexpr std::int64_t lingering_us = 60'000'000;

/// A time in which a campaign surely had to be silent.
struct silence {
  std::int64_t from_us = 0;
  std::int64_t until_us = std::numeric_limits<std::int64_t>::max();
  bool cancelled = false;
};

bool same_campaign(const operator_act& a, const operator_act& b) {
  return a.campaign == b.campaign && a.what != operator_act::kind::stop_person &&
         b.what != operator_act::kind::stop_person;
}

/// Whether a resume that nobody answered may be carried out after this pause.
bool disputed(const operator_act& pause, const std::vector<operator_act>& acts) {
  return std::any_of(acts.begin(), acts.end(), [&](const operator_act& other) {
    return same_campaign(pause, other) && other.what == operator_act::kind::resume &&
           other.answered_us == 0 && other.asked_us <= pause.asked_us &&
           other.asked_us > pause.asked_us - lingering_us;
  });
}

std::unordered_map<std::int32_t, std::vector<silence>>
silences_of(const std::vector<operator_act>& acts, std::int64_t grace_us) {
  std::unordered_map<std::int32_t, std::vector<silence>> all;
  for (const auto& act : acts) {
    const bool cancels = act.what == operator_act::kind::cancel;
    if (act.answered_us == 0 || (act.what != operator_act::kind::pause && !cancels) ||
        (!cancels && disputed(act, acts)))
      continue;
    silence made{.from_us = act.answered_us + grace_us, .cancelled = cancels};
    for (const auto& later : acts)
      if (!cancels && same_campaign(act, later) && later.what == operator_act::kind::resume &&
          later.asked_us >= act.asked_us)
        made.until_us = std::min(made.until_us, later.asked_us);
    all[act.campaign].push_back(made);
  }
  return all;
}

/// From when on nothing may be written to a person.
std::unordered_map<std::uint64_t, std::int64_t> stops_of(const ground_truth& facts,
                                                         const witness& beside) {
  std::unordered_map<std::uint64_t, std::int64_t> all;
  const auto stop = [&](std::uint64_t person, std::int64_t at_us) {
    const auto [at, fresh] = all.emplace(person, at_us);
    if (!fresh)
      at->second = std::min(at->second, at_us);
  };
  for (const auto& each : facts.stops)
    stop(each.person, each.acknowledged_us);
  for (const auto& act : beside.acts)
    if (act.what == operator_act::kind::stop_person && act.answered_us != 0)
      stop(act.person, act.answered_us);
  return all;
}

campaign_counters recount(const campaign_rows& of) {
  campaign_counters sum;
  for (const auto& row : of.by_seq) {
    const bool read = row.read_ms != 0;
    const bool delivered = read || row.delivered_ms != 0;
    ++sum.total;
    sum.screened += row.screen != 0 ? 1 : 0;
    sum.read += read ? 1 : 0;
    sum.delivered += delivered ? 1 : 0;
    sum.sent += delivered || row.accepted_ms != 0 || row.sent_ms != 0 ? 1 : 0;
    sum.responded += row.responded_ms != 0 ? 1 : 0;
    sum.failed += row.state == 'f' ? 1 : 0;
    sum.opted_out += row.opted_out_ms != 0 ? 1 : 0;
    sum.in_doubt += row.state == 'i' || row.state == 'h' ? 1 : 0;
  }
  return sum;
}

std::uint64_t count_differences(const campaign_counters& told, const campaign_counters& counted) {
  std::uint64_t n = 0;
  for (const auto each :
       {&campaign_counters::total, &campaign_counters::screened, &campaign_counters::sent,
        &campaign_counters::delivered, &campaign_counters::read, &campaign_counters::responded,
        &campaign_counters::failed, &campaign_counters::opted_out, &campaign_counters::in_doubt})
    n += told.*each != counted.*each ? 1 : 0;
  return n;
}

std::uint64_t count_missing(const imported_list& list, const database_rows& database) {
  std::unordered_map<std::uint64_t, unsigned> there;
  if (const auto at = database.find(list.campaign); at != database.end())
    for (const auto& row : at->second.by_seq)
      if (row.screen != screened_duplicate)
        ++there[row.phone];
  std::uint64_t missing = 0;
  for (const auto person : list.people) {
    const auto at = there.find(person);
    missing += at == there.end() || at->second != 1 ? 1 : 0;
  }
  return missing;
}

std::string action_of(operator_act::kind what) {
  switch (what) {
  case operator_act::kind::pause:
    return "campaign.pause";
  case operator_act::kind::resume:
    return "campaign.resume";
  case operator_act::kind::cancel:
    return "campaign.cancel";
  case operator_act::kind::stop_person:
    break;
  }
  return "suppression.add";
}

/// Orders that were acknowledged more often than the audit log knows of them.
std::uint64_t count_unaudited(const witness& beside, const database_rows& database) {
  audit_counts owed;
  for (const auto& act : beside.acts) {
    if (act.answered_us == 0)
      continue;
    const auto at = database.find(act.campaign);
    const bool of_campaign = act.what != operator_act::kind::stop_person;
    ++owed[{action_of(act.what), of_campaign && at != database.end() ? at->second.id : ""}];
  }
  std::uint64_t missing = 0;
  for (const auto& [key, count] : owed) {
    const auto at = beside.audits->find(key);
    const auto there = at == beside.audits->end() ? 0 : at->second;
    missing += count > there ? count - there : 0;
  }
  return missing;
}

/// Whom a campaign that is neither a draft nor over still owes an end.
std::uint64_t count_waiting(const campaign_rows& rows) {
  if (rows.status != "sending" && rows.status != "paused")
    return 0;
  return static_cast<std::uint64_t>(
      std::count_if(rows.by_seq.begin(), rows.by_seq.end(), [](const recipient_row& row) {
        return row.screen == 0 && (row.state == 'p' || row.state == 'q' || row.state == 'i');
      }));
}

} // namespace

std::vector<std::uint64_t> listed_people(std::string_view csv) {
  std::vector<std::uint64_t> people;
  while (!csv.empty()) {
    const auto line = csv.substr(0, csv.find('\n'));
    csv.remove_prefix(std::min(csv.size(), line.size() + 1));
    std::uint64_t person = 0;
    const auto plus = line.find('+');
    if (plus != std::string_view::npos &&
        std::from_chars(line.data() + plus + 1, line.data() + line.size(), person).ec ==
            std::errc{})
      people.push_back(person);
  }
  return people;
}

ground_truth blurred(ground_truth facts, const std::vector<blurred_time>& blurs) {
  for (auto& request : facts.requests)
    for (const auto& blur : blurs)
      if (request.latest_us >= blur.from_us && request.latest_us <= blur.until_us)
        request.earliest_us = std::min(request.earliest_us, blur.from_us);
  return facts;
}

void count_orders(const ground_truth& facts, const witness& beside, truth_report& report) {
  const auto stops = stops_of(facts, beside);
  const auto silences = silences_of(beside.acts, beside.pause_grace_us);
  for (const auto& request : facts.requests) {
    if (const auto at = stops.find(request.person);
        at != stops.end() && request.earliest_us > at->second + beside.stop_grace_us)
      ++report.stop_violations;
    std::int32_t campaign = 0;
    std::int32_t seq = 0;
    std::int32_t attempt = 0;
    if (silences.empty() ||
        !parse_callback_data(facts.callback_data(request), campaign, seq, attempt))
      continue;
    const auto at = silences.find(campaign);
    if (at == silences.end())
      continue;
    for (const auto& each : at->second)
      if (request.earliest_us > each.from_us && request.latest_us < each.until_us) {
        ++(each.cancelled ? report.after_cancel : report.after_pause);
        break;
      }
  }
  if (beside.knows_stops)
    for (const auto& [person, at_us] : stops)
      report.forgotten_stops += beside.stopped.contains(person) ? 0 : 1;
}

void count_rows(const database_rows& database, std::int32_t campaign, const witness& beside,
                truth_report& report) {
  for (const auto& [number, rows] : database) {
    if (campaign != 0 && number != campaign)
      continue;
    if (rows.counters)
      report.wrong_counters += count_differences(*rows.counters, recount(rows));
    report.stuck += beside.over ? count_waiting(rows) : 0;
  }
  for (const auto& id : beside.messages)
    report.forgotten_messages += beside.known_messages.contains(id) ? 0 : 1;
  if (beside.audits)
    report.unaudited = count_unaudited(beside, database);
  for (const auto& list : beside.lists)
    if (campaign == 0 || list.campaign == campaign)
      report.missing += count_missing(list, database);
}

} // namespace stentor::load
