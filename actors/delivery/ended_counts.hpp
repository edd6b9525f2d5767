#pragma once
/// What of a number's and a campaign's work has ended, gathered so that it is told in few messages.
/// Used by one sender, on its thread.

#include "actors/runtime/context.hpp"

#include "stentor/core/delivery/outcome.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <utility>

namespace stentor::actors {

class ended_counts {
public:
  void ended(core::number_no number, core::campaign_no campaign, std::int32_t messages) {
    messages_[{number, campaign}] += messages;
  }
  void claim_ended(core::campaign_no campaign) { ++claims_[campaign]; }
  /// Does nothing for a request that had no answer.
  /// @param refused because the number was too fast
  void answered(const core::outcome& o, bool refused, core::steady_time now);

  /// To the numbers and campaigns that run here.
  /// @return false: some answers are kept for a little longer
  bool pass_on(sender_actor::pointer self, const registry& running);

private:
  std::map<std::pair<core::number_no, core::campaign_no>, std::int32_t> messages_;
  std::map<core::campaign_no, std::int32_t> claims_;
  std::map<core::number_no, answer_counts> answers_;
  core::steady_time answers_passed_{};
};

} // namespace stentor::actors
