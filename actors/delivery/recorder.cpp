#include "actors/delivery/recorder.hpp"

#include "actors/delivery/write_pieces.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <deque>

namespace stentor::actors {

namespace {

/// How long it is told that a value was refused, counted from the latest.
constexpr std::chrono::hours refusal_shown{1};

} // namespace

/// What the one before could not commit ended with it.
void recorder_state::start(context_ptr context) {
  context_ = std::move(context);
  context_->counters.ledger_failing = false;
  context_->counters.ledger_queue = 0;
  context_->alarms.clear("database");
  forget_refusal_at_ = self_->clock().now() + refusal_shown; // of an earlier recorder
}

void recorder_state::on_write(const write_ptr& write, owed_ptr waiting) {
  // A sender asks for its marks long before it needs them.
  const auto somebody_waits = waiting && write->marks.empty();
  if (waiting)
    waiters_.push_back({std::move(waiting), write->marks.empty()
                                                ? ports::ownership{}
                                                : ports::ownership{write->marks.front().number,
                                                                   write->marks.front().epoch}});
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
                            const std::vector<ports::ownership>& fenced) {
  const core::status out{core::error{core::errc::fenced, "the number has another owner since"}};
  for (const auto& one : waiters_) {
    const auto lost =
        one.of.number != 0 && std::find(fenced.begin(), fenced.end(), one.of) != fenced.end();
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
  const auto ended = pending_.claims_done; // a commit in pieces takes them away
  last_begin_ = self_->clock().now();
  auto receipt = ledger_->commit(pending_);
  if (!receipt && is_refusal(receipt.error()))
    receipt = commit_in_pieces(receipt.error());
  if (!receipt)
    return fail(receipt.error());
  if (backoff_.count() > 0)
    spdlog::info("Commits work again.");
  backoff_ = std::chrono::milliseconds{0};
  counters.ledger_failing = false;
  context_->alarms.clear("database");
  context_->flights.close(ended);
  if (last_begin_ >= forget_refusal_at_)
    forget_refusal();
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

/// One value that the database refuses must not keep everything else from being durable, and a
/// repetition would be refused for ever. What was committed before a passing failure is not
/// repeated.
core::result<ports::ledger_receipt> recorder_state::commit_in_pieces(const core::error& why) {
  spdlog::error("The database refuses a commit, which is made in pieces: {}", why.message);
  ports::ledger_receipt all;
  std::deque<ports::ledger_write> rest;
  rest.push_back(std::move(pending_));
  while (!rest.empty()) {
    auto piece = std::move(rest.front());
    rest.pop_front();
    auto receipt = ledger_->commit(piece);
    if (!receipt && is_refusal(receipt.error())) {
      auto [first, second] = cut_in_two(std::move(piece));
      if (!second.empty()) {
        rest.push_front(std::move(second));
        rest.push_front(std::move(first));
        continue;
      }
      piece = std::move(first);
      receipt = commit_refused(piece, receipt.error());
    }
    if (!receipt) {
      pending_ = std::move(piece);
      for (auto& each : rest)
        merge(pending_, each);
      return receipt.error();
    }
    all.fenced.insert(all.fenced.end(), receipt->fenced.begin(), receipt->fenced.end());
    all.stops.insert(all.stops.end(), receipt->stops.begin(), receipt->stops.end());
  }
  pending_ = {};
  return all;
}

/// What was refused is kept, and whoever looks at alarms has had the time to see it.
void recorder_state::forget_refusal() {
  context_->alarms.clear("refused");
  forget_refusal_at_ = time_point::max();
}

/// The smallest piece that is refused: first without its texts, then beside.
core::result<ports::ledger_receipt> recorder_state::commit_refused(const ports::ledger_write& piece,
                                                                   const core::error& why) {
  auto receipt = ledger_->commit(without_texts(piece));
  if (receipt || !is_refusal(receipt.error()))
    return receipt;
  forget_refusal_at_ = self_->clock().now() + refusal_shown;
  context_->alarms.raise(
      "refused", core::make_sentence("value_refused",
                                     "refused: Something that came in was refused by the database "
                                     "and is kept in the table other_webhook: {cause}",
                                     {{"cause", why.message}}));
  receipt = ledger_->commit(parked(piece, context_->now_ms()));
  if (receipt || !is_refusal(receipt.error()))
    return receipt;
  spdlog::error("The database refuses even what was parked, so it is dropped: {}",
                receipt.error().message);
  return ports::ledger_receipt{};
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
