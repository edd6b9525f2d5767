#include "actors/projector.hpp"

#include <spdlog/spdlog.h>

namespace stentor::actors {

void projector_state::start(context_ptr context) {
  context_ = std::move(context);
  self_->send(self_, atom::tick_v);
}

bool projector_state::fold() {
  if (!projection_) {
    auto opened = context_->stores.open_projection();
    if (!opened) {
      last_ = opened.problem();
      return false;
    }
    projection_ = std::move(*opened);
  }
  auto report = projection_->fold(context_->settings.fold_events_max);
  if (!report) {
    spdlog::warn("The projection could not fold and tries again: {}", report.problem().message);
    last_ = report.problem();
    return false;
  }
  last_ = core::done{};
  context_->counters.projection_lag_ms = report->lag_ms;
  return !report->caught_up;
}

void projector_state::on_tick() {
  const auto more = fold();
  // A message to itself instead of a loop, so that a wait for catch_up is heard between two folds.
  if (more)
    self_->send(self_, atom::tick_v);
  else
    self_->delayed_send(self_, context_->settings.projection_interval, atom::tick_v);
}

void projector_state::on_catch_up(const callback_ptr& then) {
  while (fold()) {
  }
  (*then)(last_);
}

projector_actor::behavior_type projector(projector_actor::stateful_pointer<projector_state> self,
                                         context_ptr context) {
  self->state.start(std::move(context));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::catch_up, const callback_ptr& then) { self->state.on_catch_up(then); },
  };
}

} // namespace stentor::actors
