#pragma once
/// SENDER: makes a progress mark durable over each slice, hands it to the gateway, and hears what
/// became of the requests; asks core::decide what to do about it, and passes on ledger events,
/// retries, finished claims and signals. Of recipients it keeps those whose mark is on its way, and
/// a count per open claim.

#include "actors/delivery/ended_counts.hpp"
#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include "stentor/core/delivery/answer_guard.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <set>
#include <unordered_map>

namespace stentor::actors {

class sender_state {
public:
  static constexpr const char* name = "sender";
  explicit sender_state(sender_actor::pointer self) : self_{self} {}

  /// @param place in the pool
  void start(context_ptr context, recorder_actor recorder, supervisor_actor supervisor,
             std::size_t place, std::size_t pool_size);
  /// @param slices of one number
  void request_marks(std::vector<core::slice> slices);
  void on_hold(core::number_no number, bool held);
  void on_outcomes(const outcomes_ptr& batch);
  void on_opened(const claim_opened& claim);
  void on_policy(const campaign_policy& of) { policies_[of.campaign] = of.policy; }
  void on_requeue(const core::slice& slice);
  void on_discard(core::campaign_no campaign) { cancelled_.insert(campaign); }
  void on_forget(core::campaign_no campaign);
  /// Answered by the recorder.
  caf::delegated<atom::done> on_catch_up();
  void on_flush();
  void on_stop(owed_ptr stopped);

private:
  struct open_claim {
    core::campaign_no campaign{};
    std::int32_t left = 0;
  };

  void on_marked(const std::vector<core::slice>& slices, const core::status& durable);
  void submit(const core::slice& slice);
  void pass_on(const core::departed_slice& slice);
  void schedule_flush();
  void pass_counts_on();
  [[nodiscard]] bool carries(core::number_no number) const noexcept;
  void settle(const core::outcome_batch& batch, const core::outcome& o, ports::ledger_write& write);
  /// @param last the try that has ended, with the retries that are used up now
  void requeue(ports::retry_row last, core::number_no number, ports::ledger_write& write);
  void note_stop(const core::outcome& o, ports::ledger_write& write);
  /// What the answer says of everybody.
  void watch_answer(const core::outcome& o, const core::disposition& verdict,
                    std::string_view text);
  void signal(const core::outcome& o, const core::disposition& verdict, std::string_view text);
  void stop_counting(core::claim_id claim);
  void count(core::claim_id claim, std::int32_t ended, ports::ledger_write& write);
  [[nodiscard]] const core::retry_policy& policy_of(core::campaign_no campaign) const;

  sender_actor::pointer self_;
  context_ptr context_;
  recorder_actor recorder_;
  supervisor_actor supervisor_;
  std::size_t place_ = 0;
  std::size_t pool_size_ = 1;
  std::map<core::number_no, core::organization_no> organizations_;
  std::unordered_map<core::claim_id, open_claim> claims_;
  std::map<core::campaign_no, core::retry_policy> policies_;
  std::set<core::campaign_no> cancelled_;
  std::map<core::campaign_no, core::refusal_guard> refusals_;
  std::map<core::number_no, core::foreign_answer_guard> foreign_;
  ended_counts ended_; ///< not yet passed on
  bool flush_scheduled_ = false;
  std::set<core::number_no> held_; ///< numbers that are stopped: what gets its mark goes back
  std::size_t marking_ = 0;        ///< requests for marks that are on their way
  owed_ptr stopped_;               ///< to be answered when there is none
};

sender_actor::behavior_type sender(sender_actor::stateful_pointer<sender_state> self,
                                   context_ptr context, recorder_actor recorder,
                                   supervisor_actor supervisor, std::size_t place,
                                   std::size_t pool_size);

} // namespace stentor::actors
