#include "adapters/postgres/delivery/staged_parts.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>

namespace stentor::postgres {

core::status staged_parts::load(connection& db, std::span<const core::campaign_no> campaigns) {
  parts_.clear();
  if (campaigns.empty())
    return core::ok{};
  const std::vector<core::campaign_no> wanted{campaigns.begin(), campaigns.end()};
  auto r = db.call("projection_parts", std::move(params{}.int4_array(wanted)));
  if (!r)
    return r.error();
  for (const auto row : each(*r))
    parts_[row.id<core::campaign_no>("campaign_no")].push_back(
        {.from = row.id<core::recipient_seq>("from_seq"), .no = row.id<core::part_no>("part")});
  return core::ok{};
}

core::part_no staged_parts::of(core::campaign_no campaign, core::recipient_seq seq) const {
  const auto found = parts_.find(campaign);
  if (found == parts_.end())
    return 0;
  const auto& parts = found->second;
  const auto next =
      std::upper_bound(parts.begin(), parts.end(), seq,
                       [](core::recipient_seq one, const part& p) { return one < p.from; });
  return next == parts.begin() ? 0 : std::prev(next)->no;
}

} // namespace stentor::postgres
