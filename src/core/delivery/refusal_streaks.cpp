#include "stentor/core/delivery/refusal_streaks.hpp"

namespace stentor::core {

scope_action refusal_streaks::note(const outcome& o, const disposition& verdict) {
  if (o.kind == outcome_class::accepted && foreign_.empty() && same_.empty())
    return scope_action::none; // nearly always
  if (o.kind == outcome_class::not_sent || o.kind == outcome_class::not_processed ||
      (o.kind == outcome_class::in_doubt && o.code == 0))
    return scope_action::none; // nobody answered
  if (o.code == static_cast<std::int32_t>(local_code::answer_unreadable)) {
    if (++foreign_[o.number] < foreign_max)
      return scope_action::none;
    foreign_.erase(o.number);
    return scope_action::pause_number;
  }
  foreign_.erase(o.number);
  if (o.kind == outcome_class::accepted) {
    same_.erase(o.campaign);
    return scope_action::none;
  }
  // Retries come together because they failed together: they prove nothing.
  if (verdict.event != event_kind::failed || verdict.scope != scope_action::none || o.attempt > 0)
    return scope_action::none;
  auto& same = same_[o.campaign];
  same = same.code == o.code ? streak{o.code, same.length + 1} : streak{o.code, 1};
  if (same.length < same_max)
    return scope_action::none;
  same_.erase(o.campaign);
  return scope_action::stop_campaign;
}

} // namespace stentor::core
