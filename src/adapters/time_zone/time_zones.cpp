/// The library loads the database once and locates zones in it by binary search; both are
/// thread-safe.
#include "adapters/time_zone/time_zones.hpp"

#include "stentor/core/contact/place.hpp"

#include <date/tz.h>

#include <fstream>
#include <sstream>

namespace stentor::time_zone {

namespace {

/// Which zones a country has; nothing where the system doesn't have the table.
core::country_zones read_countries() {
  std::ifstream file{"/usr/share/zoneinfo/zone.tab"};
  std::ostringstream text;
  text << file.rdbuf();
  return core::country_zones{text.view()};
}

class database final : public ports::time_zones {
public:
  core::result<core::zone_offset> offset(std::string_view zone, core::wall_time at) const override {
    const date::time_zone* found = nullptr;
    try {
      found = date::locate_zone(zone);
    } catch (const std::exception&) {
      return core::error{
          core::errc::invalid,
          "The time zone \"" + std::string{zone} +
              "\" is unknown. Use a name of the IANA database, for example Europe/Berlin."};
    }
    try {
      const auto info = found->get_info(std::chrono::floor<std::chrono::seconds>(at));
      // Zones without further changes end in the far future, beyond what milliseconds of 64 bits
      // need care about.
      const auto until = std::min(info.end, far_future);
      return core::zone_offset{info.offset, core::wall_time{until}};
    } catch (const std::exception& problem) {
      return core::error{core::errc::internal, "The time zone \"" + std::string{zone} +
                                                   "\" can't be read: " + problem.what()};
    }
  }

  std::span<const std::string> zones_of(std::string_view country) const noexcept override {
    return countries_.of(country);
  }

private:
  static constexpr date::sys_seconds far_future{
      std::chrono::seconds{253'402'300'799}}; // end of 9999

  core::country_zones countries_ = read_countries();
};

} // namespace

std::unique_ptr<ports::time_zones> make_time_zones() {
  return std::make_unique<database>();
}

} // namespace stentor::time_zone
