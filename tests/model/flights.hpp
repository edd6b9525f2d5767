#pragma once
/// The black box of a simulation: what it holds outlives the process that wrote it. One thread.

#include "stentor/ports/delivery/flight_recorder.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace stentor::simulation {

/// What lies in the state folder.
using flight_file = std::map<core::claim_id, std::vector<std::uint64_t>>;

class flight_recorder final : public ports::flight_recorder {
public:
  /// A process begins; whatever is in the file an earlier one has left.
  explicit flight_recorder(flight_file& file) : file_{file} {}

  [[nodiscard]] core::flight_slot open(core::claim_id claim, std::int64_t places) override {
    file_[claim].assign(static_cast<std::size_t>((places + 63) / 64), 0);
    return static_cast<core::flight_slot>(claim.value());
  }
  void departs(core::flight_slot slot, std::uint32_t place) noexcept override {
    const auto found = file_.find(core::claim_id{std::int64_t{slot}});
    if (found != file_.end() && place / 64 < found->second.size())
      found->second[place / 64] |= std::uint64_t{1} << (place % 64);
  }
  void close(std::span<const core::claim_id> claims) override {
    for (const auto claim : claims)
      file_.erase(claim);
  }
  [[nodiscard]] std::optional<core::departures> departed(core::claim_id claim) const override {
    const auto found = file_.find(claim);
    if (found == file_.end())
      return std::nullopt;
    return core::departures{found->second};
  }

private:
  flight_file& file_;
};

} // namespace stentor::simulation
