/// The client's way back: every stream that ends becomes an outcome, or waits again when nothing
/// was done with it.
#include "adapters/http2/client.hpp"

#include <utility>

namespace stentor::http2 {

using core::outcome_class;

void client::before_departure(const stream& s) noexcept {
  if (s.chunk != nullptr)
    on_.flights.departs(s.chunk->flight, s.chunk->items[s.item].place);
}

void client::on_stream_end(stream& s, stream_end end) {
  --in_flight_;
  if (s.management != nullptr)
    end_management(s, end);
  else
    end_message(s, end);
  free_stream(s);
}

void client::end_message(stream& s, stream_end end) {
  auto& l = *s.owner;
  --l.in_flight;
  ready_item item{std::move(s.chunk), s.item, s.repeats, s.campaign};
  const bool may_repeat =
      !draining_ && !l.closed && !item.campaign->revoked && item.chunk->epoch == l.settings.epoch;
  switch (end) {
  case stream_end::answered: {
    failures_ = 0;
    // Not the turn's time: an answer is often the first thing that wakes a turn up.
    const auto took = on_.clock() - s.submitted;
    latency_.add(took);
    const auto body = s.answer_overflow ? std::string_view{} : std::string_view{s.answer};
    const auto answer = reader_->read(s.status, body, s.answer.capacity());
    auto& o = add_outcome(item, l.number());
    o.kind = answer.kind;
    o.code = answer.code;
    o.paced = answer.paced;
    o.retry_after_s = s.retry_after_s;
    o.took_ms = static_cast<std::int32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
    o.text_size = static_cast<std::uint32_t>(answer.text.size());
    outcomes_->text.append(answer.text);
    return;
  }
  case stream_end::not_processed:
    counters_.refused.fetch_add(1, std::memory_order_relaxed);
    if (may_repeat && item.repeats < settings_.repeats_max) {
      ++item.repeats;
      l.add_again(std::move(item));
    } else {
      report(item, l.number(), outcome_class::not_processed);
    }
    return;
  case stream_end::not_sent:
    if (may_repeat)
      l.add_again(std::move(item));
    else
      report(item, l.number(), outcome_class::not_sent);
    return;
  case stream_end::in_doubt:
    report(item, l.number(), outcome_class::in_doubt);
    return;
  }
}

void client::end_management(stream& s, stream_end end) {
  auto job = std::move(s.management);
  const bool untouched = end == stream_end::not_sent || end == stream_end::not_processed;
  if (untouched && !draining_ && now_ < job->deadline && job->repeats < settings_.repeats_max) {
    ++job->repeats;
    management_.push_back(std::move(job));
    return;
  }
  ports::management_answer answer;
  if (end != stream_end::answered)
    answer.problem = "The request got no answer; it may have been received all the same.";
  else if (s.answer_overflow)
    answer.problem = "The answer is longer than " + std::to_string(s.answer_max) + " bytes.";
  else {
    answer.status = s.status;
    answer.body = s.answer;
  }
  job->then(std::move(answer));
}

core::outcome_batch& client::batch() {
  if (outcomes_ == nullptr) {
    outcomes_ = std::make_shared<core::outcome_batch>();
    outcomes_->outcomes.reserve(settings_.outcomes_per_batch);
    outcomes_->text.reserve(std::size_t{settings_.outcomes_per_batch} * 72);
    first_outcome_ = now_;
  }
  return *outcomes_;
}

/// Whoever keeps the queues filled waits for them.
void client::add_departures() {
  for (auto* l : queues_)
    l->tell_departures([this](const core::departed_slice& d) { batch().departures.push_back(d); });
}

core::outcome& client::add_outcome(const ready_item& item, core::number_no number) {
  const auto& recipient = item.chunk->items[item.index];
  auto& o = batch().outcomes.emplace_back();
  o.claim = item.chunk->claim;
  o.campaign = item.chunk->campaign;
  o.seq = recipient.seq;
  o.attempt = recipient.attempt;
  o.retries = recipient.retries;
  o.person = recipient.person;
  o.lang = recipient.lang;
  o.number = number;
  o.text_begin = static_cast<std::uint32_t>(outcomes_->text.size());
  return o;
}

void client::report(const ready_item& item, core::number_no number, outcome_class kind,
                    bool stopped) {
  auto& o = add_outcome(item, number);
  o.kind = kind;
  o.stopped = stopped;
}

ready_queue::give_back client::giving_back(ready_queue& l) {
  return [this, &l](const ready_item& item, bool stopped) {
    report(item, l.number(), outcome_class::not_sent, stopped);
  };
}

void client::deliver(bool at_once) {
  if (outcomes_ == nullptr)
    return;
  const bool old = now_ - first_outcome_ >= settings_.outcome_delay_max;
  if (!at_once && !old && in_flight_ > 0 &&
      outcomes_->outcomes.size() < settings_.outcomes_per_batch)
    return;
  for (auto& o : outcomes_->outcomes)
    o.at_ms = wall_.time_since_epoch().count();
  listener_.on_outcomes(std::exchange(outcomes_, nullptr));
}

void client::finish_drain() {
  for (auto& c : connections_)
    c->close();
  deliver(true);
  drain_until_ = core::steady_time::max();
  for (auto& then : std::exchange(drained_, {}))
    then();
}

} // namespace stentor::http2
