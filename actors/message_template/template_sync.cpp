#include "actors/message_template/template_sync.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <spdlog/spdlog.h>

#include <set>
#include <utility>

namespace stentor::actors {

namespace {

constexpr std::chrono::seconds retry_interval{30};

std::string array_of(const std::vector<std::string>& objects) {
  std::string json = "[";
  for (const auto& object : objects)
    json.append(json.size() > 1 ? "," : "").append(object);
  return json + "]";
}

} // namespace

void template_sync_state::start(context_ptr context, template_store_actor store) {
  context_ = std::move(context);
  store_ = std::move(store);
  self_->send(self_, atom::tick_v);
}

void template_sync_state::on_tick() {
  tick_waits_ = true;
  fetch();
}

void template_sync_state::on_sync(owed_ptr synced) {
  waiting_.push_back(std::move(synced));
  fetch();
}

void template_sync_state::fetch() {
  if (std::exchange(running_, true))
    return;
  std::set<std::string> seen;
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers)
    if (seen.insert(number.waba_id).second)
      left_.push_back({.organization = number.organization,
                       .who = {.waba_id = number.waba_id, .token = number.token},
                       .page = {}});
  next();
}

void template_sync_state::next() {
  if (left_.empty())
    return finish(core::ok{});
  context_->management.list_templates(
      left_.front().who, left_.front().page,
      [weak = caf::weak_actor_ptr{self_->ctrl()}](core::result<ports::template_page> page) {
        if (auto strong = weak.lock())
          caf::anon_send(
              caf::actor_cast<caf::actor>(strong), atom::page_v,
              template_page_ptr{
                  std::make_shared<const core::result<ports::template_page>>(std::move(page))});
      });
}

void template_sync_state::on_page(const core::result<ports::template_page>& page) {
  if (!page)
    return finish(
        core::error{page.error().code, "Templates of account " + left_.front().who.waba_id +
                                           " could not be fetched: " + page.error().message});
  templates_.insert(templates_.end(), page->templates.begin(), page->templates.end());
  left_.front().page = page->next;
  if (!page->next.empty())
    return next();
  // The store takes an account's templates as a whole, because it marks those that are no longer
  // listed.
  account_templates all{.organization = left_.front().organization,
                        .waba_id = left_.front().who.waba_id,
                        .json = array_of(std::exchange(templates_, {}))};
  left_.pop_front();
  when_done(self_->request(store_, caf::infinite, atom::save_v, std::move(all)),
            [this](const core::status& saved) { saved ? next() : finish(saved); });
}

void template_sync_state::finish(const core::status& status) {
  running_ = false;
  left_.clear();
  templates_.clear();
  if (status.ok()) {
    context_->alarms.clear("templates");
  } else {
    context_->alarms.raise("templates",
                           core::make_sentence("templates_not_fetched", "templates: {cause}",
                                               {{"cause", status.error().message}}));
    spdlog::warn("{}", status.error().message);
  }
  for (const auto& synced : std::exchange(waiting_, {}))
    synced->give(status);
  const std::chrono::milliseconds wait =
      status.ok() ? context_->settings.template_sync_interval : retry_interval;
  if (std::exchange(tick_waits_, false) && wait.count() > 0)
    self_->delayed_send(self_, wait, atom::tick_v);
}

template_sync_actor::behavior_type
template_sync(template_sync_actor::stateful_pointer<template_sync_state> self, context_ptr context,
              template_store_actor store) {
  self->state.start(std::move(context), std::move(store));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::sync) {
        self->state.on_sync(owe(self));
        return later();
      },
      [self](atom::page, const template_page_ptr& page) { self->state.on_page(*page); },
  };
}

} // namespace stentor::actors
