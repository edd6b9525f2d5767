#include "stentor/core/delivery/pacing/learned_rate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace stentor::core {

namespace {

constexpr std::chrono::milliseconds slot_time{250};
constexpr double slots_per_second = 4;
constexpr double slot_s = 1 / slots_per_second;

/// So much more than the random share is not worth a test.
constexpr double allowed_excess = 0.01;
/// A number that goes slower than this share of its limit would learn too late that it may go
/// faster.
constexpr double forget_random_s = 1800;
constexpr double depth = 0.93;
constexpr double least_share = 0.02;

std::int64_t slot_of(steady_time at) noexcept {
  return at.time_since_epoch() / slot_time;
}

constexpr double step_slots_min = 8;
constexpr double step_slots_max = 120;

} // namespace

void learned_rate::stretch::add(const cohort& c) noexcept {
  count += c.count;
  refused += c.refused;
  slots += 1;
}

void learned_rate::stretch::fade(double by) noexcept {
  count *= by;
  refused *= by;
  slots *= by;
}

double learned_rate::stretch::accepted_per_second() const noexcept {
  return slots > 0 ? (count - refused) / slots * slots_per_second : 0;
}

learned_rate::learned_rate(double limit_per_second) noexcept
    : limit_{limit_per_second}, rate_{limit_per_second}, ceiling_{limit_per_second},
      rate_before_{limit_per_second} {
  delays_[16] = static_cast<float>(limit_per_second / 16);
}

double learned_rate::least() const noexcept {
  return std::min(limit_, std::max(least_share * limit_, 1.0));
}

void learned_rate::answered(steady_time sent, steady_time now, std::uint32_t count,
                            std::uint32_t refused) noexcept {
  const auto at = slot_of(sent);
  const auto delay = std::clamp<std::int64_t>(slot_of(now) - at, 0, slots - 1);
  delays_[static_cast<std::size_t>(delay)] += static_cast<float>(count);
  if (!begun_)
    ripe_ = at;
  begun_ = true;
  // What comes later than nearly everything else counts as if it had been sent a little later.
  const auto slot = std::clamp<std::int64_t>(at, ripe_, ripe_ + slots - 1);
  auto& c = cohorts_[static_cast<std::size_t>(slot) % slots];
  c.count += count;
  c.refused += refused;
}

/// After so many slots nearly all answers are there.
std::int64_t learned_rate::lag() const noexcept {
  double all = 0;
  for (const auto d : delays_)
    all += d;
  double seen = 0;
  std::int64_t slot = 0;
  for (; slot < static_cast<std::int64_t>(slots) - 4 && seen < 0.97 * all; ++slot)
    seen += delays_[static_cast<std::size_t>(slot)];
  return slot + 1;
}

/// Whether two shares differ by more than `worth`, and by more than chance explains.
bool learned_rate::differ(const stretch& a, const stretch& b, double worth) noexcept {
  const auto both = (a.refused + b.refused) / std::max(1.0, a.count + b.count);
  const auto noise = std::sqrt(both * (1 - both) *
                               (1 / std::max(1.0, a.count) + 1 / std::max(1.0, b.count)));
  return std::abs(a.share() - b.share()) > std::max(worth, (worth > 0 ? 2 : 3) * noise);
}

bool learned_rate::ripe(std::int64_t now, std::int64_t lag) const noexcept {
  const auto age = now - ripe_;
  if (age < lag)
    return false;
  const auto& c = cohorts_[static_cast<std::size_t>(ripe_) % slots];
  return age >= 32 || c.count >= 0.5 * used_ * c.expected;
}

double learned_rate::tick(steady_time now) noexcept {
  if (!begun_) {
    begun_ = true;
    ripe_ = slot_of(now);
  }
  const auto elapsed =
      ticked_ == steady_time{} ? 0 : std::chrono::duration<double>(now - ticked_).count();
  ticked_ = now;
  for (auto& d : delays_)
    d *= static_cast<float>(std::exp(-elapsed / 10));
  const auto at = slot_of(now);
  if (at - ripe_ >= static_cast<std::int64_t>(slots)) { // nobody asked for long
    cohorts_ = {};
    ripe_ = at;
  }
  cohorts_[static_cast<std::size_t>(at) % slots].expected = static_cast<float>(rate_ * slot_s);
  for (const auto wait = lag(); ripe(at, wait); ++ripe_)
    judge(std::exchange(cohorts_[static_cast<std::size_t>(ripe_) % slots], {}), ripe_);
  climb(elapsed);
  return rate_;
}

bool learned_rate::explained(const stretch& s, double worth, double sigmas) const noexcept {
  const auto random = std::max(random_, safe_.share());
  const auto expected = std::max((random + s.share()) / 2, 0.002);
  const auto noise = std::sqrt(expected * (1 - expected) *
                               (1 / std::max(1.0, s.count) + (safe_.count > 0 ? 1 / safe_.count : 0)));
  return s.share() <= random + std::max(worth, sigmas * noise);
}

void learned_rate::judge(const cohort& c, std::int64_t slot) noexcept {
  if (c.expected > 0)
    used_ += (std::min(1.0, c.count / static_cast<double>(c.expected)) - used_) / 16;
  if (slot < step_from_)
    return;
  if (state_ != pace_state::testing && state_ != pace_state::unavailable)
    return watch(c);
  auto& step = steps_[step_];
  step.add(c);
  // Not by the share alone: a test would end early whenever it happens to be low.
  const auto share = std::max({step.share(), random_, std::min(steps_[step_ - 1].share(), 0.1)});
  const auto wanted = std::max(20 / std::max(steps_[step_ - 1].share(), 0.01), share * (1 - share) / (0.015 * 0.015));
  if (step.slots >= step_slots_max || (step.slots >= step_slots_min && step.count >= wanted))
    end_step();
}

