#pragma once
/// The IANA time zone database.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/quiet_hours.hpp"

#include <span>
#include <string>
#include <string_view>

namespace stentor::ports {

/// Thread-safe.
class time_zones {
public:
  virtual ~time_zones() = default;
  [[nodiscard]] virtual core::result<core::zone_offset> offset(std::string_view zone,
                                                               core::wall_time at) const = 0;
  /// Of a country's two capital letters, in ascending order; empty when nothing is known of it.
  /// Stays as long as this object.
  [[nodiscard]] virtual std::span<const std::string>
  zones_of(std::string_view country) const noexcept = 0;
};

/// For the planner. @param zones must outlive what is returned
[[nodiscard]] inline core::zone_lookup lookup_in(const time_zones& zones) {
  return [&zones](std::string_view zone, core::wall_time at) {
    const auto offset = zones.offset(zone, at);
    return offset ? *offset : core::zone_offset{};
  };
}

} // namespace stentor::ports
