/// Why batches travel between actors and never recipients: the cost of a mailbox hop per outcome.

#include "actors/runtime/interfaces.hpp"
#include "bench/micro/meter.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <semaphore>

namespace stentor::micro {
namespace {

using counting_actor =
    caf::typed_actor<caf::reacts_to<actors::atom::finished, actors::outcomes_ptr>>;

struct config : caf::actor_system_config {
  config() {
    add_message_types<caf::id_block::stentor_messages>();
    set("scheduler.max-threads", 1);
  }
};

/// @param outcomes_per_message 1 is one message per recipient
void mailbox_hop(benchmark::State& state) {
  constexpr std::size_t outcomes_size = 10'000;
  const auto per_message = static_cast<std::size_t>(state.range(0));
  auto batch = std::make_shared<core::outcome_batch>();
  batch->outcomes.resize(per_message);
  const actors::outcomes_ptr shared = std::move(batch);
  meter m{state}; // before the threads, which it counts as well
  config settings;
  caf::actor_system system{settings};
  std::binary_semaphore all_counted{0};
  std::size_t counted = 0; // the receiver's
  auto receiver = system.spawn([&]() -> counting_actor::behavior_type {
    return {[&](actors::atom::finished, const actors::outcomes_ptr& outcomes) {
      for (const auto& each : outcomes->outcomes)
        counted += each.stopped ? 0 : 1;
      if (counted == outcomes_size) {
        counted = 0;
        all_counted.release();
      }
    }};
  });
  for (auto _ : state) {
    for (std::size_t sent = 0; sent < outcomes_size; sent += per_message)
      caf::anon_send(receiver, actors::atom::finished_v, shared);
    all_counted.acquire();
  }
  m.report(outcomes_size);
}
BENCHMARK(mailbox_hop)
    ->ArgName("outcomes_per_message")
    ->Arg(1)
    ->Arg(500)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

} // namespace
} // namespace stentor::micro
