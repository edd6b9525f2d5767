#pragma once
/// RECORDER: the one writer of the ledger. Commits begin at most once per linger, which is shorter
/// when a webhook's answer waits: a lone write is committed at once, and what comes after it
/// gathers and shares the next commit. A failed commit
/// is repeated with everything in it; who waits hears of the failure at once, so that a webhook is
/// answered 503 and a progress mark is asked for again. A commit that the database refuses for what
/// is in it is made in pieces, and the one value that can't be is parked beside.

#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <array>
#include <optional>

namespace stentor::actors {

class recorder_state {
public:
  static constexpr const char* name = "recorder";
  explicit recorder_state(recorder_actor::pointer self) : self_{self} {}

  void start(context_ptr context);
  /// @param waiting who wants to know when it is durable; may be null
  void on_write(const write_ptr& write, owed_ptr waiting);
  void on_flush(std::uint64_t no);

private:
  struct waiter {
    owed_ptr reply;
    ports::ownership of; ///< whose marks it waits for; number 0: none
  };

  using time_point = caf::actor_clock::time_point;

  void schedule(time_point due);
  void commit();
  [[nodiscard]] core::result<ports::ledger_receipt> commit_in_pieces(const core::error& why);
  [[nodiscard]] core::result<ports::ledger_receipt> commit_refused(const ports::ledger_write& piece,
                                                                   const core::error& why);
  void forget_refusal();
  void answer(const core::status& status, const std::vector<ports::ownership>& fenced);

  recorder_actor::pointer self_;
  context_ptr context_;
  std::unique_ptr<ports::ledger> ledger_;
  ports::ledger_write pending_;
  std::vector<waiter> waiters_;
  time_point last_begin_{};                   ///< of a commit
  std::array<std::int64_t, 100> commit_us_{}; ///< of the last hundred commits
  std::size_t next_commit_ = 0;
  std::optional<time_point> due_;   ///< when the next commit begins, if one is to
  std::uint64_t next_flush_no_ = 0; ///< of the message to itself that begins it
  std::chrono::milliseconds backoff_{0};
  time_point forget_refusal_at_{};
};

recorder_actor::behavior_type recorder(recorder_actor::stateful_pointer<recorder_state> self,
                                       context_ptr context);

} // namespace stentor::actors
