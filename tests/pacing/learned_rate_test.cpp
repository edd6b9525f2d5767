/// The learned rate against a receiver in virtual time: hidden, halved and doubled limits, dips,
/// outages, random refusals, and answers that come late. Hours of messages, so a program of its
/// own.
#include "stentor/core/delivery/pacing/learned_rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace stentor::core {
namespace {

using namespace std::chrono_literals;

constexpr auto step = 10ms;
constexpr double step_s = 0.01;
constexpr steady_time start{1000h};

/// xorshift64*, the same everywhere.
class dice {
public:
  explicit dice(std::uint64_t seed) : state_{seed * 0x9e3779b97f4a7c15U + 1} {}
  double next() { // 0 to 1
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return static_cast<double>((state_ * 0x2545f4914f6cdd1dU) >> 11U) * 0x1.0p-53;
  }

private:
  std::uint64_t state_;
};

/// How the receiver counts.
enum class counting : std::uint8_t {
  burst, ///< a bucket that holds one second's worth
  window ///< so many in each second of its clock
};

/// When answers come.
struct delay {
  const char* name;
  double from_s, to_s;
  bool refusals_at_once = false;
};

struct receiver {
  const char* name;
  std::function<double(double)> limit;  ///< share of the configured rate, at a second
  std::function<double(double)> random; ///< share that is refused whatever the rate is
  counting how = counting::burst;
  double used_min = 0.97;
  double excess_max = 0.01;
};

struct scene {
  double configured;
  delay late;
  receiver meta;
};

void PrintTo(const scene& s, std::ostream* out) {
  *out << s.meta.name << ", " << s.configured << "/s, answers " << s.late.name;
}

struct result {
  double used = 0;    ///< accepted, of what was possible
  double excess = 0;  ///< refused for the rate, of what was sent
  double highest = 0; ///< rate
};

class run {
public:
  run(const scene& s, std::uint64_t seed)
      : scene_{s}, dice_{seed}, rate_{s.configured}, window_begins_{dice_.next()} {}

  result of(double seconds) {
    auto per_second = rate_.tick(start);
    double next = 0;
    for (std::int64_t i = 0; static_cast<double>(i) * step_s < seconds; ++i) {
      const auto t = static_cast<double>(i) * step_s;
      answers(i);
      if (i % 25 == 0)
        per_second = rate_.tick(start + i * step);
      found_.highest = std::max(found_.highest, per_second);
      limit_ = scene_.configured * scene_.meta.limit(t);
      const auto random = scene_.meta.random(t);
      possible_ += limit_ * (1 - random) * step_s;
      for (next = std::max(next, t); next < t + step_s; next += 1 / per_second)
        send(i, next, random);
    }
    found_.used = accepted_ / possible_;
    found_.excess = too_fast_ / sent_;
    return found_;
  }

private:
  struct answer {
    std::int64_t sent; ///< step
    std::uint32_t count, refused;
  };

  void answers(std::int64_t now) {
    auto& due = answers_[static_cast<std::size_t>(now) % answers_.size()];
    for (const auto& a : due)
      rate_.answered(start + a.sent * step, start + now * step, a.count, a.refused);
    due.clear();
  }

  bool admit(double t) {
    if (scene_.meta.how == counting::burst) {
      if (due_ - t > 1)
        return false;
      due_ = std::max(due_, t) + 1 / limit_;
      return true;
    }
    const auto window = std::floor(t + window_begins_);
    if (window != window_)
      in_window_ = 0;
    window_ = window;
    return ++in_window_ <= std::floor(limit_);
  }

  void send(std::int64_t now, double t, double random) {
    const auto admitted = admit(t);
    const auto refused = !admitted || dice_.next() < random;
    sent_ += 1;
    too_fast_ += admitted ? 0 : 1;
    accepted_ += refused ? 0 : 1;
    const auto& late = scene_.late;
    const auto wait = refused && late.refusals_at_once
                          ? 0.02
                          : late.from_s + (late.to_s - late.from_s) * dice_.next();
    const auto at = now + 1 + static_cast<std::int64_t>(wait / step_s);
    auto& due = answers_[static_cast<std::size_t>(at) % answers_.size()];
    if (due.empty() || due.back().sent != now)
      due.push_back({now, 0, 0});
    ++due.back().count;
    due.back().refused += refused ? 1U : 0U;
  }

