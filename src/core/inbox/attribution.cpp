#include "stentor/core/inbox/attribution.hpp"

namespace stentor::core {

namespace {

/// An answer belongs to the latest campaign only so long.
constexpr std::int64_t answer_ms_max = std::int64_t{7} * 24 * 3600 * 1000;
/// Clocks of two machines: an answer may seem a little older than what it answers.
constexpr std::int64_t skew_ms = 60'000;

template <class Range>
const reached_recipient* best_of(const Range& range, const reply& r) {
  const reached_recipient* best = nullptr;
  for (auto i = range.first; i != range.second; ++i) {
    const auto& one = i->second;
    if (one.organization != r.organization)
      continue;
    if (!r.context_id.empty() && one.message_id == r.context_id)
      return &one;
    if (one.at_ms <= r.at_ms + skew_ms && one.at_ms >= r.at_ms - answer_ms_max &&
        (best == nullptr || one.at_ms > best->at_ms))
      best = &one;
  }
  return best;
}

} // namespace

void reply_matcher::add(std::int64_t phone, const std::string& user_id,
                        const reached_recipient& recipient) {
  if (phone != 0)
    by_phone_.emplace(phone, recipient);
  if (!user_id.empty())
    by_user_.emplace(user_id, recipient);
}

const reached_recipient* reply_matcher::find(const reply& r) const {
  return r.phone != 0 ? best_of(by_phone_.equal_range(r.phone), r)
                      : best_of(by_user_.equal_range(r.user_id), r);
}

} // namespace stentor::core
