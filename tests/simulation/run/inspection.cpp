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
  std::map<core::number_no, std::int64_t> claimed;
  for (const auto& [id, c] : database.claims)
    if (!c.free && c.seqs.empty() && owned(c.number, c.epoch))
      claimed[c.number] += c.to - c.mark;
  for (const auto& [who, r] : database.retries)
    if (r.on_its_way() && owned(r.number, r.epoch))
      ++claimed[r.number];
  for (const auto& [number, count] : claimed)
    if (auto found = held_to(static_cast<double>(count), claimed_max,
                             of.rates.at(static_cast<std::size_t>(number.value()) - 1), "claimed"))
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
