#pragma once
/// How fast a number may go, learned from Meta's answers; time is an argument. One thread.

#include "stentor/core/base/ids.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ratio>
#include <string_view>

namespace stentor::core {

/// What a number's rate is at the moment.
enum class pace_state : std::uint8_t {
  free,        ///< as configured: nothing says that less would be better
  testing,     ///< lowered for some seconds, to see whether the refusals go
  learned,     ///< at a ceiling that was found below the configured rate
  probing,     ///< above that ceiling, to see whether more goes by now
  unavailable, ///< nearly everything is refused at every rate; few go, to hear when that ends
};

[[nodiscard]] constexpr std::string_view to_string(pace_state s) noexcept {
  switch (s) {
  case pace_state::free:
    return "free";
  case pace_state::testing:
    return "testing";
  case pace_state::learned:
    return "learned";
  case pace_state::probing:
    return "probing";
  case pace_state::unavailable:
    return "unavailable";
  }
  return "unknown";
}

/// Meta says "too fast" or "overloaded" for two reasons: the number is too fast, or something that
/// has nothing to do with the number (a random share, an outage). Only in the first case a lower
/// rate helps. So more refusals than before are a reason to test the cause: the rate goes just
/// below what was accepted. If the refusals go, what was accepted is the new ceiling; if they stay,
/// their share is random and is remembered, and the rate goes back. A ceiling is probed again at
/// longer and longer intervals (docs/decisions.md, 37).
///
/// Answers are judged by when their requests were sent, and only when nearly all of that time have
/// come: a refusal is often answered sooner than a message that is accepted. Allocates nothing.
class learned_rate {
public:
  /// Answers are counted in slots of this length.
  using slot_duration = std::chrono::duration<std::int64_t, std::ratio<1, 4>>;
  static constexpr std::chrono::milliseconds slot_time{slot_duration{1}};

  learned_rate() noexcept : learned_rate{80} {}
  explicit learned_rate(double limit_per_second) noexcept;

  /// So many requests that were sent at `sent` are answered at `now`, `refused` of them with "too
  /// fast" or "overloaded".
  void answered(steady_time sent, steady_time now, std::uint32_t count,
                std::uint32_t refused) noexcept;
  /// Time has passed: to be called a few times a second. @return the rate to use, never above the
  /// limit
  double tick(steady_time now) noexcept;
  /// Before anything is sent: what was learned earlier, perhaps by another process. It is probed
  /// after a minute.
  void begin_at(double ceiling) noexcept;
  /// The configured rate. A lower one holds at once.
  void set_limit(double per_second) noexcept;

  [[nodiscard]] double limit() const noexcept { return limit_; }
  [[nodiscard]] double current() const noexcept { return rate_; }
  /// The highest rate that is taken to be safe: the limit, or what was learned.
  [[nodiscard]] double ceiling() const noexcept { return ceiling_; }
  /// The share of answers that are refusals at any rate, 0 to 1.
  [[nodiscard]] pace_state state() const noexcept { return state_; }

private:
  /// Requests of one slot.
  struct cohort {
    std::uint32_t count = 0;
    std::uint32_t refused = 0;
    float expected = 0; ///< by the rate of that time
  };
  /// Cohorts that belong together.
  struct stretch {
    double count = 0;
    double refused = 0;
    double slots = 0;
    void add(const cohort& c) noexcept;
    void fade(double by) noexcept;
    [[nodiscard]] double share() const noexcept { return count > 0 ? refused / count : 0; }
    [[nodiscard]] double accepted_per_second() const noexcept;
  };
  static constexpr std::size_t slots = 64;
  static constexpr std::size_t steps_max = 8;

  [[nodiscard]] double least() const noexcept;
  [[nodiscard]] double refused_anyway() const noexcept;
  [[nodiscard]] static double noise(const stretch& a, const stretch& b) noexcept;
  [[nodiscard]] bool explained(const stretch& s, double worth, double sigmas) const noexcept;
  [[nodiscard]] double answers_wanted() const noexcept;
  [[nodiscard]] std::int64_t lag() const noexcept;
  [[nodiscard]] bool ripe(std::int64_t now, std::int64_t lag) const noexcept;
  void judge(const cohort& c, std::int64_t slot) noexcept;
  void watch(const cohort& c) noexcept;
  void begin_test() noexcept;
  void step_to(double rate) noexcept;
  void step_down() noexcept;
  void end_step() noexcept;
  void note_random(const stretch& s) noexcept;
  void go_back() noexcept;
  void keep(double ceiling) noexcept;
  void end_probe() noexcept;
  void climb(double seconds) noexcept;

  double limit_;
  double rate_;
  double ceiling_;
  double random_ = 0; ///< fades, so that it is tested again from time to time
  pace_state state_ = pace_state::free;

  std::array<cohort, slots> cohorts_{}; ///< a ring by time of sending
  std::int64_t next_ = 0;               ///< the first slot that is not judged yet
  std::array<float, slots> delays_{};   ///< how many answers took so many slots, older ones fade
  steady_time ticked_{};
  bool begun_ = false;

  double used_ = 1;    ///< the share of the rate that is sent, of late
  double excess_ = 0;  ///< refusals beyond what is expected, cumulated; never below 0
  stretch suspicious_; ///< since excess_ left 0
  stretch recent_;     ///< at the present ceiling; older cohorts fade
  stretch safe_;       ///< steps of tests that show the random share
  /// A test: what was before it, and each step down since; the last one is under way.
  std::array<stretch, steps_max> steps_{};
  std::size_t step_ = 0;
  std::int64_t step_from_ = 0; ///< the first slot that counts for it
  double rate_before_;         ///< the test
  double probe_in_s_ = 0;
  double probe_pause_s_ = 0;
  double at_limit_s_ = 0; ///< of a probe
};

} // namespace stentor::core
