#include "stentor/core/inbox/attribution.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

/// An answer belongs to the latest campaign only so long.
constexpr std::int64_t answer_ms_max = std::int64_t{7} * 24 * 3600 * 1000;
/// Clocks of two machines: an answer may seem a little older than what it answers.
constexpr std::int64_t skew_ms = 60'000;

/// What Meta sends in the place of a message and nobody has said: notices, and what was taken back.
constexpr std::array<std::string_view, 3> notices{"system", "revoke", "request_welcome"};

std::int64_t spelled_once(std::int64_t phone) {
  return static_cast<std::int64_t>(one_spelling(static_cast<person_key>(phone)));
}

/// The latest of a range that the reply can answer.
template <class Range>
void take_latest(const Range& range, const reply& r, const reached_recipient*& best) {
  for (auto i = range.first; i != range.second; ++i) {
    const auto& one = i->second;
    if (one.organization == r.organization && one.at_ms <= r.at_ms + skew_ms &&
        one.at_ms >= r.at_ms - answer_ms_max && (best == nullptr || one.at_ms > best->at_ms))
      best = &one;
  }
}

} // namespace

bool is_answer(std::string_view type, std::string_view text) noexcept {
  if (type == "reaction")
    return !text.empty(); // without an emoji an earlier one was taken away
  return std::find(notices.begin(), notices.end(), type) == notices.end();
}

void reply_matcher::add(const reached_recipient& recipient) {
  if (recipient.phone != 0)
    by_phone_.emplace(spelled_once(recipient.phone), recipient);
  if (!recipient.user_id.empty())
    by_user_.emplace(recipient.user_id, recipient);
  if (!recipient.message_id.empty())
    by_message_.emplace(recipient.message_id, recipient);
}

const reached_recipient* reply_matcher::named(const reply& r) const {
  if (r.context_id.empty())
    return nullptr;
  const auto range = by_message_.equal_range(r.context_id);
  for (auto i = range.first; i != range.second; ++i)
    if (i->second.organization == r.organization)
      return &i->second;
  return nullptr;
}

const reached_recipient* reply_matcher::find(const reply& r) const {
  if (const auto* const answered = named(r))
    return answered;
  const reached_recipient* best = nullptr;
  for (const auto phone : r.phones)
    take_latest(by_phone_.equal_range(spelled_once(phone)), r, best);
  for (const auto user : r.user_ids)
    take_latest(by_user_.equal_range(user), r, best);
  return best;
}

} // namespace stentor::core