  const scene& scene_;
  dice dice_;
  learned_rate rate_;
  std::array<std::vector<answer>, 512> answers_; ///< by the step at which they come
  double window_begins_, window_ = -1, in_window_ = 0, due_ = 0, limit_ = 0;
  double sent_ = 0, accepted_ = 0, too_fast_ = 0, possible_ = 0;
  result found_;
};

auto always(double share) {
  return [share](double) { return share; };
}
auto between(double from_s, double to_s, double inside, double outside) {
  return [=](double t) { return t >= from_s && t < to_s ? inside : outside; };
}

std::vector<receiver> receivers() {
  const auto all = always(1);
  const auto never = always(0);
  constexpr double for_ever = 1e9;
  return {
      {"0.1 % at random", all, always(0.001)},
      {"0.3 % at random", all, always(0.003)},
      {"1 % at random", all, always(0.01)},
      {"3 % at random", all, always(0.03)},
      {"10 % at random", all, always(0.1)},
      {"30 % at random", all, always(0.3)},
      {"30 % at random for two minutes", all, between(300, 420, 0.3, 0)},
      {"a hidden limit of half", always(0.5), never},
      {"the same in windows", always(0.5), never, counting::window},
      {"a hidden limit of nine tenths in windows", always(0.9), never, counting::window},
      // Six seconds pass before the first answers: more is refused in them than in the hour later.
      {"a hidden limit of an eighth", always(0.125), never, counting::burst, 0.95, 0.035},
      {"halved", between(300, for_ever, 0.5, 1), never},
      {"doubled", between(300, for_ever, 1, 0.5), never},
      {"half for 10 s", between(300, 310, 0.5, 1), never},
      {"half for 60 s", between(300, 360, 0.5, 1), never},
      {"a tenth for 10 s", between(300, 310, 0.1, 1), never},
      {"away for 30 s", all, between(300, 330, 1, 0)},
      // Both at once can't be told apart as well.
      {"half, and 3 % at random", always(0.5), always(0.03), counting::burst, 0.95, 0.03},
      {"half, and 30 % at random", always(0.5), always(0.3), counting::burst, 0.9, 0.05},
      {"doubled, and 10 % at random", between(300, for_ever, 1, 0.5), always(0.1), counting::burst,
       0.9, 0.03},
  };
}

std::vector<scene> scenes() {
  std::vector<scene> all;
  for (const auto configured : {80.0, 1'000.0})
    for (const auto& late :
         {delay{"at once", 0, 0.05}, delay{"0 to 4 s late", 0, 4}, delay{"4 s late", 4, 4},
          delay{"3 to 4 s late, refusals at once", 3, 4, true}})
      for (auto& meta : receivers())
        all.push_back({configured, late, meta});
  return all;
}

class learned_rate_at : public ::testing::TestWithParam<scene> {};

TEST_P(learned_rate_at, uses_what_is_possible_and_is_seldom_too_fast) {
  const auto& s = GetParam();
  // An hour of 80 a second is 288,000 messages, one of 1,000 3.6 million.
  const std::uint64_t seeds = s.configured < 100 ? 2 : 1;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto found = run{s, seed}.of(3'600);
    EXPECT_GE(found.used, s.meta.used_min) << "seed " << seed;
    EXPECT_LE(found.excess, s.meta.excess_max) << "seed " << seed;
    EXPECT_LE(found.highest, s.configured) << "seed " << seed;
    if (std::getenv("STENTOR_TABLE") != nullptr)
      std::printf("| %s | %.0f | %s | %.1f %% | %.2f %% |\n", s.meta.name, s.configured,
                  s.late.name, 100 * found.used, 100 * found.excess);
  }
}

INSTANTIATE_TEST_SUITE_P(receivers, learned_rate_at, ::testing::ValuesIn(scenes()));

} // namespace
} // namespace stentor::core
