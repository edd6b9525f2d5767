#include "actors/supervisor/listener.hpp"

#include "stentor/core/business_number/spread.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stentor::actors {

namespace {

/// Nothing is told for so long: it is looked all the same.
constexpr std::chrono::milliseconds look_interval{250};
/// Words come in bursts, and one look is enough for all of one.
constexpr std::chrono::milliseconds gather{20};

} // namespace

void listener_state::start(context_ptr context, supervisor_actor supervisor,
                           lease_keeper_actor leases) {
  context_ = std::move(context);
  supervisor_ = std::move(supervisor);
  leases_ = std::move(leases);
  self_->send(self_, atom::tick_v);
}

/// A look counts from before it began, so that no stop that came behind it is thought to be known.
core::status listener_state::look() {
  if (!feed_) {
    auto opened = context_->stores.open_feed(core::node_of(context_->settings.owner));
    if (!opened)
      return opened.error();
    feed_ = std::move(*opened);
  } else if (context_->detached) {
    if (auto s = feed_->wait(look_interval); !s)
      return s;
  }
  heard_news heard{.news = {},
                   .asked = context_->lease_time(self_->clock().now()),
                   .orders = context_->counters.orders};
  const auto moment = context_->stops.moment();
  auto news = feed_->look(context_->running.campaigns());
  if (!news)
    return news.error();
  take(std::move(*news), moment, std::move(heard));
  return core::ok{};
}

void listener_state::take(ports::node_news news, std::uint64_t moment, heard_news heard) {
  for (const auto& effect : news.stops)
    if (effect.lifted)
      context_->stops.remove_until(effect.organization, effect.person, moment);
    else
      context_->stops.add(effect.organization, effect.person);
  context_->counters.other_nodes = news.others;
  if (news.leases)
    self_->send(leases_, atom::poll_v);
  heard.news = std::make_shared<const ports::node_news>(std::move(news));
  self_->send<caf::message_priority::high>(supervisor_, std::move(heard));
}

void listener_state::on_tick() {
  const auto heard = look();
  if (std::exchange(failing_, !heard.ok()) == heard.ok()) {
    if (heard)
      spdlog::info("What other daemons tell is heard again.");
    else
      spdlog::warn("What other daemons tell can't be heard: {}", heard.error().message);
  }
  self_->delayed_send(self_, context_->detached && heard ? gather : look_interval, atom::tick_v);
}

listener_actor::behavior_type listener(listener_actor::stateful_pointer<listener_state> self,
                                       context_ptr context, supervisor_actor supervisor,
                                       lease_keeper_actor leases) {
  self->state.start(std::move(context), std::move(supervisor), std::move(leases));
  return {[self](atom::tick) { self->state.on_tick(); }};
}

} // namespace stentor::actors
