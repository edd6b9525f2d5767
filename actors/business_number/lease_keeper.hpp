#pragma once
/// LEASE KEEPER: tells the database that this daemon is alive, takes the leases of the numbers that
/// are its share, and renews them, on a thread and a connection of its own, so that no slow or
/// locked question of anybody else can cost a lease. It renews from the moment the leases are
/// taken, while recovery still works. What another daemon is to have, the supervisor gives up
/// first.

#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace stentor::actors {

class lease_keeper_state {
public:
  static constexpr const char* name = "lease_keeper";
  explicit lease_keeper_state(lease_keeper_actor::pointer self) : self_{self} {}

  void start(context_ptr context, supervisor_actor supervisor);
  /// From then on they are renewed.
  [[nodiscard]] core::result<std::vector<ports::lease>>
  take(const std::string& owner, const std::vector<core::number_no>& numbers);
  /// Frees all of them and renews no more.
  [[nodiscard]] core::status release(const std::string& owner);
  /// Nothing is sent from it any more: it is another daemon's.
  [[nodiscard]] core::status give_up(core::number_no number);
  void on_tick();
  void on_poll();

private:
  [[nodiscard]] core::result<std::vector<ports::lease>> acquire(bool first);
  [[nodiscard]] core::status open();
  [[nodiscard]] core::result<std::vector<core::number_no>> share();
  void look_after(const std::vector<core::placed_number>& places);
  [[nodiscard]] std::vector<ports::number_pace> paces() const;
  [[nodiscard]] bool renew();
  void hand_on(const ports::lease& lease);
  [[nodiscard]] core::steady_time now() const { return context_->lease_time(self_->clock().now()); }

  lease_keeper_actor::pointer self_;
  context_ptr context_;
  supervisor_actor supervisor_;
  std::unique_ptr<ports::number_store> store_;
  core::steady_time until_{}; ///< as far as the last answer goes
  std::string owner_;         ///< empty: nothing is to be renewed
  std::vector<core::number_no> numbers_;
  std::map<core::number_no, core::lease_epoch> held_;
  std::set<core::number_no> leaving_;                    ///< those that the supervisor is giving up
  std::map<core::number_no, core::steady_time> without_; ///< whom nobody holds, since when
};

lease_keeper_actor::behavior_type
lease_keeper(lease_keeper_actor::stateful_pointer<lease_keeper_state> self, context_ptr context,
             supervisor_actor supervisor);

} // namespace stentor::actors
