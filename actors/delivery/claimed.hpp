#pragma once
/// Claimed recipients on their way from the store to the campaign's actor. Whatever nobody takes,
/// because the actor died in between, goes back through the sender; so no claim is left open that
/// nobody works on.

#include "actors/runtime/sender_pool.hpp"

#include <caf/send.hpp>

#include <optional>

namespace stentor::actors {

/// Hands a chunk back that can't be sent now; its recipients wait in the retry queue.
inline void requeue_unsent(const sender_pool& senders, const core::claimed_chunk& claimed) {
  auto chunk = std::make_shared<core::chunk>();
  chunk->claim = claimed.claim;
  chunk->campaign = claimed.campaign;
  chunk->number = claimed.number;
  chunk->epoch = claimed.epoch;
  chunk->retries = claimed.retries;
  chunk->from_seq = claimed.from_seq;
  for (const auto& row : claimed.rows)
    chunk->items.push_back({.seq = row.seq,
                            .attempt = row.attempt,
                            .retries = row.retries,
                            .person = row.person,
                            .also = row.also,
                            .place = row.place,
                            .body_begin = 0,
                            .body_size = 0});
  const auto size = static_cast<std::uint32_t>(chunk->items.size());
  caf::anon_send(senders.of(claimed.number),
                 claim_opened{.claim = claimed.claim,
                              .campaign = claimed.campaign,
                              .count = static_cast<std::int32_t>(size)});
  caf::anon_send(senders.of(claimed.number), atom::requeue_v, core::slice{chunk, 0, size});
}

/// Used by one thread after the other; its end may come on any.
class claimed_recipients {
public:
  claimed_recipients(sender_pool senders, std::vector<core::claimed_chunk> chunks)
      : senders_{std::move(senders)}, chunks_{std::move(chunks)} {}
  claimed_recipients(const claimed_recipients&) = delete;
  claimed_recipients& operator=(const claimed_recipients&) = delete;
  ~claimed_recipients() {
    while (const auto chunk = next())
      requeue_unsent(*chunk);
  }

  [[nodiscard]] std::optional<core::claimed_chunk> next() {
    if (taken_ == chunks_.size())
      return std::nullopt;
    return std::move(chunks_[taken_++]);
  }

  /// The numbers of those that are still there.
  [[nodiscard]] std::vector<core::number_no> numbers() const {
    std::vector<core::number_no> all;
    for (auto i = taken_; i < chunks_.size(); ++i)
      all.push_back(chunks_[i].number);
    return all;
  }
  /// Hands a chunk back that was taken and can't be sent now.
  void requeue_unsent(const core::claimed_chunk& claimed) const {
    actors::requeue_unsent(senders_, claimed);
  }

private:
  sender_pool senders_;
  std::vector<core::claimed_chunk> chunks_;
  std::size_t taken_ = 0;
};

} // namespace stentor::actors
