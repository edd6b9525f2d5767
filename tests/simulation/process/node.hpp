#pragma once
/// One process: the real actors under CAF's test coordinator, the real HTTP/2 client, the real
/// memory of stops, on the simulated database, network and clock. A crash ends it without a word;
/// the next one begins on the same database. One thread.

#include "tests/model/flights.hpp"
#include "tests/model/stores.hpp"
#include "tests/simulation/process/gateway.hpp"

#include "actors/supervisor/supervisor.hpp"
#include "adapters/memory/recent_stops.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>

namespace stentor::simulation {

/// What every process of a run stands on.
struct surroundings {
  timeline& time;
  world& database;
  trace& log;
  const plan& of;
  span& takeable;       ///< for so long webhooks could be taken so far
  double& of_rates;     ///< by the configuration file of now: the share of the planned limits
  flight_file& flights; ///< in the state folder
};

class node {
public:
  /// @param start tells starts of the same installation apart
  node(surroundings on, network& way, int no, int start);
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  // -- what becomes of it

  /// From now on nothing that it does has any effect.
  void kill();
  void freeze(span lasts, bool stands_still);
  void step_wall_clock(milliseconds by);
  /// The store's thread takes nothing new until then.
  void hold_up(const std::string& actor, span lasts);
  /// Each of its statements takes long, the one of now among them, until then.
  void slow_down(const std::string& actor, span lasts);
  /// None of them takes anything new until then.
  void hold_up_all(span lasts);
  void reload();
  [[nodiscard]] int no() const noexcept { return no_; }
  [[nodiscard]] bool alive() const noexcept { return !dead_; }
  [[nodiscard]] bool frozen() const noexcept { return on_.time.now() < frozen_until_; }
  [[nodiscard]] bool ready() const { return alive() && context_->counters.ready; }
  [[nodiscard]] bool takes_webhooks() const {
    return alive() && !frozen() && context_->counters.ready && !context_->counters.ledger_failing;
  }

  // -- its time

  /// Runs one job if one is ready.
  bool run_one();
  /// Timers and turns that are due now.
  void catch_up();
  /// When something of it is due next.
  [[nodiscard]] core::steady_time next() const;
  /// For people, when time stands still: who is it that wants this moment again?
  [[nodiscard]] std::string what_is_due() const;

  // -- what is asked of it

  using heard = std::function<void(core::status)>;
  /// @param subject names the order in the audit log
  void command(core::campaign_no campaign, core::campaign_command command,
               const std::string& subject, heard then);
  void suppress(ports::suppression_row row, heard then);
  void resume_number(const std::string& phone_number_id, heard then);
  void ingest(std::shared_ptr<const ports::webhook_payload> payload, heard then);
  void stop(heard then);

  [[nodiscard]] departure departure_of_now() const;
  [[nodiscard]] std::int64_t wall_ms() const;
  [[nodiscard]] std::vector<std::string> alarms() const;
  /// Whether an alarm says so.
  [[nodiscard]] bool tells(std::string_view code) const;
  /// As far as it knows, by the world's clock.
  [[nodiscard]] core::steady_time leases_until() const {
    return core::steady_time{span{context_->counters.leases_until_ns}};
  }
  [[nodiscard]] span lease_duration() const { return context_->settings.lease_duration; }
  /// Messages in the gateway and events that are to be committed.
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] const std::string& owner() const noexcept { return context_->settings.owner; }
  /// Called when bytes of a request leave.
  std::function<void()> on_departure;

private:
  struct system_config : caf::actor_system_config {
    system_config();
  };
  class end_of_wires;

  [[nodiscard]] core::steady_time steady() const noexcept { return on_.time.now() - stood_still_; }
  void make_context(int start);
  template <class... Request>
  void ask(heard then, Request... request);
  [[nodiscard]] heard while_alive(heard then);
  void turn_at(core::steady_time when) { turn_at_ = std::min(turn_at_, when); }
  void end_all_actors();
  void end_those_that_move();

  surroundings on_;
  network& way_;
  int no_;
  bool dead_ = false;
  core::steady_time frozen_until_{};
  span stood_still_{0};
  milliseconds wall_offset_{0};
  core::steady_time turn_at_ = core::steady_time::max();
  core::steady_time stops_aged_;
  std::map<std::string, core::steady_time> held_up_, slow_until_;
  std::mt19937_64 order_;

  actors::outcome_gate outcomes_;
  app::recent_stops stops_;
  std::shared_ptr<end_of_wires> wires_;
  flight_recorder flights_;
  std::unique_ptr<gateway> gateway_;
  std::unique_ptr<ports::management_api> management_;
  renderer renderer_;
  time_zones zones_;
  actors::context_ptr context_;
  system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  actors::supervisor_actor supervisor_;
};

} // namespace stentor::simulation
