/// See tier.hpp.
#include "stentor/core/campaign/tier.hpp"

#include <algorithm>
#include <utility>

namespace stentor::core {

namespace {

/// People of one minute are one group, as in the database.
constexpr std::chrono::minutes group_length{1};
constexpr std::int64_t groups_most = 60;

} // namespace

tier_ledger::tier_ledger(tier_terms terms) : terms_{std::move(terms)} {
  for (const auto& group : terms_.used)
    used_ += group.people;
}

std::int64_t tier_ledger::free_at(wall_time now) {
  looked_at_ = std::max(looked_at_, now);
  for (; first_ < terms_.used.size() && terms_.used[first_].until <= looked_at_; ++first_)
    used_ -= terms_.used[first_].people;
  if (looked_at_ < terms_.closed_until)
    return 0;
  return std::max<std::int64_t>(0, terms_.may_use - used_);
}

wall_time tier_ledger::changes_at() const noexcept {
  if (looked_at_ < terms_.closed_until)
    return terms_.closed_until;
  return first_ < terms_.used.size() ? terms_.used[first_].until : wall_time::max();
}

void tier_ledger::take(std::int64_t people, wall_time from, wall_time until) {
  used_ += people;
  const auto groups = std::clamp<std::int64_t>((until - from) / group_length, 1, groups_most);
  for (std::int64_t i = 1; i <= groups; ++i) {
    const auto share = people * i / groups - people * (i - 1) / groups;
    const auto ends = from + (until - from) * i / groups;
    if (share > 0)
      terms_.used.push_back({ends + terms_.period, share});
  }
}

} // namespace stentor::core
