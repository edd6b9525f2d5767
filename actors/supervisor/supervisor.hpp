#pragma once
/// SUPERVISOR: the tree. It starts the engine in order (database, numbers, leases, projection,
/// recovery, then sending), knows which campaigns and numbers run, reacts to trouble beyond one
/// message, restarts what fails with growing delay, and drains in order.
///
/// A campaign that fails is started again alone. The actors that carry outcomes (store, recorder,
/// sender, projector, webhook, rate limiters) fail together: after such a failure the dispatch
/// starts again under a new epoch, and recovery finds what was in flight.

#include "actors/campaign/campaign.hpp"
#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <set>

namespace stentor::actors {

class supervisor_state {
public:
  static constexpr const char* name = "supervisor";
  explicit supervisor_state(supervisor_actor::pointer self) : self_{self} {}

  void start(context_ptr context);
  void on_open();
  void on_runnable(const campaigns_ptr& campaigns);
  void on_retries(const std::vector<core::campaign_no>& campaigns);
  void on_ended(core::campaign_no campaign);
  void on_command(core::campaign_no campaign, ports::campaign_command what,
                  const callback_ptr& then);
  void on_number(core::number_no number, core::lease_epoch epoch);
  void on_closed(core::number_no number, core::lease_epoch epoch);
  void on_trouble(const trouble& t);
  void on_release(core::number_no number);
  void on_terms(const numbers_ptr& numbers);
  void on_sync(const callback_ptr& then);
  void on_write(const write_ptr& write, const callback_ptr& then);
  void on_stop(const callback_ptr& then);
  void on_down(const caf::down_msg& down);

private:
  struct running_campaign {
    campaign_actor actor;
    core::campaign terms;
  };
  struct running_number {
    rate_limiter_actor limiter;
    ports::number number;
    core::lease_epoch epoch{};
    bool paused = false;
  };

  // -- start and restart (supervisor_start.cpp)
  void spawn_database_actors();
  void save_numbers();
  void take_leases();
  void adopt(const std::vector<ports::lease>& leases, const std::function<void()>& then);
  void recover(const std::vector<ports::lease>& leases, core::steady_time since,
               const std::function<void()>& then);
  void drop_number(core::number_no number);
  void drain();
  /// `since`: when the leases were taken.
  void open_numbers(const std::vector<ports::lease>& leases, core::steady_time since);
  [[nodiscard]] ports::lane_settings lane_of(const ports::number& number) const;
  void spawn_dispatch_actors();
  void retry_open(const std::string& what);
  void tear_down();
  void drained();
  template <class Handle>
  void watch(const Handle& handle);

  // -- campaigns and trouble (supervisor.cpp)
  void run(const core::campaign& terms);
  void pause_campaign(core::campaign_no campaign, const std::string& reason);
  void pause_numbers(const trouble& t, const std::function<bool(const ports::number&)>& concerned);
  void command_idle(core::campaign_no campaign, ports::campaign_command what,
                    const callback_ptr& then);
  void tell_campaigns(core::number_no number, core::lease_epoch epoch);

  supervisor_actor::pointer self_;
  context_ptr context_;
  std::string owner_;
  int incarnation_ = 0;
  int failures_in_a_row_ = 0;
  int tree_no_ = 0; ///< grows with every end of the tree: answers to an earlier one count no more
  bool stopping_ = false;
  bool open_ = false;

  store_actor dispatch_store_;
  store_actor housekeeping_store_;
  recorder_actor recorder_;
  projector_actor projector_;
  sender_actor sender_;
  webhook_actor webhook_;
  scheduler_actor scheduler_;
  retry_actor retry_;
  template_sync_actor template_sync_;
  std::map<core::campaign_no, running_campaign> campaigns_;
  std::map<core::campaign_no, int> campaign_failures_;
  std::map<core::number_no, running_number> numbers_;
  std::set<caf::actor_addr> watched_; ///< whose unexpected end restarts the dispatch
  std::vector<caf::actor> tree_;      ///< everything spawned besides campaigns
  std::set<caf::actor_addr> leaving_; ///< of an earlier tree, told to end and not yet gone
  std::set<core::number_no> adopting_;
  std::size_t stopping_numbers_ = 0; ///< that still have a mark on its way
  callback_ptr stopped_;
};

supervisor_actor::behavior_type
supervisor(supervisor_actor::stateful_pointer<supervisor_state> self, context_ptr context);

} // namespace stentor::actors
