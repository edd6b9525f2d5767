#include "actors/delivery/retry.hpp"

#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds poll_interval_min{100};
constexpr std::chrono::milliseconds poll_interval_due{250};
constexpr std::chrono::milliseconds poll_interval_max{1'000};
constexpr std::chrono::milliseconds doubts_interval{2'000};
constexpr auto running_interval = core::listening_time::step_max / 2;

} // namespace

void retry_state::start(context_ptr context, retry_store_actor store, webhook_actor webhook,
                        supervisor_actor supervisor) {
  context_ = std::move(context);
  store_ = std::move(store);
  webhook_ = std::move(webhook);
  supervisor_ = std::move(supervisor);
  self_->delayed_send(self_, poll_interval_min, atom::tick_v);
  on_poll();
}

/// Often, so that a process that stood still knows for how long.
void retry_state::on_poll() {
  listened_.runs(self_->clock().now());
  self_->delayed_send(self_, running_interval, atom::poll_v);
}

void retry_state::on_tick() {
  const auto now = context_->wall_clock();
  when_answered<ports::retry_agenda>(
      self_->request(store_, caf::infinite, atom::agenda_v),
      [this, now](const core::result<ports::retry_agenda>& agenda) {
        auto wait = poll_interval_max;
        database_answers_ = agenda.ok();
        if (agenda) {
          if (!agenda->due.empty())
            self_->send(supervisor_, atom::retries_v, agenda->due);
          if (agenda->next_due_ms > 0)
            wait =
                std::clamp(std::chrono::milliseconds{agenda->next_due_ms} - now.time_since_epoch(),
                           poll_interval_min, poll_interval_max);
          // What is due and can't be sent (a window that is closed) must not be asked for all
          // night.
          if (!agenda->due.empty())
            wait = agenda->due == due_ ? poll_interval_due : poll_interval_min;
          due_ = agenda->due;
        }
        self_->delayed_send(self_, wait, atom::tick_v);
      });
  listen();
  settle_doubts();
}

/// Webhooks can be taken as long as an empty one is: it goes their whole way, through whatever
/// fails or is slow there, and changes nothing.
void retry_state::listen() {
  listened_.note(self_->clock().now(), context_->wall_clock(),
                 std::exchange(webhooks_answered_, false) && database_answers_ &&
                     context_->counters.ready);
  if (std::exchange(asks_, true))
    return;
  when_done(self_->request(webhook_, caf::infinite, atom::write_v,
                           std::make_shared<ports::ledger_write>()),
            [this](const core::status& stored) {
              asks_ = false;
              webhooks_answered_ = stored.ok();
            });
}

void retry_state::settle_doubts() {
  const auto now = self_->clock().now();
  if (now < next_doubts_)
    return;
  next_doubts_ = now + std::min(doubts_interval,
                                std::max(poll_interval_min, context_->settings.in_doubt_wait / 4));
  const auto begun = listened_.heard_for(context_->settings.in_doubt_wait);
  if (!begun)
    return;
  when_answered<std::int64_t>(
      self_->request(store_, caf::infinite, atom::settle_v, begun->time_since_epoch().count()),
      [](const core::result<std::int64_t>& settled) {
        if (settled && *settled > 0)
          spdlog::warn("{} recipients in doubt got no word from Meta in time; their campaign's "
                       "policy settled them.",
                       *settled);
      });
}

retry_actor::behavior_type retry(retry_actor::stateful_pointer<retry_state> self,
                                 context_ptr context, retry_store_actor store,
                                 webhook_actor webhook, supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(store), std::move(webhook),
                    std::move(supervisor));
  return {[self](atom::tick) { self->state.on_tick(); },
          [self](atom::poll) { self->state.on_poll(); }};
}

} // namespace stentor::actors
