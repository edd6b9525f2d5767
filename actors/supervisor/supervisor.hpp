#pragma once
/// SUPERVISOR: the tree. It starts the engine in order (database, numbers, leases, projection,
/// recovery, then sending), knows which campaigns and numbers run, writes commands, reacts to
/// faults beyond one message, restarts what fails with growing delay, and drains in order.
///
/// A campaign that fails is started again alone. The actors that carry outcomes (stores, recorder,
/// sender, projector, webhook, rate limiters) fail together: after such a failure the dispatch
/// starts again under a new epoch, and recovery finds what was in flight.

#include "actors/campaign/campaign.hpp"
#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"
#include "actors/supervisor/step_sequence.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <set>
#include <utility>

namespace stentor::actors {

class supervisor_state {
public:
  static constexpr const char* name = "supervisor";
  explicit supervisor_state(supervisor_actor::pointer self) : self_{self} {}

  void start(context_ptr context);
  void on_start();
  void on_stop(owed_ptr stopped);
  void on_gateway(std::uint64_t no);
  void on_down(const caf::down_msg& down);

  void on_runnable(const campaigns_ptr& campaigns);
  void on_retries(const std::vector<core::campaign_no>& campaigns);
  void on_ended(core::campaign_no campaign);
  void on_order(const campaign_order& order, owed_ptr written);

  void on_number(const ports::lease& lease, core::steady_time asked);
  void on_leave(core::number_no number, core::lease_epoch epoch);
  void on_news(const heard_news& heard);
  void on_lease_lost(core::number_no number, core::lease_epoch epoch);
  void on_release(core::number_no number);
  void on_number_order(const number_order& order, const owed_ptr& done);
  void on_stopped_reason(core::number_no number);
  void on_numbers_reloaded(const numbers_ptr& numbers);
  void on_fault(const fault& f);
  void on_template_status(const template_status& status);

  void on_sync(core::organization_no organization, owed_ptr synced);
  void on_write(const write_ptr& write, owed_ptr written);

private:
  struct running_campaign {
    campaign_actor actor;
    core::campaign settings;
    bool pause_asked = false;           ///< for a fault, and not resumed since
    bool paused = false;                ///< in the database, as far as it is known here
    std::int64_t pacing_changed_ms = 0; ///< of its template, as far as it is known here
    /// In which its template was stopped, each with the language, since the same.
    std::set<std::pair<std::string, std::string>> told_accounts;
  };
  /// Why a number sends nothing.
  struct stopped_number {
    std::optional<core::sentence> reason = {}; ///< none: it sends
    core::scope_action by = core::scope_action::none;
    core::steady_time until = core::steady_time::max(); ///< it tries again by itself
  };
  struct running_number {
    rate_limiter_actor limiter;
    ports::number number;
    core::lease_epoch epoch{};
    stopped_number stop;
    std::int64_t order_no = 0; ///< the operator's order that it obeys
    [[nodiscard]] bool paused() const noexcept { return stop.reason.has_value(); }
  };
  /// Leases on their way from the database to their numbers' first message.
  struct adoption {
    std::vector<ports::lease> leases;
    core::steady_time asked; ///< when they were asked for: from then on they count
    core::steady_time since; ///< when they were had
  };
  using sequence_ptr = std::shared_ptr<step_sequence>;

  // -- start, restart and stop (start_sequence.cpp)
  void spawn_database_actors();
  template <class Body, class Handle>
  void spawn_blocking(Body body, Handle& handle);
  void save_numbers(const step_sequence::ended& next);
  void take_leases(const std::shared_ptr<adoption>& adopted, const step_sequence::ended& next);
  [[nodiscard]] std::vector<step_sequence::step> steps_of(const std::shared_ptr<adoption>& adopted);
  void close_numbers(const adoption& adopted, const step_sequence::ended& next);
  void recover(const std::shared_ptr<adoption>& adopted, const step_sequence::ended& next);
  void open_numbers(const adoption& adopted);
  void spawn_dispatch_actors();
  void retry_start(const std::string& why);
  void stop_numbers(const step_sequence::ended& next);
  void spawn_senders();
  template <class Atom>
  void ask_senders(Atom what, const step_sequence::ended& next);
  /// What the gateway is to call on its thread, so that a step goes on here.
  [[nodiscard]] std::function<void()> by_gateway(step_sequence::ended next);
  void tear_down();
  void end_campaigns();
  template <class Handle>
  void watch(const Handle& handle);

