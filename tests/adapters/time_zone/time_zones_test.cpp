/// The system's time zone database.
#include "adapters/time_zone/time_zones.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using stentor::core::wall_time;

TEST(time_zones, know_summer_time) {
  const auto zones = stentor::time_zone::make_time_zones();
  const wall_time winter = sys_days{std::chrono::year{2026} / 1 / 15};
  const wall_time summer = sys_days{std::chrono::year{2026} / 7 / 15};
  const wall_time to_summer = sys_days{std::chrono::year{2026} / 3 / 29} + 1h;
  const auto berlin = zones->offset("Europe/Berlin", winter);
  ASSERT_TRUE(berlin.ok());
  EXPECT_EQ(berlin.value().offset, 3600s);
  EXPECT_EQ(berlin.value().valid_until, to_summer);
  const auto later = zones->offset("Europe/Berlin", summer);
  ASSERT_TRUE(later.ok());
  EXPECT_EQ(later.value().offset, 7200s);
  EXPECT_EQ(zones->offset("Europe/Berlin", to_summer - 1ms).value().offset, 3600s);
  EXPECT_EQ(zones->offset("Europe/Berlin", to_summer).value().offset, 7200s);
}

TEST(time_zones, without_changes_are_valid_for_long) {
  const auto zones = stentor::time_zone::make_time_zones();
  const wall_time now = sys_days{std::chrono::year{2026} / 11 / 22};
  for (const auto* name : {"UTC", "Asia/Kolkata", "America/Sao_Paulo"}) {
    const auto zone = zones->offset(name, now);
    ASSERT_TRUE(zone.ok()) << name;
    EXPECT_GT(zone.value().valid_until, now + 24h * 3650) << name;
  }
  EXPECT_EQ(zones->offset("Asia/Kolkata", now).value().offset, 5h + 30min);
}

TEST(time_zones, of_countries_are_zones_that_exist) {
  const auto zones = stentor::time_zone::make_time_zones();
  const auto india = zones->zones_of("IN");
  ASSERT_EQ(india.size(), 1U);
  EXPECT_EQ(india[0], "Asia/Kolkata");
  EXPECT_GT(zones->zones_of("US").size(), 10U);
  EXPECT_TRUE(zones->zones_of("ZZ").empty());
  for (const auto* country : {"US", "BR", "RU", "AU", "ID", "DE"})
    for (const auto& zone : zones->zones_of(country))
      EXPECT_TRUE(zones->offset(zone, wall_time{}).ok()) << zone;
}

TEST(time_zones, name_the_unknown_one) {
  const auto zones = stentor::time_zone::make_time_zones();
  const auto zone = zones->offset("Europe/Atlantis", wall_time{});
  ASSERT_FALSE(zone.ok());
  EXPECT_EQ(zone.error().code, stentor::core::errc::invalid);
  EXPECT_NE(zone.error().message.find("Europe/Atlantis"), std::string::npos);
}

} // namespace
