#pragma once
/// Virtual time, and what happens at which moment of it. Things of one moment happen in the order
/// in which they were asked for. One thread.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace stentor::simulation {

using span = std::chrono::nanoseconds;

/// The world's clock begins here: 2026-01-05 08:00 UTC, a Monday.
inline constexpr std::int64_t wall_begin_ms = 1'767'600'000'000;
inline constexpr core::steady_time steady_begin{std::chrono::hours{1}};

class timeline {
public:
  [[nodiscard]] core::steady_time now() const noexcept { return now_; }
  /// Of the world: the database's and Meta's.
  [[nodiscard]] std::int64_t wall_ms() const noexcept {
    return wall_begin_ms +
           std::chrono::duration_cast<std::chrono::milliseconds>(now_ - steady_begin).count();
  }
  [[nodiscard]] double seconds() const noexcept {
    return std::chrono::duration<double>(now_ - steady_begin).count();
  }

  void at(core::steady_time when, std::function<void()> what) {
    due_.emplace(std::pair{std::max(when, now_), next_no_++}, std::move(what));
  }
  void after(span delay, std::function<void()> what) { at(now_ + delay, std::move(what)); }

  [[nodiscard]] core::steady_time next() const noexcept {
    return due_.empty() ? core::steady_time::max() : due_.begin()->first.first;
  }
  void move_to(core::steady_time when) noexcept { now_ = std::max(now_, when); }
  /// False when nothing is due now.
  bool run_one() {
    if (due_.empty() || due_.begin()->first.first > now_)
      return false;
    auto what = std::move(due_.begin()->second);
    due_.erase(due_.begin());
    what();
    return true;
  }

private:
  core::steady_time now_ = steady_begin;
  std::uint64_t next_no_ = 0;
  std::map<std::pair<core::steady_time, std::uint64_t>, std::function<void()>> due_;
};

} // namespace stentor::simulation