void learned_rate::watch(const cohort& c) noexcept {
  const auto fade = 1 - slot_s / forget_random_s;
  random_ *= fade;
  safe_.fade(fade);
  const bool probing = state_ == pace_state::probing;
  if (!probing) {
    recent_.fade(1 - slot_s / 60);
    recent_.add(c);
  }
  // A probe is held against what it was just before.
  const auto expected = probing ? std::max(random_, recent_.share()) : random_;
  excess_ += c.refused - c.count * (expected + allowed_excess);
  if (excess_ <= 0) {
    excess_ = 0;
    suspicious_ = {};
    return;
  }
  suspicious_.add(c);
  const auto spread = 500 * random_ * (1 - random_);
  if (probing && excess_ >= 4 + spread / 2)
    end_probe();
  else if (excess_ >= 8 + spread && suspicious_.slots >= 4)
    begin_test();
}

void learned_rate::begin_test() noexcept {
  rate_before_ = rate_;
  steps_[0] = suspicious_;
  step_ = 0;
  state_ = pace_state::testing;
  step_down();
}

void learned_rate::step_down() noexcept {
  const auto random = std::max(random_, safe_.share());
  rate_ = std::clamp(depth * steps_[step_].accepted_per_second() / (1 - random), least(), rate_);
  if (step_ + 1 < steps_.size())
    ++step_;
  steps_[step_] = {};
  step_from_ = slot_of(ticked_) + 4;
}

void learned_rate::note_random(const stretch& s) noexcept {
  if (s.count == 0)
    return;
  if (differ(s, safe_, 0))
    safe_ = {};
  safe_.count += s.count;
  safe_.refused += s.refused;
  random_ = safe_.share();
}

void learned_rate::end_step() noexcept {
  const auto& now = steps_[step_];
  const auto& before = steps_[step_ - 1];
  const bool less = before.share() > now.share() && differ(before, now, allowed_excess);
  const bool known = explained(now, allowed_excess, 2);
  // What is new is believed only if a still lower rate says the same.
  if (!known && (less || step_ == 1) && rate_ > least())
    return step_down();
  if (!less && !known && now.share() > 0.5) {
    state_ = pace_state::unavailable;
    rate_ = least();
    steps_[0] = now;
    step_ = 1;
    steps_[1] = {};
    step_from_ = slot_of(ticked_) + 4;
    return;
  }
  const auto was_unavailable = state_ == pace_state::unavailable;
  note_random(now);
  excess_ = 0;
  suspicious_ = {};
  // What was accepted while the rate was to blame, the latest such time.
  auto limited = step_;
  while (limited > 0 && explained(steps_[limited - 1], 0.03, 3))
    --limited;
  if (limited == 0 && !explained(recent_, allowed_excess, 3)) {
    steps_[0] = recent_;
    limited = 1;
  }
  if (was_unavailable || limited == 0)
    return it_is_random();
  const auto possible = steps_[limited - 1].accepted_per_second() / (1 - random_);
  if (std::abs(possible - ceiling_) > 0.1 * ceiling_)
    probe_pause_ = 0;
  ceiling_ = std::clamp(0.99 * possible, least(), limit_);
  it_is_the_rate();
}

void learned_rate::it_is_random() noexcept {
  rate_ = std::min(limit_, rate_before_);
  state_ = rate_ > ceiling_    ? pace_state::probing
           : ceiling_ < limit_ ? pace_state::learned
                               : pace_state::free;
}

void learned_rate::it_is_the_rate() noexcept {
  rate_ = ceiling_;
  recent_ = {};
  probe_pause_ = std::clamp(3 * probe_pause_, 5.0, 130.0);
  probe_in_ = probe_pause_;
  state_ = pace_state::learned;
}

void learned_rate::end_probe() noexcept {
  step_from_ = slot_of(ticked_) + 4;
  const auto possible = 0.98 * suspicious_.accepted_per_second() / (1 - random_);
  if (possible > 1.1 * ceiling_)
    probe_pause_ = 0;
  if (possible > 1.05 * ceiling_)
    ceiling_ = std::min(limit_, possible);
  else if (possible > 0.95 * ceiling_)
    ceiling_ = (ceiling_ + possible) / 2;
  excess_ = 0;
  suspicious_ = {};
  it_is_the_rate();
}

void learned_rate::climb(double seconds) noexcept {
  switch (state_) {
  case pace_state::testing:
  case pace_state::unavailable:
    return;
  case pace_state::learned:
    probe_in_ -= seconds;
    if (probe_in_ <= 0)
      state_ = pace_state::probing;
    return;
  case pace_state::free:
    return;
  case pace_state::probing:
    rate_ = std::min(limit_, rate_ * (1 + (rate_ > 1.25 * ceiling_ ? 0.05 : 0.012) * seconds));
    at_limit_ = rate_ >= limit_ ? at_limit_ + seconds : 0;
    if (at_limit_ > 20) {
      ceiling_ = limit_;
      state_ = pace_state::free;
      probe_pause_ = 0;
    }
    return;
  }
}

void learned_rate::set_limit(double per_second) noexcept {
  const bool free = ceiling_ >= limit_;
  limit_ = per_second;
  ceiling_ = free ? limit_ : std::min(ceiling_, limit_);
  rate_ = free && state_ == pace_state::free ? limit_ : std::min(rate_, limit_);
}

} // namespace stentor::core
