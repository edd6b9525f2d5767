#pragma once
/// CAMPAIGN: one running campaign. It answers the numbers' demand with claimed and rendered chunks,
/// holds and resumes by command and by send window, and ends when every recipient is explained.

#include "actors/delivery/claimed.hpp"
#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>

namespace stentor::actors {

/// Who a campaign talks to.
struct campaign_partners {
  store_actor dispatch_store;     ///< claims
  store_actor housekeeping_store; ///< slow questions: status, the end
  recorder_actor recorder;
  sender_actor sender;
  webhook_actor webhook;
  supervisor_actor supervisor;
};

class campaign_state {
public:
  static constexpr const char* name = "campaign";
  explicit campaign_state(campaign_actor::pointer self) : self_{self} {}

  void start(context_ptr context, campaign_partners partners);
  void on_open(const campaign_ptr& campaign);
  void on_demand(const demand& d);
  void on_closed(std::int32_t claims);
  void on_retries();
  void on_number(core::number_no number, core::lease_epoch epoch);
  void on_pause(const std::string& reason, const callback_ptr& then);
  void on_resume(const callback_ptr& then);
  void on_cancel(const callback_ptr& then);
  void on_tick();

private:
  static constexpr std::chrono::milliseconds tick_interval{100};
  static constexpr std::chrono::milliseconds check_delay_first{50};

  /// What the store answers to a claim.
  struct claim_answer {
    claimed_ptr recipients;
    std::vector<core::number_no> fenced;
    bool exhausted = false;
  };

  void attach_numbers();
  void hold(bool held);
  void claim();
  void on_claimed(const core::result<claim_answer>& answer,
                  const std::vector<ports::claim_order>& orders);
  void on_retries_claimed(const core::result<claimed_ptr>& answer);
  void ask_again(const std::vector<ports::claim_order>& orders);
  void write_pause(const std::string& reason, bool first, const callback_ptr& then);
  void drop_the_rest();
  void dispatch(const core::claimed_chunk& claimed);
  void watch_window();
  void try_to_end();
  void end_as(core::campaign_status status);
  void end();
  void fail(const std::string& reason);
  [[nodiscard]] double own_rate_per_number() const;
  [[nodiscard]] double rate_of(core::number_no number) const;

  campaign_actor::pointer self_;
  context_ptr context_;
  campaign_partners partners_;
  core::campaign campaign_;
  std::shared_ptr<const ports::compiled_message> message_;
  std::map<core::number_no, core::lease_epoch> numbers_; ///< those that can send now
  std::vector<demand> demands_;
  std::string unwritten_pause_; ///< the reason of a pause whose status is not yet written
  std::int64_t claims_open_ = 0;
  bool claiming_ = false;
  bool claiming_retries_ = false;
  bool exhausted_ = false;
  bool paused_ = false;
  bool outside_window_ = false;
  bool cancelling_ = false;
  bool expiring_ = false;
  bool checking_ = false;
  bool over_ = false;
  core::steady_time retries_claimed_at_{};
  core::steady_time next_check_{};
  std::chrono::milliseconds check_delay_{0};
};

campaign_actor::behavior_type campaign(campaign_actor::stateful_pointer<campaign_state> self,
                                       context_ptr context, campaign_partners partners);

} // namespace stentor::actors
