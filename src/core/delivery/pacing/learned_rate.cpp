#include "stentor/core/delivery/pacing/learned_rate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace stentor::core {

namespace {

constexpr double slots_per_second = 4;
constexpr double slot_s = 1 / slots_per_second;

/// So much more than the random share is not worth a test.
constexpr double allowed_excess = 0.01;
/// A test begins when so many more were refused than expected, and so much more for the noise of a
/// random share f, times f (1 - f): a false alarm once in hours.
constexpr double alarm = 8;
constexpr double alarm_of_noise = 500;
/// A step of a test goes so far below what was accepted: far enough below a limit that falls.
constexpr double step_depth = 0.93;
constexpr double step_slots_min = 8;
constexpr double step_slots_max = 120;
/// After a change of the rate, until what was under way and begun windows no longer disturb.
constexpr std::int64_t settle_slots = 4;
/// How well a step must know its share (standard deviation).
constexpr double share_precision = 0.015;
/// A share above this at any rate is an outage.
constexpr double outage_share = 0.5;
/// A number that goes slower than this share of its limit would learn too late that it may go
/// faster.
constexpr double least_share = 0.02;
/// A ceiling stays so far below what was accepted.
constexpr double margin = 0.985;
/// After a probe it stays further below: a burst may have been among what was accepted.
constexpr double probe_margin = 0.97;

constexpr double forget_random_s = 1'800;
constexpr double forget_recent_s = 60;
constexpr double forget_delays_s = 10;
/// Before anything is known: answers may take four seconds, as if a sixteenth of a second of
/// sending had taken so long.
constexpr std::size_t slow_slots = 16;

constexpr double probe_pause_min_s = 5;
constexpr double probe_pause_max_s = 140;
constexpr double probe_of_old_s = 60;  ///< of a ceiling from before the start
constexpr double probe_growth = 0.011; ///< a second
constexpr double probe_growth_far = 0.05;
constexpr double far_above = 1.25;
/// A receiver that allows a second's burst refuses only after some seconds.
constexpr double probe_at_limit_s = 20;

/// Nearly all answers: what comes later is counted as if it had been sent later.
constexpr double answered_share = 0.97;
/// A slot is judged after so long even if much of it was not answered.
constexpr std::int64_t judged_after_slots = 32;

std::int64_t slot_of(steady_time at) noexcept {
  return at.time_since_epoch() / learned_rate::slot_time;
}

std::size_t place(std::int64_t slot, std::size_t size) noexcept {
  return static_cast<std::size_t>(slot) % size;
}

} // namespace

// -- stretches

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

/// The standard deviation of the difference of two shares that are the same in truth.
double learned_rate::noise(const stretch& a, const stretch& b) noexcept {
  const auto both = (a.refused + b.refused) / std::max(1.0, a.count + b.count);
  return std::sqrt(both * (1 - both) * (1 / std::max(1.0, a.count) + 1 / std::max(1.0, b.count)));
}

double learned_rate::refused_anyway() const noexcept {
  return std::max(random_, safe_.share());
}

/// Whether the random share, with chance, explains what was refused.
bool learned_rate::explained(const stretch& s, double worth, double sigmas) const noexcept {
  const auto random = refused_anyway();
  const auto share = std::max((random + s.share()) / 2, 0.002);
  const auto of_safe = safe_.count > 0 ? 1 / safe_.count : 0;
  const auto chance = std::sqrt(share * (1 - share) * (1 / std::max(1.0, s.count) + of_safe));
  return s.share() <= random + std::max(worth, sigmas * chance);
}

// -- answers, by the time of sending

learned_rate::learned_rate(double limit_per_second) noexcept
    : limit_{limit_per_second}, rate_{limit_per_second}, ceiling_{limit_per_second},
      rate_before_{limit_per_second} {
  delays_[slow_slots] = static_cast<float>(limit_per_second / 16);
}

void learned_rate::begin_at(double ceiling) noexcept {
  if (!(ceiling > 0 && ceiling < limit_)) // also for what is no number
    return;
  rate_ = ceiling_ = std::max(ceiling, least());
  rate_before_ = rate_;
  state_ = pace_state::learned;
  probe_pause_s_ = probe_pause_min_s;
  probe_in_s_ = probe_of_old_s;
}

double learned_rate::least() const noexcept {
  return std::min(limit_, std::max(least_share * limit_, 1.0));
}

