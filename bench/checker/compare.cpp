#include "bench/checker/orders.hpp"
#include "bench/checker/rates.hpp"
#include "bench/checker/truth_report.hpp"
#include "bench/simulator/scripted_outcome.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <unordered_map>
#include <unordered_set>

namespace stentor::load {
namespace {

constexpr std::int64_t second_us = 1'000'000;

/// An accepted message of a campaign of this database.
struct acceptance {
  const ground_truth::request* request = nullptr;
  std::int32_t campaign = 0;
  std::int32_t seq = 0;
  std::int32_t attempt = 0;
  /// When it failed, 0 = it did not. From then on the daemon may have known: the answer to the
  /// status can get lost behind its commit.
  std::int64_t failed_us = 0;
};

/// What the statuses acknowledged with 200 say of a recipient, as bits.
enum : unsigned {
  saw_sent = 1,
  saw_delivered = 2,
  saw_read = 4,
  saw_failed = 8,
  saw_response = 16
};

std::uint64_t key_of(std::int32_t campaign, std::int32_t seq) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(campaign)) << 32U |
         static_cast<std::uint32_t>(seq);
}

const recipient_row* row_of(const database_rows& database, const acceptance& of) {
  const auto at = database.find(of.campaign);
  if (at == database.end() || of.seq < 1 ||
      static_cast<std::size_t>(of.seq) > at->second.by_seq.size())
    return nullptr;
  return &at->second.by_seq[static_cast<std::size_t>(of.seq) - 1];
}

std::vector<acceptance> acceptances_of(const ground_truth& facts, const database_rows& database,
                                       std::int32_t campaign, truth_report& report) {
  std::vector<acceptance> all;
  for (const auto& request : facts.requests) {
    if (request.code != 0)
      continue;
    acceptance one{&request};
    const bool ours =
        parse_callback_data(facts.callback_data(request), one.campaign, one.seq, one.attempt) &&
        row_of(database, one) != nullptr;
    if (!ours)
      ++report.foreign;
    else if (campaign == 0 || campaign == one.campaign)
      all.push_back(one);
  }
  std::sort(all.begin(), all.end(), [](const acceptance& a, const acceptance& b) {
    return a.request->message < b.request->message;
  });
  return all;
}

/// A message that was accepted may be followed by another one to the same person only after it
/// failed.
void count_duplicates(const std::vector<acceptance>& all, const database_rows& database,
                      truth_report& report) {
  std::unordered_map<std::uint64_t, const acceptance*> by_recipient;
  std::unordered_map<std::uint64_t, const acceptance*> by_person;
  for (const auto& each : all) {
    const auto open_since = [&](auto& map, std::uint64_t key) {
      const auto*& last = map[key];
      const auto* before = last;
      last = &each;
      return before != nullptr &&
                     (before->failed_us == 0 || before->failed_us > each.request->latest_us)
                 ? before
                 : nullptr;
    };
    const auto* recipient = open_since(by_recipient, key_of(each.campaign, each.seq));
    const auto* person = open_since(
        by_person, mix(each.request->person) ^
                       mix(static_cast<std::uint64_t>(static_cast<std::uint32_t>(each.campaign))));
    if (recipient == nullptr && person == nullptr)
      continue;
    const bool allowed = recipient != nullptr && each.attempt > recipient->attempt &&
                         database.at(each.campaign).in_doubt_policy == "resend";
    ++(allowed ? report.resent : report.duplicates);
  }
}

/// Whom the simulator has seen a request for, with whatever answer.
std::unordered_set<std::uint64_t> requested_of(const ground_truth& facts) {
  std::unordered_set<std::uint64_t> all;
  std::int32_t campaign = 0;
  std::int32_t seq = 0;
  std::int32_t attempt = 0;
  for (const auto& request : facts.requests)
    if (parse_callback_data(facts.callback_data(request), campaign, seq, attempt))
      all.insert(key_of(campaign, seq));
  return all;
}

