/// How fast a number goes, after Meta's answers and by its quality (rate_limiter.hpp).
#include "actors/delivery/rate_limiter.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace stentor::actors {

void rate_limiter_state::use_rate() {
  context_->gateway.set_rate(number_.no, rate_.current(), marketing_rate());
  context_->number_figures.rate(number_.phone_number_id, rate_);
}

void rate_limiter_state::on_answered(const answer_counts& answers) {
  const auto now = self_->clock().now();
  for (const auto& slot : answers.slots)
    rate_.answered(slot.sent, now, slot.count, slot.refused);
}

/// Goes on as fast as the answers allow by now.
void rate_limiter_state::adapt() {
  const auto before = rate_.current();
  const auto after = rate_.tick(self_->clock().now());
  if (after != before)
    use_rate();
  else
    context_->number_figures.rate(number_.phone_number_id, rate_);
  report_pace();
}

/// Only what lasts: a test is over in seconds, and a ceiling that is found again is no news.
void rate_limiter_state::report_pace() {
  const auto ceiling =
      rate_.state() == core::pace_state::unavailable ? rate_.current() : rate_.ceiling();
  if (std::abs(ceiling - reported_) <= 0.1 * reported_)
    return;
  if (rate_.state() == core::pace_state::unavailable)
    spdlog::warn("Meta refuses nearly every message of number {} at any rate: few are tried until "
                 "that ends.",
                 number_.phone_number_id);
  else if (ceiling < rate_.limit())
    spdlog::warn("Meta takes {:.1f} messages/s of number {}, not the {:.1f} of the configuration: "
                 "it goes on at that rate and looks from time to time whether more goes.",
                 ceiling, number_.phone_number_id, rate_.limit());
  else
    spdlog::info("Number {} sends at its full rate of {:.1f} messages/s again.",
                 number_.phone_number_id, ceiling);
  reported_ = ceiling;
}

bool rate_limiter_state::is_barred(const campaign_queue& q) const {
  return q.is_marketing && marketing_share_ <= 0;
}

double rate_limiter_state::limit_of(const campaign_queue& q) const {
  if (!q.is_marketing || marketing_share_ >= 1)
    return q.own_rate;
  return q.own_rate > 0 ? std::min(q.own_rate, marketing_rate()) : marketing_rate();
}

void rate_limiter_state::on_rate_changed(double per_second) {
  number_.per_second = per_second;
  rate_.set_limit(per_second);
  use_rate();
  reported_ = rate_.ceiling();
}

/// What waits of marketing goes back when none of it may be sent any more.
void rate_limiter_state::on_quality(double marketing_share) {
  if (std::exchange(marketing_share_, marketing_share) == marketing_share)
    return;
  use_rate();
  for (auto& [campaign, q] : queues_)
    if (is_barred(q))
      requeue_unsent(q);
  pump();
}

} // namespace stentor::actors