void learned_rate::answered(steady_time sent, steady_time now, std::uint32_t count,
                            std::uint32_t refused) noexcept {
  constexpr auto last = static_cast<std::int64_t>(slots) - 1;
  const auto at = slot_of(sent);
  const auto delay = std::clamp<std::int64_t>(slot_of(now) - at, 0, last);
  delays_[static_cast<std::size_t>(delay)] += static_cast<float>(count);
  if (!std::exchange(begun_, true))
    next_ = at;
  auto& c = cohorts_[place(std::clamp(at, next_, next_ + last), slots)];
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
  for (; slot < judged_after_slots && seen < answered_share * all; ++slot)
    seen += delays_[static_cast<std::size_t>(slot)];
  return slot + 1;
}

bool learned_rate::ripe(std::int64_t now, std::int64_t lag) const noexcept {
  const auto age = now - next_;
  if (age < lag)
    return false;
  const auto& c = cohorts_[place(next_, slots)];
  return age >= judged_after_slots || c.count >= 0.5 * used_ * c.expected;
}

double learned_rate::tick(steady_time now) noexcept {
  const auto at = slot_of(now);
  if (!std::exchange(begun_, true) || at - next_ >= static_cast<std::int64_t>(slots)) {
    cohorts_ = {};
    next_ = at;
  }
  const auto seconds = ticked_ == steady_time{}
                           ? 0
                           : std::max(0.0, std::chrono::duration<double>(now - ticked_).count());
  ticked_ = now;
  const auto fade = static_cast<float>(std::exp(-seconds / forget_delays_s));
  for (auto& d : delays_)
    d *= fade;
  cohorts_[place(at, slots)].expected = static_cast<float>(rate_ * slot_s);
  for (const auto wait = lag(); ripe(at, wait); ++next_)
    judge(std::exchange(cohorts_[place(next_, slots)], {}), next_);
  climb(seconds);
  return rate_;
}

// -- judging

void learned_rate::judge(const cohort& c, std::int64_t slot) noexcept {
  if (c.expected > 0)
    used_ += (std::min(1.0, c.count / static_cast<double>(c.expected)) - used_) / 16;
  if (slot < step_from_)
    return;
  if (state_ != pace_state::testing && state_ != pace_state::unavailable)
    return watch(c);
  auto& step = steps_[step_];
  step.add(c);
  if (step.slots >= step_slots_max ||
      (step.slots >= step_slots_min && step.count >= answers_wanted()))
    end_step();
}

/// Not by the step's own share alone: a step would end early whenever that happens to be low.
double learned_rate::answers_wanted() const noexcept {
  if (state_ == pace_state::unavailable)
    return 20;
  const auto before = steps_[step_ - 1].share();
  const auto share = std::max({steps_[step_].share(), random_, std::min(before, 0.1)});
  return std::max(20 / std::max(before, allowed_excess),
                  share * (1 - share) / (share_precision * share_precision));
}

/// Page's CUSUM test for a share that has grown by more than allowed_excess.
void learned_rate::watch(const cohort& c) noexcept {
  random_ *= 1 - slot_s / forget_random_s;
  safe_.fade(1 - slot_s / forget_random_s);
  const bool probing = state_ == pace_state::probing;
  if (!probing) {
    recent_.fade(1 - slot_s / forget_recent_s);
    recent_.add(c);
  }
  // A probe is held against what was just before.
  const auto expected = probing ? std::max(random_, recent_.share()) : random_;
  excess_ += c.refused - c.count * (expected + allowed_excess);
  if (excess_ <= 0) {
    excess_ = 0;
    suspicious_ = {};
    return;
  }
  suspicious_.add(c);
  const auto enough = alarm + alarm_of_noise * random_ * (1 - random_);
  if (probing && excess_ >= enough / 2) // a false alarm costs no more than the probe
    end_probe();
  else if (excess_ >= enough && std::fmod(suspicious_.slots, slots_per_second) == 0)
    begin_test(); // whole seconds, as a receiver may count
}

void learned_rate::begin_test() noexcept {
  rate_before_ = rate_;
  steps_[0] = suspicious_;
  step_ = 0;
  state_ = pace_state::testing;
  step_down();
}

void learned_rate::step_to(double rate) noexcept {
  rate_ = std::clamp(rate, least(), rate_);
  step_from_ = slot_of(ticked_) + settle_slots;
}

