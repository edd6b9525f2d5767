#pragma once
/// CAMPAIGN: one running campaign. It answers the numbers' demand with claimed and rendered chunks,
/// holds and resumes by command and by send window, and ends when every recipient is explained.
/// Commands are written by the supervisor; here they take effect.

#include "actors/runtime/context.hpp"

#include "stentor/core/campaign/plan.hpp"
#include "stentor/core/campaign/render_guard.hpp"
#include "stentor/core/campaign/run_state.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <optional>

namespace stentor::actors {

/// Who a campaign talks to.
struct campaign_partners {
  claim_store_actor claims;
  campaign_store_actor campaigns;
  recorder_actor recorder;
  sender_pool senders;
  webhook_actor webhook;
  supervisor_actor supervisor;
};

class campaign_state {
public:
  static constexpr const char* name = "campaign";
  explicit campaign_state(campaign_actor::pointer self) : self_{self} {}
  campaign_state(const campaign_state&) = delete;
  campaign_state& operator=(const campaign_state&) = delete;
  ~campaign_state() { return_kept_back(); } ///< also when the actor fails

  void start(context_ptr context, campaign_partners partners);
  void on_run(const campaign_ptr& campaign);
  void on_demand(const demand& d);
  void on_claims_finished(std::int32_t claims);
  void on_retries();
  void on_number(core::number_no number, core::lease_epoch epoch);
  void on_order(const campaign_order& order);
  void on_order_ended(const order_ended& ended);
  void on_tick();
  void ask_for_plan();

private:
  static constexpr std::chrono::milliseconds tick_interval{100};
  static constexpr std::chrono::milliseconds check_delay_first{50};

  void attach_numbers();
  void hold(bool held);
  void claim();
  using reading = std::shared_ptr<const void>; ///< see ports::stop_list

  void on_claimed(const core::result<claim_answer>& answer,
                  const std::vector<ports::claim_order>& orders, const reading& under);
  void claim_retries(const std::vector<ports::claim_order>& orders);
  void on_retries_claimed(const core::result<claimed_ptr>& answer, const reading& under);
  void ask_again(const std::vector<ports::claim_order>& orders);
  void repeat_pause();
  void repeat_resume();
  void drop_the_rest();
  bool dispatch_all(claimed_recipients& recipients, const reading& under);
  [[nodiscard]] std::optional<core::sentence> nothing_renders(const core::chunk& rendered,
                                                              const core::event_batch& events);
  void dispatch(const core::claimed_chunk& claimed, std::shared_ptr<core::chunk> chunk,
                write_ptr write);
  void record_unsendable(const core::claimed_chunk& claimed, const core::chunk& chunk,
                         write_ptr write);
  void ask_for_more(const core::claimed_chunk& claimed);
  void spend_kept_back();
  void return_kept_back();
  void on_plan(core::plan_terms terms);
  void watch_plan();
  void look_at_plan();
  [[nodiscard]] double numbers_per_second() const;
  [[nodiscard]] std::optional<ports::claim_scope> open_parts() const;
  [[nodiscard]] core::wall_time closes_at(const core::claimed_chunk& claimed) const;
  void watch_expiry();
  void try_to_end();
  void end_as(core::campaign_status status);
  void end();
  void fail(const core::sentence& reason);
  [[nodiscard]] std::int32_t part_of(core::number_no number) const;
  [[nodiscard]] double own_rate_of(core::number_no number) const;
  void use_own_rate();
  void watch_others();
  void watch_media();

  campaign_actor::pointer self_;
  context_ptr context_;
  campaign_partners partners_;
  core::campaign campaign_;
  core::run_state state_;
  std::shared_ptr<const ports::compiled_message> message_;
  core::planner plan_;
  core::plan_step step_; ///< what it said at `looked_at_`
  core::wall_time looked_at_{};
  core::steady_time plan_read_{}; ///< when its terms were
  bool planned_ = false;
  bool asking_plan_ = false;
  bool dry_ = false; ///< whoever may be sent to now is claimed
  /// Nobody of it could be rendered, and it is not known yet whether that concerns everybody.
  struct unspent {
    core::claimed_chunk claimed;
    write_ptr write;
  };
  core::render_guard guard_;
  std::vector<unspent> kept_back_;
  core::steady_time kept_since_{};                       ///< when the last one came
  std::map<core::number_no, core::lease_epoch> numbers_; ///< those that can send now
  std::int32_t others_ = 0;                              ///< daemons, as the rates reckon
  std::vector<demand> demands_;
  campaign_order pause_;         ///< the latest one
  bool pause_unwritten_ = false; ///< and whether it is still to be written
  bool resume_unwritten_ = false;
  std::uint64_t last_order_ = 0; ///< that holds: what an earlier one became says nothing any more
  std::int64_t claims_open_ = 0;
  core::steady_time retries_claimed_at_{};
  core::steady_time next_check_{};
  std::chrono::milliseconds check_delay_{0};
};

campaign_actor::behavior_type campaign(campaign_actor::stateful_pointer<campaign_state> self,
                                       context_ptr context, campaign_partners partners);

} // namespace stentor::actors
