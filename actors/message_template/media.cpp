#include "actors/message_template/media.hpp"

#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace stentor::actors {

namespace {

constexpr std::chrono::seconds look_interval{1};
/// Whoever dies while uploading keeps the others from it for so long.
constexpr std::chrono::seconds held_for{30};
constexpr std::chrono::seconds held_again{10};

core::sentence failure(const ports::media_task& task, const core::error& cause) {
  return core::make_sentence(
      "media_upload_failed",
      "The media {media} could not be uploaded for the number {number}: "
      "{cause}",
      {{"media", task.id}, {"number", task.phone_number_id}, {"cause", cause.message}});
}

} // namespace

void media_state::start(context_ptr context) {
  context_ = std::move(context);
  self_->send(self_, atom::tick_v);
}

void media_state::on_tick() {
  note_health(look());
  self_->delayed_send(self_, look_interval, atom::tick_v);
}

core::status media_state::look() {
  if (!store_) {
    auto opened = context_->stores.open_media();
    if (!opened)
      return opened.error();
    store_ = std::move(*opened);
  }
  const auto needed = store_->needed();
  if (!needed)
    return needed.error();
  publish(*needed);
  return task_ ? keep() : take_next();
}

void media_state::publish(const std::vector<ports::media_state>& needed) {
  ports::media_table table;
  std::set<std::string> alarms;
  std::uint32_t awaited = 0;
  for (const auto& one : needed) {
    if (!one.meta_id.empty())
      table[{one.id, one.number}] = one.meta_id;
    else
      ++awaited;
    if (!one.problem || !context_->numbers.find(one.number))
      continue;
    const auto subject = "media " + one.id + " " + std::to_string(one.number.value());
    context_->alarms.raise(subject, *one.problem, one.organization);
    alarms.insert(subject);
  }
  for (const auto& subject : alarms_)
    if (!alarms.contains(subject))
      context_->alarms.clear(subject);
  alarms_ = std::move(alarms);
  context_->counters.media_awaited = awaited;
  context_->media_ids->replace(std::move(table));
}

core::status media_state::take_next() {
  std::vector<core::number_no> numbers;
  const auto all = context_->numbers.all();
  for (const auto& number : *all)
    if (number.active && !number.token.empty())
      numbers.push_back(number.no);
  if (numbers.empty())
    return core::ok{};
  auto task = store_->take(numbers, context_->settings.owner, held_for);
  if (!task)
    return task.error();
  if (!*task)
    return core::ok{};
  const auto number = context_->numbers.find((*task)->number);
  auto file = store_->file(**task);
  if (!file)
    return file.error();
  if (!*file || !number) // deleted, or no number of ours any more, since
    return core::ok{};
  task_ = std::move(*task);
  kept_at_ = self_->clock().now();
  context_->media_api->upload({.phone_number_id = number->phone_number_id, .token = number->token},
                              {.name = std::move((*file)->name),
                               .mime = std::move((*file)->mime),
                               .bytes = std::move((*file)->bytes)},
                              answer_as_message<std::string>(self_, atom::ended_v));
  return core::ok{};
}

/// A large file takes longer than anybody waits for who may have died.
core::status media_state::keep() {
  const auto now = self_->clock().now();
  if (now - kept_at_ < held_again)
    return core::ok{};
  const auto kept = store_->keep(*task_, context_->settings.owner, held_for);
  if (!kept)
    return kept.error();
  kept_at_ = now;
  return core::ok{};
}

void media_state::on_uploaded(const core::result<std::string>& meta_id) {
  if (!task_)
    return;
  const auto task = *std::exchange(task_, std::nullopt);
  const auto& worker = context_->settings.owner;
  core::status written = core::ok{};
  if (meta_id) {
    ++context_->counters.media_uploaded;
    spdlog::info("The media {} are uploaded for the number {}.", task.id, task.phone_number_id);
    written = store_->done(task, worker, *meta_id);
  } else {
    ++context_->counters.media_failed;
    const auto what = failure(task, meta_id.error());
    spdlog::warn("{}", what.text);
    written = store_->failed(
        task, worker, {.what = what, .refused = meta_id.error().code == core::errc::invalid});
  }
  note_health(written ? look() : written);
}

/// What is tried again at every tick is told once.
void media_state::note_health(const core::status& health) {
  if (!health && !std::exchange(failing_, true))
    spdlog::warn("Media wait to be uploaded, which is tried again: {}", health.error().message);
  if (health && std::exchange(failing_, false))
    spdlog::info("Media are uploaded again.");
}

media_actor::behavior_type media(media_actor::stateful_pointer<media_state> self,
                                 context_ptr context) {
  self->state.start(std::move(context));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::ended, const media_answer_ptr& meta_id) { self->state.on_uploaded(*meta_id); },
  };
}

} // namespace stentor::actors
