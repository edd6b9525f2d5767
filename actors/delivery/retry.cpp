#include "actors/delivery/retry.hpp"

#include "actors/runtime/ask.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds look_shortest{100};
constexpr std::chrono::milliseconds look_longest{1'000};
constexpr std::chrono::milliseconds doubts_interval{2'000};

} // namespace

void retry_state::start(context_ptr context, store_actor store, supervisor_actor supervisor) {
  context_ = std::move(context);
  store_ = std::move(store);
  supervisor_ = std::move(supervisor);
  self_->delayed_send(self_, look_shortest, atom::tick_v);
}

void retry_state::on_tick() {
  const auto now = context_->wall_clock();
  ask(
      self_, store_, [now](ports::dispatch_store& db) { return db.retries(now); },
      [this, now](core::result<ports::dispatch_store::retry_agenda> agenda) {
        auto wait = look_longest;
        if (agenda) {
          if (!agenda->due.empty())
            self_->send(supervisor_, atom::retries_v,
                        std::vector<core::campaign_no>{agenda->due.begin(), agenda->due.end()});
          if (agenda->next_due_ms > 0)
            wait =
                std::clamp(std::chrono::milliseconds{agenda->next_due_ms} - now.time_since_epoch(),
                           look_shortest, look_longest);
          if (!agenda->due.empty())
            wait = look_shortest;
        }
        self_->delayed_send(self_, wait, atom::tick_v);
      });
  settle_doubts();
}

void retry_state::settle_doubts() {
  const auto now = self_->clock().now();
  if (now < next_doubts_)
    return;
  next_doubts_ = now + std::min(doubts_interval,
                                std::max(look_shortest, context_->settings.in_doubt_wait / 4));
  ask(
      self_, store_,
      [wall = context_->wall_clock(), wait = context_->settings.in_doubt_wait](
          ports::dispatch_store& db) { return db.settle_doubts(wall, wait); },
      [](core::result<std::int64_t> settled) {
        if (settled && *settled > 0)
          spdlog::warn("{} recipients in doubt got no word from Meta in time; their campaign's "
                       "policy settled them.",
                       *settled);
      });
}

retry_actor::behavior_type retry(retry_actor::stateful_pointer<retry_state> self,
                                 context_ptr context, store_actor store,
                                 supervisor_actor supervisor) {
  self->state.start(std::move(context), std::move(store), std::move(supervisor));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::then, const closure_ptr& closure) { (*closure)(); },
  };
}

} // namespace stentor::actors
