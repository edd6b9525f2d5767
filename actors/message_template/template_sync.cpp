#include "actors/message_template/template_sync.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

namespace stentor::actors {

namespace {

constexpr std::chrono::seconds retry_interval{30};
/// Callers make Meta's API hear no more often from us.
constexpr std::chrono::seconds asked_interval{10};

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
  std::set<core::organization_no> all;
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers)
    all.insert(number.organization);
  for (const auto organization : all)
    if (!std::exchange(requests_[organization].planned, true))
      enqueue(organization);
  if (!std::exchange(running_, true))
    next();
}

void template_sync_state::on_sync(core::organization_no organization, owed_ptr synced) {
  const auto numbers = context_->numbers.all();
  if (std::none_of(numbers->begin(), numbers->end(),
                   [&](const auto& number) { return number.organization == organization; }))
    return synced->give(core::ok{});
  auto& request = requests_[organization];
  request.waiting.push_back(std::move(synced));
  if (std::exchange(request.planned, true))
    return;
  const auto wait = request.earliest - self_->clock().now();
  if (wait.count() > 0)
    self_->delayed_send(self_, wait, atom::tick_v, organization);
  else
    on_turn(organization);
}

void template_sync_state::on_turn(core::organization_no organization) {
  enqueue(organization);
  if (!std::exchange(running_, true))
    next();
}

void template_sync_state::enqueue(core::organization_no organization) {
  requests_[organization].result = core::ok{};
  std::set<std::string> seen;
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers)
    if (number.organization == organization && seen.insert(number.waba_id).second)
      left_.push_back({.organization = organization,
                       .who = {.waba_id = number.waba_id, .token = number.token},
                       .page = {}});
}

void template_sync_state::next() {
  if (left_.empty()) {
    running_ = false;
    const std::chrono::milliseconds wait =
        std::exchange(failed_, false) ? retry_interval : context_->settings.template_sync_interval;
    if (std::exchange(tick_waits_, false) && wait.count() > 0)
      self_->delayed_send(self_, wait, atom::tick_v);
    return;
  }
  context_->management.list_templates(left_.front().who, left_.front().page,
                                      answer_as_message<ports::template_page>(self_, atom::page_v));
}

void template_sync_state::on_page(const core::result<ports::template_page>& page) {
  if (!page)
    return finish_account(page.error());
  templates_.insert(templates_.end(), page->templates.begin(), page->templates.end());
  left_.front().page = page->next;
  if (!page->next.empty())
    return next();
  // The store takes an account's templates as a whole, because it marks those that are no longer
  // listed.
  account_templates all{.organization = left_.front().organization,
                        .waba_id = left_.front().who.waba_id,
                        .json = array_of(std::exchange(templates_, {}))};
  when_done(self_->request(store_, caf::infinite, atom::save_v, std::move(all)),
            [this](const core::status& saved) { finish_account(saved); });
}

void template_sync_state::finish_account(const core::status& status) {
  const auto account = std::move(left_.front());
  left_.pop_front();
  templates_.clear();
  const auto subject = "templates of account " + account.who.waba_id;
  if (status) {
    context_->alarms.clear(subject);
  } else {
    failed_ = true;
    const auto what = core::make_sentence(
        "templates_not_fetched", "The templates of account {account} are not fetched: {cause}",
        {{"account", account.who.waba_id}, {"cause", status.error().message}});
    requests_[account.organization].result = core::error{status.error().code, what.text};
    context_->alarms.raise(subject, what, account.organization);
    spdlog::warn("{}", what.text);
  }
  if (left_.empty() || left_.front().organization != account.organization)
    finish_organization(account.organization);
  next();
}

void template_sync_state::finish_organization(core::organization_no organization) {
  auto& request = requests_[organization];
  request.planned = false;
  request.earliest = self_->clock().now() + asked_interval;
  for (const auto& synced : std::exchange(request.waiting, {}))
    synced->give(request.result);
}

template_sync_actor::behavior_type
template_sync(template_sync_actor::stateful_pointer<template_sync_state> self, context_ptr context,
              template_store_actor store) {
  self->state.start(std::move(context), std::move(store));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::sync, core::organization_no whose) {
        self->state.on_sync(whose, owe(self));
        return later();
      },
      [self](atom::tick, core::organization_no whose) { self->state.on_turn(whose); },
      [self](atom::page, const template_page_ptr& page) { self->state.on_page(*page); },
  };
}

} // namespace stentor::actors
