#pragma once
/// What a running campaign may do now, out of what has happened to it. Pure; one thread.

namespace stentor::core {

class run_state {
public:
  // -- what has happened

  /// The whole list is claimed (or, false: recovery freed a part of it).
  void list_exhausted(bool exhausted) noexcept { exhausted_ = exhausted; }
  /// Held at once; the status is being written.
  void pause_asked() noexcept;
  void pause_written() noexcept { pause_ = pause::written; }
  /// The database refused a pause. Returns whether the campaign is to go on: a refusal of the
  /// second one doesn't lift the first.
  bool pause_refused() noexcept;
  void resumed() noexcept { pause_ = pause::none; }
  void cancel_asked() noexcept { cancelling_ = true; }
  void cancel_refused() noexcept { cancelling_ = false; }
  /// Returns whether this is a change.
  bool window_moved(bool outside) noexcept;
  void expired() noexcept { expiring_ = true; }
  void over() noexcept { over_ = true; }

  void claim_asked() noexcept { claiming_ = true; }
  void claim_answered() noexcept { claiming_ = false; }
  void retries_asked() noexcept { claiming_retries_ = true; }
  void retries_answered() noexcept { claiming_retries_ = false; }
  void end_asked() noexcept { asking_end_ = true; }
  void end_answered() noexcept { asking_end_ = false; }

  // -- what may be done

  /// No message goes out: paused, or outside its window.
  [[nodiscard]] bool is_held() const noexcept { return is_paused() || outside_window_; }
  [[nodiscard]] bool is_paused() const noexcept { return pause_ != pause::none; }
  [[nodiscard]] bool is_outside_window() const noexcept { return outside_window_; }
  [[nodiscard]] bool is_exhausted() const noexcept { return exhausted_; }
  [[nodiscard]] bool is_expiring() const noexcept { return expiring_; }
  [[nodiscard]] bool is_over() const noexcept { return over_; }
  /// Whether new recipients are still wanted, now or later.
  [[nodiscard]] bool is_sending() const noexcept { return !over_ && !cancelling_ && !expiring_; }
  [[nodiscard]] bool may_claim() const noexcept { return is_sending() && !is_held() && !claiming_; }
  [[nodiscard]] bool may_retry() const noexcept {
    return is_sending() && !is_held() && !claiming_retries_;
  }
  [[nodiscard]] bool may_expire() const noexcept { return is_sending(); }
  /// Whether it is worth asking if everybody is explained. A pause waits with that, an expiry
  /// doesn't.
  [[nodiscard]] bool may_end() const noexcept;

private:
  enum class pause : unsigned char { none, asked, written };

  pause pause_ = pause::none;
  bool exhausted_ = false;
  bool outside_window_ = false;
  bool cancelling_ = false;
  bool expiring_ = false;
  bool over_ = false;
  bool claiming_ = false;
  bool claiming_retries_ = false;
  bool asking_end_ = false;
};

} // namespace stentor::core
