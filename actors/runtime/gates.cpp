#include "actors/runtime/gates.hpp"

#include <caf/send.hpp>

#include <utility>

namespace stentor::actors {

namespace {

const core::error no_webhook_actor{core::errc::unavailable,
                                   "The engine is starting or stopping; try again in a moment."};

} // namespace

void outcome_gate::connect_to(sender_pool senders) {
  const std::lock_guard lock{mutex_};
  senders_ = std::move(senders);
}

/// A batch isn't split: each sender that has a part in it gets the whole and takes its own.
void outcome_gate::on_outcomes(std::shared_ptr<const core::outcome_batch> batch) {
  const std::lock_guard lock{mutex_};
  const auto& all = senders_.all();
  std::vector<bool> concerned(all.size(), all.size() == 1);
  if (all.size() > 1) {
    for (const auto& o : batch->outcomes)
      concerned[sender_pool::place(o.number, all.size())] = true;
    for (const auto& slice : batch->departures)
      concerned[sender_pool::place(slice.number, all.size())] = true;
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (concerned[i])
      caf::anon_send(all[i], atom::finished_v, outcomes_ptr{batch});
}

void webhook_gate::connect_to(webhook_actor webhook) {
  std::vector<arrival> left;
  {
    const std::lock_guard lock{mutex_};
    webhook_ = std::move(webhook);
    left.swap(arrivals_);
  }
  for (const auto& one : left)
    one.then(no_webhook_actor);
}

void webhook_gate::put(arrival one) {
  {
    const std::lock_guard lock{mutex_};
    if (webhook_) {
      if (arrivals_.empty())
        caf::anon_send(webhook_, atom::ingest_v);
      arrivals_.push_back(std::move(one));
      return;
    }
  }
  one.then(no_webhook_actor);
}

std::vector<webhook_gate::arrival> webhook_gate::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(arrivals_, {});
}

} // namespace stentor::actors
