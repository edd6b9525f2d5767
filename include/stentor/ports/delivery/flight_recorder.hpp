#pragma once
/// The black box: for each open claim a bit per place, set before the bytes of its request go to
/// the system. What it keeps outlives the process, not the machine. Once nothing more of a claim
/// can leave (its process is dead, or its number was closed) it tells who surely was not sent;
/// where it has nothing to say, the progress marks decide.
///
/// Any thread may call anything; departs() is for the network thread and must cost nothing.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/flight.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace stentor::ports {

class flight_recorder {
public:
  virtual ~flight_recorder() = default;

  /// Before the first mark of the claim is asked for: what leaves under a mark without a slot may
  /// leave unseen.
  /// @return no_flight_slot when there is no room; the claim's marks decide then
  [[nodiscard]] virtual core::flight_slot open(core::claim_id claim, std::int64_t places) = 0;
  /// The bytes of this place are about to leave.
  virtual void departs(core::flight_slot slot, std::uint32_t place) noexcept = 0;
  /// Behind the commit that ended these claims.
  virtual void close(std::span<const core::claim_id> claims) = 0;
  /// What this process, or an earlier one of this machine, has written down of a claim of which
  /// nothing more can leave. None: nothing that can be trusted.
  [[nodiscard]] virtual std::optional<core::departures> departed(core::claim_id claim) const = 0;
};

/// Where there is no black box.
class no_flight_recorder final : public flight_recorder {
public:
  [[nodiscard]] core::flight_slot open(core::claim_id, std::int64_t) override {
    return core::no_flight_slot;
  }
  void departs(core::flight_slot, std::uint32_t) noexcept override {}
  void close(std::span<const core::claim_id>) override {}
  [[nodiscard]] std::optional<core::departures> departed(core::claim_id) const override {
    return std::nullopt;
  }
};

} // namespace stentor::ports
