#include "actors/campaign/freezer.hpp"

#include "actors/campaign/run_refused.hpp"
#include "stentor/ports/campaign/launch_check.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <set>
#include <utility>

namespace stentor::actors {

namespace {

/// The database was away, or in the way.
constexpr std::chrono::seconds draw_again{5};
/// A start may be behind its time by so much before somebody is told.
constexpr std::chrono::seconds late_enough{1};

/// What may be otherwise when it is tried again.
bool is_worth_a_try(core::errc code) noexcept {
  return code == core::errc::unavailable || code == core::errc::conflict;
}

std::string alarm_of(const ports::due_freeze& due) {
  return due.parent_id.empty() ? "campaign " + due.campaign_id : "run " + due.parent_id;
}

} // namespace

void freezer_state::start(context_ptr context) {
  context_ = std::move(context);
  self_->send(self_, atom::tick_v);
}

core::status freezer_state::open() {
  if (store_)
    return core::ok{};
  auto opened = context_->stores.open_freezes();
  if (!opened)
    return opened.error();
  store_ = std::move(*opened);
  return core::ok{};
}

core::result<bool> freezer_state::draw_next() {
  const auto now = self_->clock().now();
  std::erase_if(not_before_, [&](const auto& each) { return each.second <= now; });
  std::set<std::int64_t> waiting;
  for (const auto& [job, until] : not_before_)
    waiting.insert(job);
  const auto due = store_->take(context_->wall_clock(), waiting);
  if (!due)
    return due.error();
  if (!*due)
    return false;
  const auto drawn = draw(**due);
  const auto released = store_->release(**due);
  if (!drawn) {
    not_before_[(*due)->job] = now + draw_again;
    return drawn.error();
  }
  if (!released)
    return released.error();
  return true;
}

core::status freezer_state::draw(const ports::due_freeze& due) {
  const auto end = store_->draw(due, [this](const core::launch_facts& facts) {
    return ports::launch_obstacles(context_->renderer, facts, context_->wall_clock());
  });
  if (!end) {
    if (is_worth_a_try(end.error().code))
      return end.error();
    return give_up(due, core::bare_text(end.error().message));
  }
  if (end->what == ports::freeze_end::kind::refused)
    return give_up(due, end->obstacles.front());
  if (end->what == ports::freeze_end::kind::dropped)
    spdlog::info("Campaign {}: its list is not wanted any more, and was thrown away.",
                 due.campaign_id);
  else
    tell(due, *end);
  return core::ok{};
}

void freezer_state::tell(const ports::due_freeze& due, const ports::freeze_end& end) {
  spdlog::info("Campaign {}: its list of {} people is drawn; it is {}.", due.campaign_id,
               end.people, core::to_string(end.status));
  context_->alarms.clear(alarm_of(due));
  if (end.late < late_enough)
    return context_->alarms.clear("lists");
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(end.late).count();
  const auto what = core::make_sentence(
      "list_late",
      "campaign {campaign}: It starts {seconds} s late: the drawing of its list took longer than "
      "the time before its start.",
      {{"campaign", due.campaign_id}, {"seconds", std::to_string(seconds)}});
  spdlog::warn("{}", what.text);
  context_->alarms.raise("lists", what, due.organization);
}

/// The one place where a campaign waits for a person for want of a list. One that is over expires.
core::status freezer_state::give_up(const ports::due_freeze& due, const core::sentence& reason) {
  if (due.expires_at && *due.expires_at <= context_->wall_clock())
    return core::ok{};
  const bool run = !due.parent_id.empty();
  const auto why =
      run ? run_refused(due.run_at, reason)
          : core::make_sentence("list_not_drawn", "Its list could not be drawn: {reason}",
                                core::quoting(reason));
  if (auto s = store_->give_up(due, why); !s)
    return s;
  const auto& shown_id = run ? due.parent_id : due.campaign_id;
  spdlog::error("Campaign {}: {}", shown_id, why.text);
  if (run)
    context_->alarms.raise_run_refused(shown_id, why, due.organization);
  else
    context_->alarms.raise_paused(shown_id, why, due.organization);
  return core::ok{};
}

/// What is tried again at every tick is told once.
void freezer_state::note_health(const core::status& health) {
  if (!health && !std::exchange(failing_, true))
    spdlog::warn("Lists of campaigns wait to be drawn, which is tried again: {}",
                 health.error().message);
  if (health && std::exchange(failing_, false))
    spdlog::info("Lists of campaigns are drawn again.");
}

void freezer_state::on_tick() {
  auto more = core::result<bool>{false};
  if (auto opened = open(); !opened)
    more = opened.error();
  else
    more = draw_next();
  note_health(more ? core::status{core::ok{}} : core::status{more.error()});
  if (more && *more)
    self_->send(self_, atom::tick_v);
  else
    self_->delayed_send(self_, context_->settings.schedule_interval, atom::tick_v);
}

freezer_actor::behavior_type freezer(freezer_actor::stateful_pointer<freezer_state> self,
                                     context_ptr context) {
  self->state.start(std::move(context));
  return {[self](atom::tick) { self->state.on_tick(); }};
}

} // namespace stentor::actors