/// Whether the doubt began when a cut was noticed.
bool was_cut(const recipient_row& row, const std::vector<std::int64_t>& cuts) {
  constexpr std::int64_t noticed_us = 1'000'000;
  return std::any_of(cuts.begin(), cuts.end(), [&](std::int64_t cut_us) {
    const auto since_us = row.doubted_ms * 1'000 - cut_us;
    return since_us >= -1'000 && since_us < noticed_us; // a row knows milliseconds only
  });
}

void count_states(const ground_truth& facts, const database_rows& database, std::int32_t campaign,
                  const std::unordered_map<std::uint64_t, unsigned>& accepted,
                  const std::vector<std::int64_t>& cuts, truth_report& report) {
  const auto requested = requested_of(facts);
  for (const auto& [number, rows] : database) {
    if (campaign != 0 && number != campaign)
      continue;
    const bool over = rows.status == "completed" || rows.status == "failed" ||
                      rows.status == "expired" || rows.status == "cancelled";
    // What a campaign ends with explains those it never came to.
    const bool explained =
        rows.status == "cancelled" || rows.status == "expired" || rows.status == "failed";
    for (std::size_t i = 0; i < rows.by_seq.size(); ++i) {
      const auto& row = rows.by_seq[i];
      ++report.recipients;
      report.screened += row.screen != 0 ? 1 : 0;
      const auto key = key_of(number, static_cast<std::int32_t>(i) + 1);
      const bool doubted = row.state == 'i' || row.state == 'h';
      report.in_doubt += doubted ? 1 : 0;
      const bool unsent = doubted && !requested.contains(key);
      report.in_doubt_unsent += unsent ? 1 : 0;
      report.in_doubt_cut += unsent && was_cut(row, cuts) ? 1 : 0;
      const bool was_accepted = accepted.contains(key);
      const bool known = row.accepted_ms != 0 || row.sent_ms != 0 || row.delivered_ms != 0 ||
                         row.read_ms != 0 || row.failed_ms != 0 || row.rejected_ms != 0 ||
                         row.opted_out_ms != 0 || doubted;
      if (was_accepted && !known)
        ++report.unknown_acceptances;
      if (row.screen != 0 || was_accepted)
        continue;
      const bool claims_sent =
          row.state == 's' || row.state == 'd' || row.state == 'r' || row.state == 'a';
      const bool open = row.state == 'p' || row.state == 'q';
      if (claims_sent || (open && over && !explained))
        ++report.lost;
      else if (open && !over)
        ++report.unfinished;
    }
  }
}

bool shows(const recipient_row& row, unsigned seen) {
  const bool failed = row.failed_ms != 0 || row.rejected_ms != 0 || row.opted_out_ms != 0;
  return ((seen & saw_sent) == 0 || row.sent_ms != 0) &&
         ((seen & saw_delivered) == 0 || row.delivered_ms != 0) &&
         ((seen & saw_read) == 0 || row.read_ms != 0) && ((seen & saw_failed) == 0 || failed) &&
         ((seen & saw_response) == 0 || row.responded_ms != 0 || row.opted_out_ms != 0);
}

unsigned bit_of(std::uint16_t kind) {
  switch (static_cast<timer_kind>(kind)) {
  case timer_kind::sent:
    return saw_sent;
  case timer_kind::delivered:
    return saw_delivered;
  case timer_kind::read:
    return saw_read;
  case timer_kind::failed:
    return saw_failed;
  default:
    return saw_response;
  }
}