  // -- campaigns (supervisor.cpp)
  void run(const core::campaign& settings);
  void give_order(campaign_order order, const owed_ptr& written);
  [[nodiscard]] std::string name_of_order(std::uint64_t no) const;
  void pause_campaign(core::campaign_no campaign, const core::sentence& reason,
                      core::pause_kind kind);
  bool restart_campaign(const caf::actor_addr& gone);

  // -- other daemons (nodes.cpp)
  void obey(const ports::number_word& word);
  void follow(const ports::campaign_standing& standing);
  void end_here(core::campaign_no campaign);
  void give_number_up(core::number_no number);
  [[nodiscard]] ports::number_word last_word(const ports::lease& lease) const;

  // -- numbers and faults (faults.cpp)
  void drop_number(core::number_no number);
  void pause_numbers(const fault& f, const std::function<bool(const ports::number&)>& concerned);
  void release(core::number_no number);
  void pause_by_order(running_number& number);
  /// A number that is given up and taken back stays stopped.
  void keep_stop(const running_number& number);
  void stop_again(running_number& number);
  void raise_stopped(const running_number& number);
  void stop_template(const template_key& key, const core::sentence& reason);
  [[nodiscard]] std::string account_of(core::number_no number) const;
  void tell_campaigns(core::number_no number, core::lease_epoch epoch);
  [[nodiscard]] ports::sending_number settings_of(const ports::number& number,
                                                  core::lease_epoch epoch) const;

  supervisor_actor::pointer self_;
  context_ptr context_;
  std::string owner_;
  int incarnation_ = 0;
  int failures_in_a_row_ = 0;
  bool stopping_ = false;
  bool open_ = false;
  bool released_ = false; ///< the leases of this start, in order
  sequence_ptr starting_;
  sequence_ptr ending_;
  std::map<core::number_no, sequence_ptr> adopting_;
  std::map<std::uint64_t, step_sequence::ended> by_gateway_; ///< go on when it has done its part
  std::uint64_t last_by_gateway_ = 0;
  owed_ptr stopped_;

  claim_store_actor claims_;
  housekeeping_actor housekeeping_;
  recorder_actor recorder_;
  projector_actor projector_;
  lease_keeper_actor lease_keeper_;
  listener_actor listener_;
  sender_pool senders_;
  webhook_actor webhook_;
  scheduler_actor scheduler_;
  recurring_actor recurring_;
  freezer_actor freezer_;
  media_actor media_;
  retry_actor retry_;
  template_sync_actor template_sync_;
  number_sync_actor number_sync_;
  std::map<core::campaign_no, running_campaign> campaigns_;
  std::map<core::campaign_no, int> campaign_failures_;
  std::uint64_t orders_taken_ = 0;
  std::map<core::campaign_no, int> open_orders_; ///< that are being written
  std::map<core::number_no, running_number> numbers_;
  std::set<core::number_no> leaving_numbers_;            ///< on their way to another daemon
  std::map<core::number_no, ports::number_word> words_;  ///< what operators said last
  std::map<core::number_no, stopped_number> stops_kept_; ///< of those whose lease is not ours
  std::set<caf::actor_addr> watched_; ///< whose unexpected end restarts the dispatch
  std::vector<caf::actor> tree_;      ///< everything spawned besides campaigns
  std::set<caf::actor_addr> leaving_; ///< of an earlier tree, told to end and not yet gone
};

supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self, context_ptr context);

} // namespace stentor::actors
