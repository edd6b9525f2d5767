#pragma once
/// What all actors of one engine share: the ports, the settings and what is told beside messages.
/// Everything here is either immutable after the start or thread-safe.

#include "actors/runtime/alarms.hpp"
#include "actors/runtime/counters.hpp"
#include "actors/runtime/gates.hpp"
#include "actors/runtime/interfaces.hpp"
#include "actors/runtime/number_board.hpp"
#include "actors/runtime/number_figures.hpp"
#include "actors/runtime/registry.hpp"
#include "actors/runtime/settings.hpp"
#include "actors/runtime/stores.hpp"

#include "stentor/ports/campaign/renderer.hpp"
#include "stentor/ports/contact/stop_list.hpp"
#include "stentor/ports/delivery/flight_recorder.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"
#include "stentor/ports/message_template/media_ids.hpp"
#include "stentor/ports/meta/management_api.hpp"
#include "stentor/ports/meta/media_api.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace stentor::actors {

struct context {
  ports::gateway& gateway;
  ports::management_api& management;
  const ports::renderer& renderer;
  const ports::time_zones& time_zones;
  ports::stop_list& stops;
  outcome_gate& outcomes;
  ports::flight_recorder& flights;
  store_factory stores;
  std::function<core::wall_time()> wall_clock;
  engine_settings settings{};
  number_board numbers{}; ///< empty until the supervisor starts
  engine_counters counters{};
  number_figure_board number_figures{};
  alarm_board alarms{};
  registry running{};
  webhook_gate webhooks{};
  /// Time as leases count it, also while the machine sleeps; without it (in tests) the actors'
  /// clock.
  std::function<core::steady_time()> boot_clock{};
  ports::media_api* media_api = nullptr; ///< both: none, if it uploads no media
  ports::media_ids* media_ids = nullptr;
  bool detached = true; ///< false under the test coordinator: blocking actors run as ordinary ones

  /// Takes the stops of a write that is durable now into those in memory.
  void apply(const std::vector<ports::stop_effect>& effects) {
    for (const auto& effect : effects)
      if (effect.lifted)
        stops.remove(effect.organization, effect.person);
      else
        stops.add(effect.organization, effect.person);
  }

  /// The moment by which leases and the gateway count. @param now of the actors' clock
  [[nodiscard]] core::steady_time lease_time(core::steady_time now) const {
    return boot_clock ? boot_clock() : now;
  }

  [[nodiscard]] std::int64_t now_ms() const { return wall_clock().time_since_epoch().count(); }
};

using context_ptr = std::shared_ptr<context>;

} // namespace stentor::actors
