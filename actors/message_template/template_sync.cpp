#include "actors/message_template/template_sync.hpp"

#include "actors/runtime/ask.hpp"

#include <spdlog/spdlog.h>

#include <set>

namespace stentor::actors {

namespace {

constexpr std::chrono::seconds retry_interval{30};

/// Meta brief, 5.1: what a campaign needs to know of a template.
constexpr const char* template_fields =
    "/message_templates?fields=id,name,language,status,category,quality_score,parameter_format,"
    "components&limit=200";

} // namespace

void template_sync_state::start(context_ptr context, store_actor store) {
  context_ = std::move(context);
  store_ = std::move(store);
  self_->send(self_, atom::tick_v);
}

void template_sync_state::on_tick() {
  on_sync(std::make_shared<const std::function<void(core::status)>>(
      [this, come_back = later(self_)](const core::status& status) {
        const auto ok = status.ok();
        come_back([this, ok] {
          const std::chrono::milliseconds wait =
              ok ? context_->settings.template_sync_interval : retry_interval;
          if (wait.count() > 0)
            self_->delayed_send(self_, wait, atom::tick_v);
        });
      }));
}

void template_sync_state::on_sync(const callback_ptr& then) {
  waiting_.push_back(then);
  if (running_)
    return;
  running_ = true;
  std::set<std::string> seen;
  for (const auto& number : context_->settings.numbers)
    if (seen.insert(number.waba_id).second)
      left_.push_back(
          {.organization = number.organization,
           .waba_id = number.waba_id,
           .token = number.token,
           .path = "/" + context_->settings.api_version + "/" + number.waba_id + template_fields});
  next();
}

void template_sync_state::next() {
  if (left_.empty())
    return finish(core::done{});
  auto come_back = later(self_);
  context_->gateway.manage(
      {.method = "GET", .path = left_.front().path, .token = left_.front().token, .body = {}},
      [this, come_back](ports::management_answer answer) {
        come_back([this, answer] { on_page(answer); });
      });
}

void template_sync_state::on_page(const ports::management_answer& answer) {
  const auto current = left_.front();
  if (answer.status != 200)
    return finish(core::error{
        core::errc::unavailable,
        "Templates of account " + current.waba_id + " could not be fetched: " +
            (answer.status == 0 ? answer.problem : "HTTP " + std::to_string(answer.status))});
  auto page = context_->read_template_page(answer.body);
  if (!page)
    return finish(page.problem());
  // The store takes an account's templates as a whole, because it marks those that are no longer
  // listed.
  auto array = page->templates_json;
  const auto begin = array.find('[');
  const auto end = array.rfind(']');
  if (begin != std::string::npos && end != std::string::npos &&
      array.find_first_not_of(" \n\r\t", begin + 1) < end) {
    templates_ += templates_.empty() ? "" : ",";
    templates_ += array.substr(begin + 1, end - begin - 1);
  }
  left_.front().path = page->next_path;
  if (!page->next_path.empty())
    return next();
  left_.pop_front();
  ask(
      self_, store_,
      [current, json = "[" + std::exchange(templates_, {}) + "]"](ports::dispatch_store& db) {
        return db.save_templates(current.organization, current.waba_id, json);
      },
      [this](core::status saved) { saved ? next() : finish(saved); });
}

void template_sync_state::finish(const core::status& status) {
  running_ = false;
  left_.clear();
  templates_.clear();
  if (status.ok()) {
    context_->alarms.clear("templates");
  } else {
    context_->alarms.raise("templates", status.problem().message);
    spdlog::warn("{}", status.problem().message);
  }
  for (const auto& then : std::exchange(waiting_, {}))
    (*then)(status);
}

template_sync_actor::behavior_type
template_sync(template_sync_actor::stateful_pointer<template_sync_state> self, context_ptr context,
              store_actor store) {
  self->state.start(std::move(context), std::move(store));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::sync, const callback_ptr& then) { self->state.on_sync(then); },
      [self](atom::then, const closure_ptr& closure) { (*closure)(); },
  };
}

} // namespace stentor::actors
