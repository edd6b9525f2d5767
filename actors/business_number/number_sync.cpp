#include "actors/business_number/number_sync.hpp"

#include "actors/runtime/error.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace stentor::actors {

void number_sync_state::start(context_ptr context, number_store_actor store) {
  context_ = std::move(context);
  store_ = std::move(store);
  self_->send(self_, atom::tick_v);
}

void number_sync_state::on_tick() {
  const auto numbers = context_->numbers.all();
  left_.assign(numbers->begin(), numbers->end());
  next();
}

void number_sync_state::next() {
  if (left_.empty()) {
    if (const auto wait = context_->settings.template_sync_interval; wait.count() > 0)
      self_->delayed_send(self_, wait, atom::tick_v);
    return;
  }
  context_->management.read_number(left_.front().phone_number_id, left_.front().token,
                                   answer_as_message<ports::number_facts>(self_, atom::number_v));
}

void number_sync_state::on_answer(const core::result<ports::number_facts>& facts) {
  const auto number = std::move(left_.front());
  left_.pop_front();
  if (!facts) {
    if (failing_.insert(number.no).second)
      spdlog::warn("What Meta says of number {} is not known: {}", number.phone_number_id,
                   facts.error().message);
    return next();
  }
  failing_.erase(number.no);
  when_done(
      self_->request(store_, caf::infinite, number_reading{.number = number.no, .facts = *facts}),
      [this](const core::status&) { next(); });
}

number_sync_actor::behavior_type
number_sync(number_sync_actor::stateful_pointer<number_sync_state> self, context_ptr context,
            number_store_actor store) {
  self->state.start(std::move(context), std::move(store));
  return {
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::number, const number_facts_ptr& facts) { self->state.on_answer(*facts); },
  };
}

} // namespace stentor::actors
