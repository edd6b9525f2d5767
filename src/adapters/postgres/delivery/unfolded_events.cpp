#include "adapters/postgres/delivery/unfolded_events.hpp"

#include "adapters/postgres/client/array_reader.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>

namespace stentor::postgres {

namespace {

/// So many batches come with one answer, which bounds its memory.
constexpr std::int64_t batches_per_answer = 64;

std::uint64_t key_of(std::int32_t campaign, core::recipient_seq seq) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(campaign)) << 32U |
         static_cast<std::uint32_t>(seq);
}

} // namespace

void unfolded_events::want(core::campaign_no campaign, core::recipient_seq from,
                           core::recipient_seq to) {
  if (from <= to)
    wanted_[campaign].push_back({from, to});
}

/// Sorted and joined, so that the range of a recipient is found by halving.
void unfolded_events::sort_ranges() {
  for (auto& [campaign, ranges] : wanted_) {
    std::sort(ranges.begin(), ranges.end(),
              [](const range& a, const range& b) { return a.from < b.from; });
    std::vector<range> joined;
    for (const auto& each : ranges)
      if (!joined.empty() && each.from <= joined.back().to)
        joined.back().to = std::max(joined.back().to, each.to);
      else
        joined.push_back(each);
    ranges = std::move(joined);
  }
}

core::status unfolded_events::read(connection& db, params owners) {
  if (wanted_.empty())
    return core::ok{};
  sort_ranges();
  auto writers = db.call("unfolded_writers", std::move(owners));
  if (!writers)
    return writers.error();
  for (const auto row : each(*writers))
    if (auto s = read_writer(db, row.integer("writer"), row.integer("after")); !s)
      return s;
  return core::ok{};
}

core::status unfolded_events::read_writer(connection& db, std::int64_t writer, std::int64_t after) {
  for (;;) {
    params p;
    p.integer(writer).integer(after).integer(batches_per_answer);
    auto batches = db.call("unfolded_batches", std::move(p), answer_format::binary);
    if (!batches)
      return batches.error();
    for (int i = 0; i < batches->size(); ++i) {
      take_batch(batches->text(i, 1), batches->text(i, 2), batches->text(i, 3));
      after = batches->integer(i, 0);
    }
    if (batches->size() < batches_per_answer)
      return core::ok{};
  }
}

void unfolded_events::take_batch(std::string_view campaigns, std::string_view seqs,
                                 std::string_view attempts) {
  array_reader campaign{campaigns};
  array_reader seq{seqs};
  array_reader attempt{attempts};
  auto known = wanted_.end();
  std::int64_t known_campaign = -1;
  for (std::size_t i = 0; i < campaign.size(); ++i) {
    const auto c = campaign.integer();
    const auto s = static_cast<core::recipient_seq>(seq.integer());
    const auto a = static_cast<std::int16_t>(attempt.integer());
    if (c != known_campaign) {
      known_campaign = c;
      known = wanted_.find(static_cast<std::int32_t>(c));
    }
    if (known == wanted_.end() || !in(known->second, s))
      continue;
    const auto [at, fresh] = last_.try_emplace(key_of(static_cast<std::int32_t>(c), s), a);
    if (!fresh)
      at->second = std::max(at->second, a);
  }
}

bool unfolded_events::in(const std::vector<range>& ranges, core::recipient_seq seq) {
  const auto behind =
      std::upper_bound(ranges.begin(), ranges.end(), seq,
                       [](core::recipient_seq wanted, const range& r) { return wanted < r.from; });
  return behind != ranges.begin() && seq <= std::prev(behind)->to;
}

std::int16_t unfolded_events::last_attempt(core::campaign_no campaign,
                                           core::recipient_seq seq) const {
  const auto at = last_.find(key_of(campaign, seq));
  return at == last_.end() ? std::int16_t{-1} : at->second;
}

} // namespace stentor::postgres
