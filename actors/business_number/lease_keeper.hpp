#pragma once
/// LEASE KEEPER: takes the numbers' leases and renews them, on a thread and a connection of its
/// own, so that no slow or locked question of anybody else can cost a lease. It renews from the
/// moment the leases are taken, while recovery still works.

#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

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
  void on_tick();

private:
  [[nodiscard]] core::result<std::vector<ports::lease>> acquire();
  void renew();

  lease_keeper_actor::pointer self_;
  context_ptr context_;
  supervisor_actor supervisor_;
  std::unique_ptr<ports::number_store> store_;
  core::steady_time until_{}; ///< as far as the last answer goes
  std::string owner_;         ///< empty: nothing is to be renewed
  std::vector<core::number_no> numbers_;
};

lease_keeper_actor::behavior_type
lease_keeper(lease_keeper_actor::stateful_pointer<lease_keeper_state> self, context_ptr context,
             supervisor_actor supervisor);

} // namespace stentor::actors
