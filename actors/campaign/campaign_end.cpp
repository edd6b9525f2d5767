/// How a campaign holds, resumes and ends (campaign.hpp).
#include "actors/campaign/campaign.hpp"
#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stentor::actors {

namespace {

/// A campaign that only waits for receipts or retries asks ever more seldom whether it is over, up
/// to this.
constexpr std::chrono::milliseconds check_delay_last{1'000};

/// Longer than two rounds of retries.
constexpr std::chrono::milliseconds short_list_wait{1'500};

} // namespace

void campaign_state::hold(bool held) {
  context_->gateway.hold_campaign(campaign_.no, held);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->running.limiter(number))
      self_->send(limiter, atom::hold_v, campaign_.no, held);
  if (!held)
    claim();
}

/// Held at once, but nothing is given up before the status is written: what comes back unsent after
/// a cancel is queued no more.
void campaign_state::on_order(const campaign_order& order) {
  if (state_.is_over())
    return;
  last_order_ = order.no;
  if (order.command == core::campaign_command::cancel) {
    state_.cancel_asked();
  } else {
    state_.pause_asked();
    pause_ = order;
  }
  hold(true);
}

void campaign_state::on_order_ended(const order_ended& ended) {
  if (state_.is_over())
    return;
  switch (ended.command) {
  case core::campaign_command::pause:
    if (!ended.problem)
      state_.pause_written();
    else if (*ended.problem != core::errc::conflict)
      pause_unwritten_ = true;
    else if (state_.pause_refused())
      hold(state_.is_held());
    return;
  case core::campaign_command::resume:
    // A pause that was asked for while the resume was being written is written behind it.
    if (ended.problem || ended.no < last_order_)
      return;
    last_order_ = ended.no;
    state_.resumed();
    pause_unwritten_ = false;
    check_delay_ = check_delay_first;
    look_at_plan();
    hold(state_.is_held());
    return;
  case core::campaign_command::cancel:
    if (ended.problem) {
      state_.cancel_refused();
      hold(state_.is_held());
      return;
    }
    drop_the_rest();
    end_as(core::campaign_status::cancelled);
    return;
  case core::campaign_command::launch:
    return;
  }
}

/// While the status cannot be written the campaign stays held, and every tick tries again.
void campaign_state::repeat_pause() {
  pause_unwritten_ = false;
  const auto repeated = last_order_;
  when_done(self_->request<caf::message_priority::high>(partners_.campaigns, caf::infinite,
                                                        atom::command_v, pause_),
            [this, repeated](const core::status& status) {
              if (repeated != last_order_) { // resumed meanwhile: that holds, and is written behind
                resume_unwritten_ = status.ok() && !state_.is_paused();
                return;
              }
              // A conflict may mean that an earlier try was written after all.
              if (status.ok() || status.error().code == core::errc::conflict)
                state_.pause_written();
              else
                pause_unwritten_ = true;
            });
}

/// A pause that was repeated came behind the resume; every tick tries to write the resume again.
void campaign_state::repeat_resume() {
  resume_unwritten_ = false;
  when_done(self_->request<caf::message_priority::high>(
                partners_.campaigns, caf::infinite, atom::command_v,
                campaign_order{.campaign = campaign_.no,
                               .command = core::campaign_command::resume,
                               .reason = {},
                               .audit = {},
                               .no = {}}),
            [this](const core::status& status) {
              resume_unwritten_ = !status && status.error().code == core::errc::unavailable;
            });
}

/// Everything that is not yet on its way comes back and is queued no more.
void campaign_state::drop_the_rest() {
  for (const auto& sender : partners_.senders.all())
    self_->send(sender, atom::discard_v, campaign_.no);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->running.limiter(number))
      self_->send(limiter, atom::detach_v, campaign_.no);
  context_->gateway.revoke_campaign(campaign_.no);
  return_kept_back();
}

void campaign_state::watch_expiry() {
  if (!campaign_.expires_at || !state_.may_expire() ||
      context_->wall_clock() < *campaign_.expires_at)
    return;
  state_.expired();
  drop_the_rest();
}

void campaign_state::on_tick() {
  if (state_.is_over())
    return;
  self_->delayed_send(self_, tick_interval, atom::tick_v);
  watch_plan();
  watch_expiry();
  watch_others();
  watch_media();
  if (pause_unwritten_)
    repeat_pause();
  if (resume_unwritten_ && !state_.is_paused())
    repeat_resume();
  claim();
  // The list was shorter than what the guard looks at, and no retries have come for a while.
  if (state_.is_exhausted() && !state_.is_held() &&
      self_->clock().now() - kept_since_ >= short_list_wait)
    spend_kept_back();
  try_to_end();
}

void campaign_state::try_to_end() {
  const auto now = self_->clock().now();
  if (!state_.may_end() || now < next_check_)
    return;
  if (claims_open_ > 0 && !state_.is_expiring() && now < next_check_ + check_delay_last)
    return; // the count is a hint only: claims that a number lost are closed by its next owner
  check_delay_ = std::clamp(check_delay_ * 2, check_delay_first, check_delay_last);
  next_check_ = now + check_delay_;
  end_as(state_.is_expiring() ? core::campaign_status::expired : core::campaign_status::completed);
}

void campaign_state::end_as(core::campaign_status status) {
  state_.end_asked();
  when_answered<bool>(
      self_->request(partners_.campaigns, caf::infinite, atom::end_v,
                     campaign_end{.campaign = campaign_.no, .to = status}),
      [this, status](const core::result<bool>& ended) {
        state_.end_answered();
        if (state_.is_over())
          return;
        if (ended && *ended) {
          spdlog::info("Campaign {} is {}.", campaign_.id, core::to_string(status));
          end();
        } else if (status == core::campaign_status::cancelled ||
                   (state_.is_expiring() && !ended && ended.error().code == core::errc::conflict)) {
          // The status is written, here or by somebody else; what is in flight is folded. A
          // campaign that another daemon has paused is told of that, and stays.
          end();
        }
      });
}

void campaign_state::fail(const core::sentence& reason) {
  spdlog::error("Campaign {} is paused: {}", campaign_.id, reason.text);
  state_.over();
  return_kept_back();
  when_done(self_->request<caf::message_priority::high>(
                partners_.campaigns, caf::infinite, atom::command_v,
                campaign_order{.campaign = campaign_.no,
                               .command = core::campaign_command::pause,
                               .reason = reason,
                               .audit = {},
                               .kind = core::pause_kind::rendering,
                               .no = {}}),
            [this](const core::status&) { end(); });
}

void campaign_state::end() {
  state_.over();
  return_kept_back();
  for (const auto& sender : partners_.senders.all())
    self_->send(sender, atom::forget_v, campaign_.no);
  self_->send(partners_.webhook, atom::forget_v, campaign_.no);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->running.limiter(number))
      self_->send(limiter, atom::detach_v, campaign_.no);
  context_->gateway.set_campaign_rate(campaign_.no, 0);
  self_->send(partners_.supervisor, atom::ended_v, campaign_.no);
}

} // namespace stentor::actors