/// Reads the statuses: what each recipient must show, and when each message failed.
std::unordered_map<std::uint64_t, unsigned> seen_of(const ground_truth& facts,
                                                    std::vector<acceptance>& all) {
  std::unordered_map<std::uint64_t, acceptance*> by_message;
  std::unordered_map<std::uint64_t, unsigned> seen;
  for (auto& each : all) {
    by_message.emplace(each.request->message, &each);
    seen[key_of(each.campaign, each.seq)] |= 0U;
  }
  for (const auto& status : facts.statuses) {
    const auto at = by_message.find(status.message);
    if (at == by_message.end())
      continue;
    auto& of = *at->second;
    seen[key_of(of.campaign, of.seq)] |= bit_of(status.kind);
    const auto failed_us = std::min(status.at_ms * 1'000, status.acknowledged_us);
    if (status.kind == static_cast<std::uint16_t>(timer_kind::failed) &&
        (of.failed_us == 0 || failed_us < of.failed_us))
      of.failed_us = failed_us;
  }
  return seen;
}

void count_rates(const ground_truth& facts, truth_report& report) {
  std::vector<std::vector<const ground_truth::request*>> by_number(facts.numbers.size());
  for (const auto& request : facts.requests)
    if (request.number < by_number.size())
      by_number[request.number].push_back(&request);
  double used = 0;
  double allowed = 0;
  for (std::size_t i = 0; i < by_number.size(); ++i) {
    auto& requests = by_number[i];
    const double rate = facts.numbers[i].rate;
    if (rate <= 0 || requests.empty())
      continue;
    std::stable_sort(requests.begin(), requests.end(),
                     [](const auto* a, const auto* b) { return a->latest_us < b->latest_us; });
    const auto counted = count_rate_violations(requests, rate);
    report.rate_violations += counted.certain;
    report.rate_violations_strict += counted.strict;
    used += static_cast<double>(requests.size());
    allowed +=
        1 + rate * static_cast<double>(requests.back()->latest_us - requests.front()->latest_us) /
                second_us;
  }
  report.utilisation = allowed > 0 ? used / allowed : 0;
}

} // namespace

bool parse_callback_data(std::string_view text, std::int32_t& campaign, std::int32_t& seq,
                         std::int32_t& attempt) {
  if (text.substr(0, 3) != "v1:")
    return false;
  const char* at = text.data() + 3;
  const char* const end = text.data() + text.size();
  for (auto* to : {&campaign, &seq, &attempt}) {
    const auto [next, failed] = std::from_chars(at, end, *to, 36);
    if (failed != std::errc{} || next == end || *next != ':')
      return false;
    at = next + 1;
  }
  return true;
}

char state_letter(std::string_view state) {
  if (state == "sending")
    return 'q';
  if (state == "responded")
    return 'a';
  return state.empty() ? 'p' : state.front();
}

truth_report compare(const ground_truth& facts, const database_rows& database,
                     std::int32_t campaign, const witness& beside) {
  if (!beside.blurs.empty()) {
    auto clear = beside;
    clear.blurs.clear();
    return compare(blurred(facts, beside.blurs), database, campaign, clear);
  }
  truth_report report;
  report.requests = facts.requests.size();
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = 0;
  for (const auto& request : facts.requests) {
    ++(request.code == 0 ? report.accepted : report.refused);
    if (request.code == 0) {
      first = std::min(first, request.latest_us);
      last = std::max(last, request.latest_us);
    }
  }
  report.seconds = last > first ? static_cast<double>(last - first) / second_us : 0;
  auto all = acceptances_of(facts, database, campaign, report);
  const auto seen = seen_of(facts, all);
  count_duplicates(all, database, report);
  count_states(facts, database, campaign, seen, beside.cuts, report);
  for (const auto& [key, bits] : seen) {
    const acceptance of{nullptr, static_cast<std::int32_t>(key >> 32U),
                        static_cast<std::int32_t>(key & 0xffffffffU)};
    report.wrong_states += shows(*row_of(database, of), bits) ? 0 : 1;
  }
  count_rates(facts, report);
  count_orders(facts, beside, report);
  count_rows(database, campaign, beside, report);
  report.leaks = beside.leaks;
  return report;
}

} // namespace stentor::load
