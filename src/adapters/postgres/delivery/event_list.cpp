#include "adapters/postgres/delivery/event_list.hpp"

#include "adapters/postgres/client/array_reader.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace stentor::postgres {

core::result<event_list> event_list::read(rows batches) {
  event_list list;
  list.batches_ = std::move(batches);
  const auto& b = list.batches_;
  for (int i = 0; i < b.size(); ++i) {
    const auto column = [&](int c) { return array_reader{b.text(i, c)}; };
    std::array columns{column(0), column(1), column(2), column(3),
                       column(4), column(5), column(6), column(7)};
    auto& [campaign, seq, attempt, kind, code, number, at_ms, text] = columns;
    const auto size = campaign.size();
    if (!std::ranges::all_of(columns, [&](const auto& c) { return c.size() == size; }))
      return core::error{core::errc::invalid,
                         "a batch of the ledger has columns of unequal length"};
    list.entries_.reserve(std::max(list.entries_.size() + size, 2 * list.entries_.size()));
    for (std::size_t e = 0; e < size; ++e)
      list.entries_.push_back(
          {.campaign = core::campaign_no{static_cast<std::int32_t>(campaign.integer())},
           .seq = static_cast<core::recipient_seq>(seq.integer()),
           .event = {.attempt = static_cast<std::int16_t>(attempt.integer()),
                     .kind = static_cast<core::event_kind>(kind.integer()),
                     .code = static_cast<std::int32_t>(code.integer()),
                     .at_ms = at_ms.integer(),
                     .number = core::number_no{static_cast<std::int32_t>(number.integer())},
                     .text = text.text()}});
  }
  // Tries one after the other: what became of a later one is told apart from the earlier
  // (meta_cap).
  std::ranges::sort(list.entries_, {},
                    [](const entry& e) { return std::tie(e.campaign, e.seq, e.event.attempt); });
  return list;
}

std::vector<core::campaign_no> event_list::campaigns() const {
  std::vector<core::campaign_no> all;
  for (const auto& e : entries_)
    if (all.empty() || all.back() != e.campaign)
      all.push_back(e.campaign);
  return all;
}

void event_list::keep_campaigns(std::span<const core::campaign_no> wanted) {
  std::erase_if(entries_, [&](const entry& e) {
    return std::ranges::find(wanted, e.campaign) == wanted.end();
  });
}

} // namespace stentor::postgres
