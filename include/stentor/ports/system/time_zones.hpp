#pragma once
/// The IANA time zone database.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/send_window.hpp"

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

} // namespace stentor::ports
