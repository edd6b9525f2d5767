#include "tests/simulation/run/vigil.hpp"

#include "tests/simulation/run/inspection.hpp"

namespace stentor::simulation {

namespace {

using namespace std::chrono_literals;

/// A start asks the database some questions, and none of them is long; after failures the next try
/// waits for up to ten seconds.
constexpr span opens_within = 2s, opens_again_within = 15s;
constexpr span silence_told_within = 1s;

} // namespace

void vigil::violate(violation what) {
  if (told_.insert(what.what).second)
    found_.push_back(
        {std::move(what.what), what.detail + " at " + std::to_string(time_.seconds()) + " s"});
}

void vigil::look(const node& process, core::steady_time started, bool ends) {
  if (!process.alive())
    return;
  if (auto found = too_many_waiting(plan_, process.waiting()))
    violate(std::move(*found));
  if (process.frozen())
    return;
  if (!ends)
    opens(process, started);
  if (!process.ready())
    return;
  keeps_its_leases(process);
  tells_of_silence(process);
}

void vigil::look_at_claims() {
  if (auto found = too_many_claimed(plan_, world_))
    violate(std::move(*found));
}

/// However much there is to fold, whoever else runs.
void vigil::opens(const node& process, core::steady_time started) {
  const auto hindered = std::max(hindered_until_, slow_until_);
  const auto bound = hindered >= started ? hindered + opens_again_within : started + opens_within;
  if (!process.ready() && time_.now() > bound)
    violate({"does not open", process.owner()});
}

/// Nobody's slow question costs a lease. One that ran out is seen when it is taken again, too.
void vigil::keeps_its_leases(const node& process) {
  for (const auto& [number, lease] : world_.leases) {
    const auto before = std::exchange(leases_[number], lease);
    const auto& lost = before.owner == lease.owner && before.epoch < lease.epoch ? before : lease;
    const auto over_ms = time_.wall_ms() - lost.expires_ms;
    if (over_ms < 0 || lost.released || !lost.owner.starts_with(process.owner() + "."))
      continue;
    // As long as a lease and longer, nothing kept it from being renewed.
    if (time_.now() - milliseconds{over_ms} - process.lease_duration() > hindered_until_)
      violate({"a lease is lost", "number " + std::to_string(number) + " of " + process.owner()});
  }
}

/// Whoever can send nothing because the database does not answer says so.
void vigil::tells_of_silence(const node& process) {
  if (time_.now() > std::max(process.leases_until(), still_until_) + silence_told_within &&
      !process.tells("leases_over"))
    violate({"silence is not told", process.owner()});
}

} // namespace stentor::simulation
