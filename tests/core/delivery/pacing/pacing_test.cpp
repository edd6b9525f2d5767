/// Pacing by properties: the window bound holds for every admitted log, and the limit is used.
#include "stentor/core/delivery/pacing/gcra.hpp"
#include "stentor/core/delivery/pacing/pair_limiter.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using stentor::core::gcra;
using stentor::core::pair_limiter;
using stentor::core::steady_time;

constexpr steady_time start{1000h};
constexpr nanoseconds window{1s};

/// The first index i with log[i + limit] - log[i] < window, or the size of the log.
std::size_t first_violation(const std::vector<steady_time>& log, std::size_t limit) {
  for (std::size_t i = 0; i + limit < log.size(); ++i) {
    if (log[i + limit] - log[i] < window)
      return i;
  }
  return log.size();
}

TEST(gcra, admits_nothing_before_its_start) {
  gcra pacer{80, 5ms, 0ns, start};
  EXPECT_EQ(pacer.take(10, start - 1ns), 0U);
  EXPECT_EQ(pacer.next(), start);
  EXPECT_EQ(pacer.take(1, start), 1U);
}

TEST(gcra, no_window_ever_holds_more_than_the_limit) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random{seed};
    const auto limit = 1 + random() % 1000;
    const nanoseconds tolerance{random() % 20'000'000};
    const nanoseconds jitter{random() % 30'000'000};
    const nanoseconds step_max{1 + random() % 10'000'000};
    gcra pacer{static_cast<double>(limit), tolerance, jitter, start};
    std::vector<steady_time> log;
    auto now = start;
    for (int i = 0; i < 6000; ++i) {
      now += nanoseconds{random() % static_cast<std::uint64_t>(step_max.count())};
      if (random() % 400 == 0) // the machine slept, or nobody wanted anything
        now += nanoseconds{random() % 3'000'000'000};
      const auto wanted = random() % 5 == 0 ? 0 : random() % 50;
      const auto taken = pacer.take(wanted, now);
      ASSERT_LE(taken, wanted);
      const auto returned = taken > 0 && random() % 4 == 0 ? random() % (taken + 1) : 0;
      pacer.refund(returned);
      log.insert(log.end(), taken - returned, now);
    }
    ASSERT_EQ(first_violation(log, limit), log.size()) << "seed " << seed << " limit " << limit;
    // A receiver that sees each message up to `jitter` late is within the limit as well.
    for (auto& at : log)
      at += nanoseconds{
          jitter.count() == 0 ? 0 : random() % static_cast<std::uint64_t>(jitter.count())};
    std::sort(log.begin(), log.end());
    ASSERT_EQ(first_violation(log, limit), log.size()) << "jitter, seed " << seed;
  }
}

TEST(gcra, a_hungry_sender_uses_99_percent) {
  for (const double limit : {20.0, 80.0, 250.0, 1000.0, 5000.0}) {
    for (const nanoseconds step : {nanoseconds{1ms}, nanoseconds{5ms}}) {
      gcra pacer{limit, step, 0ns, start};
      std::size_t sent = 0;
      constexpr int seconds = 20;
      for (auto now = start; now < start + std::chrono::seconds{seconds}; now += step)
        sent += pacer.take(1000, now);
      EXPECT_GE(static_cast<double>(sent), 0.99 * limit * seconds - 1)
          << limit << " " << step.count();
      EXPECT_LE(static_cast<double>(sent), limit * seconds) << limit << " " << step.count();
    }
  }
}

TEST(gcra, a_sender_that_wakes_up_late_catches_up) {
  std::mt19937_64 random{7};
  gcra pacer{1000, 50ms, 5ms, start};
  std::vector<steady_time> log;
  constexpr int seconds = 30;
  for (auto now = start; now < start + std::chrono::seconds{seconds};) {
    log.insert(log.end(), pacer.take(1000, now), now);
    now += random() % 100 == 0 ? nanoseconds{random() % 20'000'000} : nanoseconds{1ms};
  }
  EXPECT_EQ(first_violation(log, 1000), log.size());
  EXPECT_GE(log.size(), 0.99 * 1000 * seconds);
}

TEST(gcra, changing_rates_never_break_the_highest_one) {
  std::mt19937_64 random{11};
  gcra pacer{500, 50ms, 0ns, start};
  std::vector<steady_time> log;
  auto now = start;
  for (int i = 0; i < 20'000; ++i) {
    now += nanoseconds{random() % 2'000'000};
    if (random() % 100 == 0)
      pacer.set_rate(static_cast<double>(1 + random() % 500));
    const auto taken = pacer.take(random() % 30, now);
    const auto returned = taken > 0 && random() % 8 == 0 ? random() % (taken + 1) : 0;
    pacer.refund(returned);
    log.insert(log.end(), taken - returned, now);
  }
  EXPECT_EQ(first_violation(log, 500), log.size());
}

