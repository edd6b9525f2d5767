#include "actors/campaign/recurring.hpp"

#include "actors/campaign/run_refused.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/ports/campaign/launch_check.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace stentor::actors {

namespace {

constexpr std::size_t parents_at_once = 100;
constexpr std::size_t runs_looked_at = 100;
/// Another daemon is launching the run, or the database was away.
constexpr std::chrono::seconds launch_again{5};

/// Somebody else has it, somebody deleted it, or nobody can tell for the moment.
bool may_pass(core::errc code) noexcept {
  return code == core::errc::conflict || code == core::errc::not_found ||
         code == core::errc::unavailable;
}

} // namespace

void recurring_state::start(context_ptr context) {
  context_ = std::move(context);
  self_->send(self_, atom::tick_v);
}

core::status recurring_state::open() {
  if (stores_)
    return core::ok{};
  auto opened = context_->stores.open_recurring();
  if (!opened)
    return opened.error();
  stores_ = std::move(*opened);
  return core::ok{};
}

core::result<bool> recurring_state::make_due() {
  const auto made = stores_->runs->make_due(context_->wall_clock(), parents_at_once);
  if (!made)
    return made.error();
  for (const auto& note : made->notes)
    tell(note);
  return made->more;
}

void recurring_state::tell(const ports::run_note& note) {
  spdlog::warn("Recurring campaign {}: {}", note.parent_id, note.what.text);
  if (note.paused)
    context_->alarms.raise_paused(note.parent_id, note.what, note.organization);
}

/// One at a time, so that what comes due meanwhile is made before the next.
core::result<bool> recurring_state::launch_next() {
  const auto waiting = stores_->runs->waiting(context_->wall_clock(), runs_looked_at);
  if (!waiting)
    return waiting.error();
  if (waiting->empty())
    not_before_.clear();
  const auto now = self_->clock().now();
  for (const auto& run : *waiting) {
    const auto held = not_before_.find(run.no);
    if (held != not_before_.end() && now < held->second)
      continue;
    if (auto done = launch(run); !done) {
      not_before_[run.no] = now + launch_again;
      return done.error();
    }
    not_before_.erase(run.no);
    return true;
  }
  return false;
}

/// The one place where a run starts.
core::status recurring_state::launch(const ports::waiting_run& run) {
  if (run.too_late)
    return refuse(run, core::make_sentence("run_missed",
                                           "Its run of {at} was missed: nobody was there to start "
                                           "it in time.",
                                           {{"at", core::to_text(run.at)}}));
  const ports::principal who{run.organization, "", "scheduler", ""};
  const auto launched =
      stores_->launches->launch(who, run.id, [this](const core::launch_facts& facts) {
        return ports::launch_obstacles(context_->renderer, facts, context_->wall_clock());
      });
  const auto refused = [&](const core::sentence& reason) {
    return refuse(run, run_refused(run.at, reason));
  };
  if (!launched) {
    const auto& problem = launched.error();
    if (may_pass(problem.code))
      return problem;
    return refused(core::bare_text(problem.message));
  }
  if (!launched->obstacles.empty())
    return refused(launched->obstacles.front());
  spdlog::info("Campaign {}, the run of {} for {}, is {}.", run.id, run.parent_id,
               core::to_text(run.at), core::to_string(launched->status));
  context_->alarms.clear("run " + run.parent_id);
  return core::ok{};
}

core::status recurring_state::refuse(const ports::waiting_run& run, const core::sentence& why) {
  if (auto s = stores_->runs->refuse(run, why); !s)
    return s;
  spdlog::error("Recurring campaign {}: {}", run.parent_id, why.text);
  context_->alarms.raise_run_refused(run.parent_id, why, run.organization);
  return core::ok{};
}

/// What is tried again at every tick is told once.
void recurring_state::note_health(const core::status& health) {
  const bool away =
      !health && (health.error().code == core::errc::unavailable || !may_pass(health.error().code));
  if (away && !std::exchange(failing_, true))
    spdlog::warn("Runs of recurring campaigns wait, which is tried again: {}",
                 health.error().message);
  if (health && std::exchange(failing_, false))
    spdlog::info("Runs of recurring campaigns are made again.");
}

void recurring_state::on_tick() {
  auto more = core::result<bool>{false};
  if (auto opened = open(); !opened) {
    more = opened.error();
  } else {
    more = make_due();
    if (more && !*more)
      more = launch_next();
  }
  note_health(more ? core::status{core::ok{}} : core::status{more.error()});
  if (more && *more)
    self_->send(self_, atom::tick_v);
  else
    self_->delayed_send(self_, context_->settings.schedule_interval, atom::tick_v);
}

recurring_actor::behavior_type recurring(recurring_actor::stateful_pointer<recurring_state> self,
                                         context_ptr context) {
  self->state.start(std::move(context));
  return {[self](atom::tick) { self->state.on_tick(); }};
}

} // namespace stentor::actors