void learned_rate::step_down() noexcept {
  step_to(step_depth * steps_[step_].accepted_per_second() / (1 - refused_anyway()));
  if (step_ + 1 < steps_max)
    ++step_;
  else
    steps_[step_ - 1] = steps_[step_];
  steps_[step_] = {};
}

void learned_rate::end_step() noexcept {
  const auto now = steps_[step_];
  if (now.count == 0) // nothing was sent, nothing was learned
    return go_back();
  const auto& before = steps_[step_ - 1];
  const auto difference = std::max(allowed_excess, 2 * noise(before, now));
  const bool less = before.share() - now.share() > difference;
  const bool known = explained(now, allowed_excess, 2);
  // What is new is believed only if a still lower rate says the same.
  if (state_ == pace_state::testing && !known && (less || step_ == 1) && rate_ > least())
    return step_down();
  if (!known && now.share() > outage_share) {
    state_ = pace_state::unavailable;
    steps_[0] = now;
    steps_[1] = {};
    step_ = 1;
    return step_to(least());
  }
  note_random(now);
  if (state_ == pace_state::unavailable)
    return go_back();
  // The last time that the rate was to blame tells how much is accepted.
  auto limited = step_;
  while (limited > 0 && explained(steps_[limited - 1], 0.03, 3))
    --limited;
  if (limited == 0 && explained(recent_, allowed_excess, 3))
    return go_back();
  const auto& full = limited == 0 ? recent_ : steps_[limited - 1];
  keep(margin * full.accepted_per_second() / (1 - random_));
}

void learned_rate::note_random(const stretch& s) noexcept {
  if (s.count == 0)
    return;
  if (std::abs(s.share() - safe_.share()) > 3 * noise(s, safe_))
    safe_ = {};
  safe_.count += s.count;
  safe_.refused += s.refused;
  random_ = safe_.share();
}

/// It was not the rate.
void learned_rate::go_back() noexcept {
  excess_ = 0;
  suspicious_ = {};
  rate_ = std::min(limit_, rate_before_);
  state_ = rate_ > ceiling_    ? pace_state::probing
           : ceiling_ < limit_ ? pace_state::learned
                               : pace_state::free;
}

/// It was the rate. A ceiling that has moved is probed soon.
void learned_rate::keep(double ceiling) noexcept {
  ceiling = std::clamp(ceiling, least(), limit_);
  if (std::abs(ceiling - ceiling_) > 0.1 * ceiling_)
    probe_pause_s_ = 0;
  rate_ = ceiling_ = ceiling;
  state_ = pace_state::learned;
  excess_ = 0;
  suspicious_ = {};
  recent_ = {};
  probe_pause_s_ = std::clamp(3 * probe_pause_s_, probe_pause_min_s, probe_pause_max_s);
  probe_in_s_ = probe_pause_s_;
}

/// Refused above the ceiling: back to it, or to where the refusals began.
void learned_rate::end_probe() noexcept {
  step_from_ = slot_of(ticked_) + settle_slots;
  at_limit_s_ = 0;
  const auto possible = probe_margin * suspicious_.accepted_per_second() / (1 - random_);
  if (possible > 1.05 * ceiling_)
    keep(possible);
  else // never down: refusals may come at the end of each of the receiver's windows
    keep(std::max(ceiling_, (ceiling_ + possible) / 2));
}

void learned_rate::climb(double seconds) noexcept {
  if (state_ == pace_state::learned) {
    probe_in_s_ -= seconds;
    if (probe_in_s_ <= 0)
      state_ = pace_state::probing;
  } else if (state_ == pace_state::probing) {
    const auto growth = rate_ > far_above * ceiling_ ? probe_growth_far : probe_growth;
    rate_ = std::min(limit_, rate_ * (1 + growth * seconds));
    at_limit_s_ = rate_ >= limit_ ? at_limit_s_ + seconds : 0;
    if (at_limit_s_ > probe_at_limit_s) {
      ceiling_ = limit_;
      state_ = pace_state::free;
      probe_pause_s_ = at_limit_s_ = 0;
    }
  }
}

void learned_rate::set_limit(double per_second) noexcept {
  const bool free = ceiling_ >= limit_;
  limit_ = per_second;
  ceiling_ = free ? limit_ : std::min(ceiling_, limit_);
  rate_ = free && state_ == pace_state::free ? limit_ : std::min(rate_, limit_);
  rate_before_ = std::min(rate_before_, limit_);
}

} // namespace stentor::core
