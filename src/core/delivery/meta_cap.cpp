#include "stentor/core/delivery/meta_cap.hpp"

#include "stentor/core/delivery/recovery.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

constexpr std::size_t latest_max = 200;

bool arrived(const delivery& row) noexcept {
  return row.delivered_at != 0 || row.read_at != 0 || row.responded_at != 0;
}

/// Refused with 131049, and tried again since or waiting for it.
bool was_capped(const delivery& row) noexcept {
  return row.rejected_attempt >= 0 && row.error_code == enough_marketing;
}

std::int16_t latest_refused(const delivery& row) noexcept {
  return std::max(row.rejected_attempt, row.failed_attempt);
}

std::int64_t delivered_of(const std::string& latest) noexcept {
  return std::count(latest.begin(), latest.end(), '1');
}

} // namespace

cap_step cap_step_of(const delivery& before, const delivery& after) noexcept {
  if (after.error_code != enough_marketing && !was_capped(before))
    return cap_step::none;
  if (!was_capped(before)) {
    // Whoever may not be tried again has failed with his first.
    const bool is_new =
        latest_refused(after) > latest_refused(before) || before.error_code != after.error_code;
    return is_new ? cap_step::capped : cap_step::none;
  }
  if (arrived(after) && !arrived(before) && after.settled_attempt > before.rejected_attempt)
    return cap_step::recovered;
  const bool refused_again =
      after.rejected_attempt > before.rejected_attempt && after.error_code == enough_marketing;
  const bool failed = after.failed_attempt > before.rejected_attempt &&
                      after.failed_attempt > before.failed_attempt;
  return refused_again || failed ? cap_step::failed_again : cap_step::none;
}

void cap_record::note(cap_step step, int which) {
  switch (step) {
  case cap_step::none:
    return;
  case cap_step::capped:
    ++capped;
    return;
  case cap_step::recovered:
    ++recovered;
    latest += '1';
    break;
  case cap_step::failed_again:
    ++failed_again;
    latest += '0';
    break;
  }
  const auto place =
      static_cast<std::size_t>(std::clamp(which, 1, recovery_limits::tries_most) - 1);
  if (by_try.size() <= place)
    by_try.resize(place + 1);
  ++by_try[place].tried;
  by_try[place].recovered += step == cap_step::recovered ? 1 : 0;
  if (latest.size() > latest_max)
    latest.erase(0, latest.size() - latest_max);
}

bool cap_record::is_hopeless(std::int32_t least_delivered_percent) const noexcept {
  return latest.size() >= latest_max &&
         delivered_of(latest) * 100 <
             std::int64_t{least_delivered_percent} * static_cast<std::int64_t>(latest.size());
}

sentence why_recovery_ends(const cap_record& record, std::int32_t least_delivered_percent) {
  return make_sentence("recovery_ended",
                       "Nobody of whom Meta says that he had enough marketing (131049) is tried "
                       "again: of the latest {tries} tries {delivered} were delivered, less than "
                       "{percent} %",
                       {{"tries", std::to_string(record.latest.size())},
                        {"delivered", std::to_string(delivered_of(record.latest))},
                        {"percent", std::to_string(least_delivered_percent)}});
}

} // namespace stentor::core