/// Processes that die and start again, soon or late, each with a pacer that knows nothing of the
/// last one.
TEST(gcra, owners_that_rest_between_them_obey_the_limit_together) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 random{seed};
    const auto limit = std::array{0.5, 1.0, 3.0, 80.0, 300.0, 1000.0}[seed % 6];
    const auto tolerance = std::array<nanoseconds, 3>{0ms, 10ms, 100ms}[seed / 6 % 3];
    const nanoseconds jitter = 7ms;
    std::vector<steady_time> log;
    auto now = start;
    for (int life = 0; life < 12; ++life) {
      gcra pacer{limit, tolerance, jitter, now};
      const auto death =
          now + nanoseconds{random() % (life % 2 == 0 ? 3'000'000'000 : 300'000'000)};
      for (; now < death;
           now += nanoseconds{random() % (random() % 50 == 0 ? 90'000'000 : 3'000'000)})
        log.insert(log.end(), pacer.take(10'000, now), now);
      now = death + gcra::rest(limit, tolerance, jitter);
    }
    for (auto& at : log)
      at += nanoseconds{random() % static_cast<std::uint64_t>(jitter.count())};
    std::sort(log.begin(), log.end());
    ASSERT_EQ(first_violation(log, static_cast<std::size_t>(std::ceil(limit))), log.size())
        << "seed " << seed << ", limit " << limit;
  }
}

TEST(gcra, a_higher_rate_holds_at_once) {
  gcra pacer{1 / 60.0, 50ms, 0ns, start};
  ASSERT_EQ(pacer.take(1, start), 1U);
  EXPECT_GE(pacer.next(), start + 59s);
  pacer.set_rate(10);
  EXPECT_LE(pacer.next(), start + 1s) << "a minute was the old rate's";
  EXPECT_EQ(pacer.take(9, start + 1s), 1U);
}

TEST(gcra, a_lower_rate_holds_at_once) {
  gcra pacer{1000, 0ns, 0ns, start};
  ASSERT_EQ(pacer.take(5, start), 1U);
  pacer.set_rate(10);
  std::vector<steady_time> log;
  for (auto now = start + 1ms; now < start + 5s; now += 1ms)
    log.insert(log.end(), pacer.take(9, now), now);
  EXPECT_EQ(first_violation(log, 10), log.size());
  EXPECT_GE(log.size(), 45U);
}

TEST(gcra, only_the_latest_take_can_be_given_back) {
  gcra pacer{10, 450ms, 0ns, start};
  gcra same = pacer;
  ASSERT_EQ(pacer.take(1, start), 1U);
  pacer.refund(1);
  EXPECT_EQ(pacer.next(), same.next());
  pacer.refund(5); // nothing is left to give back
  EXPECT_EQ(pacer.next(), same.next());
  EXPECT_EQ(pacer.take(1, start), 1U);
  EXPECT_EQ(pacer.take(1, start), 0U);
}

TEST(pair_limiter, a_burst_of_45_then_one_in_6_s) {
  pair_limiter pairs{6s, 45};
  steady_time next_at{};
  for (int i = 0; i < 45; ++i)
    ASSERT_TRUE(pairs.take(4912345, start, next_at)) << i;
  ASSERT_FALSE(pairs.take(4912345, start, next_at));
  EXPECT_EQ(next_at, start + 6s);
  EXPECT_TRUE(pairs.take(4912346, start, next_at)); // another person does not wait
  EXPECT_FALSE(pairs.take(4912345, start + 6s - 1ns, next_at));
  EXPECT_TRUE(pairs.take(4912345, start + 6s, next_at));
  EXPECT_FALSE(pairs.take(4912345, start + 6s, next_at));
}

TEST(pair_limiter, agrees_with_a_map_and_forgets_the_expired) {
  std::mt19937_64 random{7};
  pair_limiter pairs{6s, 3};
  std::map<std::uint64_t, steady_time> due;
  auto now = start;
  for (int i = 0; i < 200'000; ++i) {
    now += nanoseconds{random() % 2'000'000};
    const auto person = 49'000'000'000 + random() % 20'000 * (random() % 2 == 0 ? 1 : 4096);
    steady_time next_at{};
    auto& mine = due[person];
    const bool may = now >= mine - 12s;
    ASSERT_EQ(pairs.take(person, now, next_at), may) << i;
    if (may)
      mine = std::max(now, mine) + 6s;
    else
      ASSERT_EQ(next_at, mine - 12s);
  }
  EXPECT_LT(pairs.size(), 40'000U);
  const auto before = pairs.size();
  steady_time next_at{};
  for (std::uint64_t person = 1; person <= 10'000'000;
       person += 97) { // each long after the last one
    now += 7s;
    ASSERT_TRUE(pairs.take(person, now, next_at));
  }
  EXPECT_LE(pairs.size(), before * 2 + 64);
}

} // namespace
