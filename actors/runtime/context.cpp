#include "actors/runtime/context.hpp"

#include <caf/send.hpp>

namespace stentor::actors {

namespace {

const core::error no_webhook_actor{core::errc::unavailable,
                                   "The engine is starting or stopping; try again in a moment."};

} // namespace

void alarm_board::raise(const std::string& subject, std::string sentence) {
  const std::lock_guard lock{mutex_};
  alarms_[subject] = std::move(sentence);
}

void alarm_board::clear(const std::string& subject) {
  const std::lock_guard lock{mutex_};
  alarms_.erase(subject);
}

std::vector<std::string> alarm_board::all() const {
  const std::lock_guard lock{mutex_};
  std::vector<std::string> sentences;
  for (const auto& [subject, sentence] : alarms_)
    sentences.emplace_back(subject).append(": ").append(sentence);
  return sentences;
}

void directory::put(core::campaign_no campaign, campaign_actor actor) {
  const std::lock_guard lock{mutex_};
  campaigns_[campaign] = std::move(actor);
}

void directory::put(core::number_no number, rate_limiter_actor actor, core::lease_epoch epoch) {
  const std::lock_guard lock{mutex_};
  numbers_[number] = {std::move(actor), epoch};
}

void directory::remove_campaign(core::campaign_no campaign) {
  const std::lock_guard lock{mutex_};
  campaigns_.erase(campaign);
}

void directory::remove_number(core::number_no number) {
  const std::lock_guard lock{mutex_};
  numbers_.erase(number);
}

void directory::remove_numbers() {
  const std::lock_guard lock{mutex_};
  numbers_.clear();
}

campaign_actor directory::campaign(core::campaign_no campaign) const {
  const std::lock_guard lock{mutex_};
  const auto found = campaigns_.find(campaign);
  return found == campaigns_.end() ? campaign_actor{} : found->second;
}

rate_limiter_actor directory::limiter(core::number_no number) const {
  const std::lock_guard lock{mutex_};
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? rate_limiter_actor{} : found->second.first;
}

core::lease_epoch directory::epoch(core::number_no number) const {
  const std::lock_guard lock{mutex_};
  const auto found = numbers_.find(number);
  return found == numbers_.end() ? core::lease_epoch{} : found->second.second;
}

void outcome_gate::lead_to(sender_actor sender) {
  const std::lock_guard lock{mutex_};
  sender_ = std::move(sender);
}

void outcome_gate::on_outcomes(std::shared_ptr<const core::outcome_batch> batch) {
  const std::lock_guard lock{mutex_};
  if (sender_)
    caf::anon_send(sender_, atom::finished_v, outcomes_ptr{std::move(batch)});
}

void webhook_gate::lead_to(webhook_actor webhook) {
  std::vector<arrival> left;
  {
    const std::lock_guard lock{mutex_};
    webhook_ = std::move(webhook);
    left.swap(arrivals_);
  }
  for (const auto& one : left)
    one.then(no_webhook_actor);
}

void webhook_gate::put(arrival one) {
  {
    const std::lock_guard lock{mutex_};
    if (webhook_) {
      if (arrivals_.empty())
        caf::anon_send(webhook_, atom::ingest_v);
      arrivals_.push_back(std::move(one));
      return;
    }
  }
  one.then(no_webhook_actor);
}

std::vector<webhook_gate::arrival> webhook_gate::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(arrivals_, {});
}

} // namespace stentor::actors
