/// How a campaign holds, resumes and ends (campaign.hpp).
#include "actors/campaign/campaign.hpp"
#include "actors/runtime/ask.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stentor::actors {

namespace {

/// A campaign that only waits for receipts or retries asks ever more seldom whether it is over, up
/// to this.
constexpr std::chrono::milliseconds check_delay_last{1'000};

void answer(const callback_ptr& then, const core::status& status) {
  if (then)
    (*then)(status);
}

} // namespace

void campaign_state::hold(bool held) {
  context_->gateway.hold_campaign(campaign_.no, held);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->who.limiter(number))
      self_->send(limiter, atom::hold_v, campaign_.no, held);
  if (!held)
    claim();
}

void campaign_state::on_pause(const std::string& reason, const callback_ptr& then) {
  const auto first = !paused_;
  paused_ = true;
  hold(true);
  write_pause(reason, first, then);
}

/// While the status cannot be written the campaign stays held, and every tick tries again.
void campaign_state::write_pause(const std::string& reason, bool first, const callback_ptr& then) {
  unwritten_pause_.clear();
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no, reason](ports::dispatch_store& db) {
        return db.set_status(no, core::campaign_status::paused, reason);
      },
      [this, reason, first, then](core::status status) {
        if (!status.ok() && status.problem().code != core::errc::conflict) {
          unwritten_pause_ = reason;
        } else if (!status.ok() && first) {
          paused_ = false; // it had ended already
          hold(outside_window_);
        }
        answer(then, status);
      });
}

void campaign_state::on_resume(const callback_ptr& then) {
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no](ports::dispatch_store& db) {
        auto status = db.set_status(no, core::campaign_status::sending, "");
        if (status.ok() || status.problem().code != core::errc::conflict)
          return status;
        // A pause that could not be written left it `sending`.
        const auto now = db.load(no);
        return now && now->status == core::campaign_status::sending ? core::status{core::done{}}
                                                                    : status;
      },
      [this, then](core::status status) {
        if (status.ok()) {
          paused_ = false;
          unwritten_pause_.clear();
          check_delay_ = check_delay_first;
          watch_window();
          hold(outside_window_);
        }
        answer(then, status);
      });
}

/// Held at once, but nothing is given up before the status is written: what comes back unsent
/// afterwards is queued no more.
void campaign_state::on_cancel(const callback_ptr& then) {
  cancelling_ = true;
  hold(true);
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no](ports::dispatch_store& db) {
        return db.set_status(no, core::campaign_status::cancelled, "cancelled by an operator");
      },
      [this, then](core::status status) {
        if (status.ok()) {
          drop_the_rest();
          end_as(core::campaign_status::cancelled);
        } else {
          cancelling_ = false;
          hold(paused_ || outside_window_);
        }
        answer(then, status);
      });
}

/// Everything that is not yet on its way comes back and is queued no more.
void campaign_state::drop_the_rest() {
  self_->send(partners_.sender, atom::cancel_v, campaign_.no);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->who.limiter(number))
      self_->send(limiter, atom::detach_v, campaign_.no);
  context_->gateway.revoke_campaign(campaign_.no);
}

void campaign_state::watch_window() {
  if (!campaign_.window)
    return;
  const auto now = context_->wall_clock();
  const auto offset = context_->time_zones.offset(campaign_.window->time_zone, now);
  if (!offset) {
    fail(offset.problem().message);
    return;
  }
  const auto outside = !core::window_at(*campaign_.window, now, *offset).open;
  if (outside == outside_window_)
    return;
  outside_window_ = outside;
  spdlog::info("Campaign {} is {} its send window.", campaign_.no, outside ? "outside" : "inside");
  if (!paused_)
    hold(outside);
}

void campaign_state::on_tick() {
  if (over_)
    return;
  self_->delayed_send(self_, tick_interval, atom::tick_v);
  watch_window();
  if (campaign_.expires_at && !expiring_ && !cancelling_ &&
      context_->wall_clock() >= *campaign_.expires_at) {
    expiring_ = true;
    drop_the_rest();
  }
  if (!unwritten_pause_.empty())
    write_pause(std::exchange(unwritten_pause_, {}), false, nullptr);
  if (paused_ && !expiring_)
    return;
  claim();
  try_to_end();
}

void campaign_state::try_to_end() {
  const auto ending = exhausted_ || expiring_;
  const auto now = self_->clock().now();
  if (!ending || cancelling_ || checking_ || claiming_ || now < next_check_)
    return;
  if (claims_open_ > 0 && !expiring_ && now < next_check_ + check_delay_last)
    return; // the count is a hint only: claims that a number lost are closed by its next owner
  checking_ = true;
  check_delay_ = std::clamp(check_delay_ * 2, check_delay_first, check_delay_last);
  next_check_ = now + check_delay_;
  end_as(expiring_ ? core::campaign_status::expired : core::campaign_status::completed);
}

void campaign_state::end_as(core::campaign_status status) {
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no, status](ports::dispatch_store& db) -> core::result<bool> {
        if (status == core::campaign_status::completed)
          if (auto over = db.may_be_over(no); !over || !*over)
            return over;
        return db.finish(no, status);
      },
      [this, status](core::result<bool> finished) {
        checking_ = false;
        if (over_)
          return;
        if (finished && *finished) {
          spdlog::info("Campaign {} is {}.", campaign_.no, core::to_string(status));
          end();
        } else if (status == core::campaign_status::cancelled ||
                   (!finished && finished.problem().code == core::errc::conflict)) {
          end(); // the status is written, here or by somebody else; what is in flight is folded
        }
      });
}

void campaign_state::fail(const std::string& reason) {
  spdlog::error("Campaign {} is paused: {}", campaign_.no, reason);
  over_ = true;
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no, reason](ports::dispatch_store& db) {
        return db.set_status(no, core::campaign_status::paused, reason);
      },
      [this](core::status) { end(); });
}

void campaign_state::end() {
  over_ = true;
  self_->send(partners_.sender, atom::forget_v, campaign_.no);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->who.limiter(number))
      self_->send(limiter, atom::detach_v, campaign_.no);
  context_->gateway.set_campaign_rate(campaign_.no, 0);
  self_->send(partners_.supervisor, atom::ended_v, campaign_.no);
}

} // namespace stentor::actors
