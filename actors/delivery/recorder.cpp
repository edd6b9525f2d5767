#include "actors/delivery/recorder.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

namespace stentor::actors {

namespace {

template <class T>
void move_into(std::vector<T>& to, std::vector<T>& from) {
  // One by one: for a range insert GCC 14 warns of an overflow that can't be.
  if (to.empty())
    to = std::move(from);
  else
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

void merge(ports::ledger_write& to, ports::ledger_write& from) {
  if (to.events.empty())
    to.events = std::move(from.events);
  else
    to.events.append(from.events);
  move_into(to.retries, from.retries);
  move_into(to.retries_done, from.retries_done);
  move_into(to.doubts, from.doubts);
  move_into(to.marks, from.marks);
  move_into(to.claims_done, from.claims_done);
  move_into(to.aliases, from.aliases);
  move_into(to.changes, from.changes);
  move_into(to.suppressions, from.suppressions);
  move_into(to.inbound, from.inbound);
  move_into(to.templates, from.templates);
  move_into(to.others, from.others);
  move_into(to.audits, from.audits);
}

} // namespace

void recorder_state::on_write(const write_ptr& write, owed_ptr waiting) {
  // A sender asks for its marks long before it needs them.
  const auto somebody_waits = waiting && write->marks.empty();
  if (waiting)
    waiters_.push_back({std::move(waiting),
                        write->marks.empty() ? core::number_no{} : write->marks.front().number});
  merge(pending_, *write);
  context_->counters.ledger_queue = static_cast<std::int64_t>(pending_.events.size());
  if (backoff_.count() > 0)
    return;
  if (pending_.events.size() >= context_->settings.commit_rows_max)
    commit();
  else
    schedule(last_begin_ + (somebody_waits ? context_->settings.webhook_linger
                                           : context_->settings.commit_linger));
}

/// An earlier moment takes the place of a later one, whose message is then out of date.
void recorder_state::schedule(time_point due) {
  if (due_ && *due_ <= due)
    return;
  due_ = due;
  const auto no = ++next_flush_no_;
  const auto delay = due - self_->clock().now();
  if (delay.count() > 0)
    self_->delayed_send(self_, delay, atom::flush_v, no);
  else
    self_->send(self_, atom::flush_v, no); // behind every write that is already in the mailbox
}

void recorder_state::on_flush(std::uint64_t no) {
  if (no == next_flush_no_ && due_)
    commit();
}

void recorder_state::answer(const core::status& status,
                            const std::vector<core::number_no>& fenced) {
  const core::status out{core::error{core::errc::fenced, "the number has another owner since"}};
  for (const auto& one : waiters_) {
    const auto lost = one.marked_number != 0 &&
                      std::find(fenced.begin(), fenced.end(), one.marked_number) != fenced.end();
    one.reply->give(lost ? out : status);
  }
  waiters_.clear();
}

void recorder_state::commit() {
  due_.reset();
  if (pending_.empty()) {
    answer(core::ok{}, {});
    return;
  }
  auto& counters = context_->counters;
  const auto fail = [&](const core::error& problem) {
    backoff_ =
        std::clamp(backoff_ * 2, std::chrono::milliseconds{50}, std::chrono::milliseconds{2'000});
    counters.ledger_failing = true;
    context_->alarms.raise(
        "database",
        core::make_sentence("outcomes_wait",
                            "database: Outcomes cannot be stored, sending waits: {cause}",
                            {{"cause", problem.message}}));
    spdlog::error("A commit failed and is repeated in {} ms: {}", backoff_.count(),
                  problem.message);
    answer(problem, {});
    schedule(self_->clock().now() + backoff_);
  };
  if (!ledger_) {
    auto opened = context_->stores.open_ledger();
    if (!opened)
      return fail(opened.error());
    ledger_ = std::move(*opened);
  }
  const auto events = pending_.events.size();
  last_begin_ = self_->clock().now();
  auto receipt = ledger_->commit(pending_);
  if (!receipt)
    return fail(receipt.error());
  if (backoff_.count() > 0)
    spdlog::info("Commits work again.");
  backoff_ = std::chrono::milliseconds{0};
  counters.ledger_failing = false;
  context_->alarms.clear("database");
  const auto took = self_->clock().now() - last_begin_;
  commit_us_[next_commit_++ % commit_us_.size()] =
      std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  counters.longest_commit_us = *std::max_element(commit_us_.begin(), commit_us_.end());
  counters.commits.fetch_add(1, std::memory_order_relaxed);
  counters.events_committed.fetch_add(events, std::memory_order_relaxed);
  counters.ledger_queue = 0;
  pending_ = {};
  context_->apply(receipt->stops); // before anybody hears that a stop is durable
  answer(core::ok{}, receipt->fenced);
}

recorder_actor::behavior_type recorder(recorder_actor::stateful_pointer<recorder_state> self,
                                       context_ptr context) {
  self->state.start(std::move(context));
  return {
      [self](atom::write, const write_ptr& write) { self->state.on_write(write, nullptr); },
      [self](atom::commit, const write_ptr& write) {
        self->state.on_write(write, owe(self));
        return later();
      },
      [self](atom::flush, std::uint64_t no) { self->state.on_flush(no); },
  };
}

} // namespace stentor::actors
