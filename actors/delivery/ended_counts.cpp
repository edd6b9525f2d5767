#include "actors/delivery/ended_counts.hpp"

#include "stentor/core/delivery/pacing/learned_rate.hpp"

#include <algorithm>

namespace stentor::actors {

namespace {

/// What is learned from answers takes seconds, so they are told in fewer messages.
constexpr std::chrono::milliseconds answers_interval{100};

} // namespace

void ended_counts::answered(const core::outcome& o, bool refused, core::steady_time now) {
  if (o.took_ms < 0)
    return;
  const auto sent = std::chrono::floor<core::learned_rate::slot_duration>(
      now - std::chrono::milliseconds{o.took_ms});
  auto& slots = answers_[o.number].slots;
  auto found = std::find_if(slots.rbegin(), slots.rend(),
                            [&](const auto& slot) { return slot.sent == sent; });
  auto& slot =
      found == slots.rend() ? slots.emplace_back(answer_counts::slot{.sent = sent}) : *found;
  ++slot.count;
  slot.refused += refused;
}

bool ended_counts::pass_on(sender_actor::pointer self, const registry& running) {
  for (const auto& [whose, count] : messages_)
    if (auto limiter = running.limiter(whose.first))
      self->send(limiter, atom::finished_v, whose.second, count);
  for (const auto& [campaign, count] : claims_)
    if (auto actor = running.campaign(campaign))
      self->send(actor, atom::claims_finished_v, count);
  messages_.clear();
  claims_.clear();
  if (answers_.empty())
    return true;
  const auto now = self->clock().now();
  if (now - answers_passed_ < answers_interval)
    return false;
  answers_passed_ = now;
  for (auto& [number, counts] : answers_)
    if (auto limiter = running.limiter(number))
      self->send(limiter, std::move(counts));
  answers_.clear();
  return true;
}

} // namespace stentor::actors
