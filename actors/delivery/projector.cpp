#include "actors/delivery/projector.hpp"

#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stentor::actors {

namespace {

/// How often it is looked for what is old enough to go.
constexpr std::chrono::minutes trim_interval{1};

} // namespace

void projector_state::start(context_ptr context) {
  context_ = std::move(context);
  self_->send(self_, atom::tick_v);
}

bool projector_state::fold() {
  if (!projection_) {
    auto opened = context_->stores.open_projection();
    if (!opened) {
      last_ = opened.error();
      return false;
    }
    projection_ = std::move(*opened);
  }
  auto report = projection_->fold(context_->settings.fold_events_max);
  if (!report) {
    spdlog::warn("The projection could not fold and tries again: {}", report.error().message);
    last_ = report.error();
    return false;
  }
  last_ = core::ok{};
  if (std::exchange(leads_, report->leads) != report->leads)
    spdlog::info(leads_ ? "This daemon folds the ledger now."
                        : "Another daemon folds the ledger; this one is ready to.");
  context_->counters.folds = leads_;
  context_->counters.projection_lag_ms = report->lag_ms;
  return !report->caught_up;
}

/// Between folds, on the session that no other process has: so one trims.
void projector_state::trim() {
  const auto now = self_->clock().now();
  if (!projection_ || !last_ || !leads_ || now < trim_at_)
    return;
  const auto gone = projection_->trim(context_->settings.retention);
  if (!gone)
    spdlog::warn("What is older than the retention could not be deleted and stays for now: {}",
                 gone.error().message);
  trim_at_ = gone && gone->more ? now : now + trim_interval;
}

/// While messages go out, folding takes at most half of a core: a pause as long as each fold. When
/// nothing is left it rests for an interval, so that a recipient's events can gather and share a
/// fold. When sending rests, it hurries.
void projector_state::on_tick() {
  const auto outcomes = context_->counters.events_committed.load(std::memory_order_relaxed);
  const auto sending = outcomes != outcomes_seen_;
  outcomes_seen_ = outcomes;
  const auto begin = self_->clock().now();
  const auto more = fold();
  if (!more)
    trim();
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(self_->clock().now() - begin);
  if (more && !sending)
    self_->send(self_, atom::tick_v);
  else
    self_->delayed_send(self_, more ? took : std::max(took, context_->settings.projection_interval),
                        atom::tick_v);
}

/// For as long as an orderly end may take for it: what is left is folded after the next start.
core::status projector_state::catch_up() {
  constexpr std::chrono::seconds patience{2};
  const auto until = self_->clock().now() + patience;
  while (fold() && self_->clock().now() < until) {
  }
  return last_;
}

projector_actor::behavior_type projector(projector_actor::stateful_pointer<projector_state> self,
                                         context_ptr context) {
  self->state.start(std::move(context));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::catch_up) { return reply(self->state.catch_up()); },
  };
}

} // namespace stentor::actors
