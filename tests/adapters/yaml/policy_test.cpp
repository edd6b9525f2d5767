/// Quiet hours, main zones and frequency caps as people write them.
#include "adapters/yaml/configuration_file.hpp"

#include <gtest/gtest.h>

namespace {

using namespace stentor;
using namespace std::chrono_literals;

core::result<ports::configuration> read_policy(std::string_view text) {
  return yaml::parse(text, "/etc/stentor/stentor.yaml", {.read_secrets = false});
}

core::policy policy_of(std::string_view text) {
  const auto loaded = read_policy(text);
  EXPECT_TRUE(loaded.ok()) << (loaded ? "" : loaded.error().message);
  return loaded ? loaded->policy : core::policy{};
}

std::string mistake_in(std::string_view text) {
  const auto loaded = read_policy(text);
  return loaded ? "no problem" : loaded.error().message;
}

TEST(policy_settings, have_the_seeds_defaults) {
  const auto p = policy_of("{}");
  ASSERT_EQ(p.quiet_hours.size(), 1U);
  EXPECT_EQ(core::to_text(p.quiet_hours[0]), "21:00-09:00");
  ASSERT_EQ(p.frequency.size(), 1U);
  EXPECT_EQ(p.frequency[0].max, 2);
  EXPECT_EQ(p.frequency[0].per, 7 * 24h);
}

TEST(policy_settings, may_be_none) {
  const auto p = policy_of("quiet_hours: none\nfrequency: []\n");
  EXPECT_TRUE(p.quiet_hours.empty());
  EXPECT_TRUE(p.frequency.empty());
}

TEST(policy_settings, go_by_country) {
  const auto p = policy_of(R"(
organization: {time_zone: Asia/Kolkata}
quiet_hours:
  default: 22:00-08:00
  FR: ["20:00-10:00", sun, "12-24,12-25"]
  IN: none
  DE: []
places: {main: {US: America/New_York}}
frequency:
  - {max: 1, per: 24h}
  - {max: 4, per: 30d}
)");
  EXPECT_EQ(p.time_zone, "Asia/Kolkata");
  EXPECT_EQ(core::to_text(p.quiet_hours.at(0)), "22:00-08:00");
  EXPECT_EQ(p.quiet_hours_of.at("FR").size(), 3U);
  EXPECT_TRUE(p.quiet_hours_of.at("IN").empty());
  EXPECT_TRUE(p.quiet_hours_of.at("DE").empty());
  EXPECT_EQ(p.main_zones.at("US"), "America/New_York");
  ASSERT_EQ(p.frequency.size(), 2U);
  EXPECT_EQ(p.frequency[1].per, 30 * 24h);
}

TEST(policy_settings, say_what_is_wrong_and_where) {
  EXPECT_NE(mistake_in("quiet_hours: 9\n").find("expected none, or a group"), std::string::npos);
  EXPECT_NE(mistake_in("quiet_hours: {IN: [9-21]}\n").find("quiet_hours.IN: '9-21' are no quiet"),
            std::string::npos);
  EXPECT_NE(mistake_in("quiet_hours: {India: none}\n").find("quiet_hours.India"),
            std::string::npos);
  EXPECT_NE(mistake_in("frequency: [{max: 2}]\n").find("frequency[0]: needs both"),
            std::string::npos);
  EXPECT_NE(mistake_in("frequency: [{max: 0, per: 7d}]\n").find("frequency[0].max"),
            std::string::npos);
  EXPECT_NE(mistake_in("frequency: often\n").find("frequency: expected a list of caps"),
            std::string::npos);
  EXPECT_NE(mistake_in("places: {main: India}\n").find("places.main"), std::string::npos);
}

TEST(policy_settings, are_taken_over_by_a_reload) {
  const auto before = *read_policy("{}");
  const auto after = *read_policy("quiet_hours: none\nfrequency: []\n");
  const auto reloaded = yaml::reload(before, after);
  EXPECT_TRUE(reloaded.now.policy.quiet_hours.empty());
  EXPECT_TRUE(reloaded.now.policy.frequency.empty());
  EXPECT_EQ(reloaded.change.reloadable, (std::vector<std::string>{"quiet_hours", "frequency"}));
  EXPECT_TRUE(reloaded.change.restart.empty());
}

} // namespace
