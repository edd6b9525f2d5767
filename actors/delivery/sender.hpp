#pragma once
/// SENDER: hears from the gateway what became of requests, asks core::decide what to do about it,
/// and passes on ledger events, retries, finished claims and signals. It keeps no recipient, only a
/// count per open claim.

#include "actors/runtime/context.hpp"

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

  void start(context_ptr context, recorder_actor recorder, supervisor_actor supervisor);
  void on_outcomes(const outcomes_ptr& batch);
  void on_opened(const claim_opened& claim);
  void on_policy(const campaign_policy& of) { policies_[of.campaign] = of.policy; }
  void on_requeue(const core::slice& slice);
  void on_discard(core::campaign_no campaign) { cancelled_.insert(campaign); }
  void on_forget(core::campaign_no campaign);
  /// Answered by the recorder.
  caf::delegated<atom::done> on_catch_up();
  void on_flush();

private:
  struct open_claim {
    core::campaign_no campaign{};
    std::int32_t left = 0;
  };

  void settle(const core::outcome_batch& batch, const core::outcome& o, ports::ledger_write& write);
  /// @param last the try that has ended, with the retries that are used up now
  void requeue(ports::retry_row last, core::number_no number, ports::ledger_write& write);
  void signal(const core::outcome& o, const core::disposition& verdict, std::string_view text);
  void count(core::claim_id claim, std::int32_t ended, ports::ledger_write& write);
  [[nodiscard]] const core::retry_policy& policy_of(core::campaign_no campaign) const;

  sender_actor::pointer self_;
  context_ptr context_;
  recorder_actor recorder_;
  supervisor_actor supervisor_;
  std::unordered_map<core::claim_id, open_claim> claims_;
  std::map<core::campaign_no, core::retry_policy> policies_;
  std::set<core::campaign_no> cancelled_;
  std::map<std::pair<core::number_no, core::campaign_no>, std::int32_t>
      finished_;                                     ///< not yet passed on
  std::map<core::campaign_no, std::int32_t> closed_; ///< likewise
  bool flush_scheduled_ = false;
};

sender_actor::behavior_type sender(sender_actor::stateful_pointer<sender_state> self,
                                   context_ptr context, recorder_actor recorder,
                                   supervisor_actor supervisor);

} // namespace stentor::actors
