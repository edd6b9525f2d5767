/// Lists whose people are in very many places.
#include "stentor/core/contact/place_join.hpp"

#include "tests/core/campaign/support/zones.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace {

using namespace stentor::core;
using zone_list = std::vector<std::string>;

const std::map<std::string, zone_list, std::less<>> own{{"AA", {"+1", "+2"}}, {"BB", {"-5"}}};

const zones_of_earth earth{
    .of_country = [](std::string_view country) -> std::span<const std::string> {
      const auto found = own.find(country);
      if (found == own.end())
        return {};
      return found->second;
    },
    .offset_of =
        [](auto zone) { return stentor::core::test::offset_of(zone, wall_time{}).offset; }};

std::vector<joined_place> joined(const std::vector<listed_place>& all, std::size_t most) {
  return join_places(all, most, earth);
}

TEST(place_join, leaves_what_is_few) {
  EXPECT_TRUE(joined({}, 0).empty());
  EXPECT_TRUE(joined({{1, "AA", {"+1"}, 5}, {2, "AA", {"+2"}, 1}}, 2).empty());
}

TEST(place_join, gives_small_places_their_countrys) {
  const auto made = joined({{1, "AA", {"+1"}, 5},
                            {2, "AA", {"+2"}, 1},
                            {3, "BB", {"-5"}, 9},
                            {4, "AA", {"+1", "+2"}, 1}},
                           3);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].country, "AA");
  EXPECT_EQ(made[0].zones, (zone_list{"+1", "+2"}));
  EXPECT_EQ(made[0].of, (std::vector<std::int32_t>{2, 4}));
}

TEST(place_join, counts_the_countrys_own_once) {
  // The country's is the biggest: the smallest joins it, and the others stay.
  const auto made =
      joined({{1, "AA", {"+1", "+2"}, 50}, {2, "AA", {"+2"}, 1}, {3, "BB", {"-5"}, 9}}, 2);
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].of, std::vector<std::int32_t>{2});
  EXPECT_EQ(made[0].zones, (zone_list{"+1", "+2"}));
}

TEST(place_join, keeps_clocks_of_elsewhere_with_those_of_about_the_same_time) {
  std::vector<listed_place> all{{1, "AA", {"+1"}, 1'000}};
  for (int i = 0; i < 10; ++i)
    all.push_back({2 + i, "AA", {(i % 2 == 0 ? "-7:" : "+8:") + std::to_string(10 + i)}, 1});
  const auto made = joined(all, 3);
  ASSERT_EQ(made.size(), 2U);
  for (const auto& one : made) {
    EXPECT_EQ(one.of.size(), 5U);
    for (const auto& zone : one.zones)
      EXPECT_EQ(zone[0], one.zones[0][0]);
  }
}

TEST(place_join, gives_up_on_that_where_there_are_more_countries) {
  std::vector<listed_place> all;
  for (int i = 0; i < 12; ++i)
    for (const auto* zone : {"-11", "-4", "+3", "+9", "+13"})
      all.push_back({static_cast<std::int32_t>(all.size() + 1),
                     std::string{"C"} + static_cast<char>('A' + i),
                     {zone},
                     1});
  const auto made = joined(all, 12);
  EXPECT_EQ(made.size(), 12U);
  for (const auto& one : made)
    EXPECT_EQ(one.zones.size(), 5U);
}

/// Everybody's place is one of those that are left, of his country and with all of his zones.
TEST(place_join, loses_nobody) {
  std::mt19937 random{400};
  for (int round = 0; round < 200; ++round) {
    std::set<std::pair<std::string, zone_list>> keys;
    std::vector<listed_place> all;
    const auto count = 1 + random() % 300;
    for (unsigned i = 0; i < count; ++i) {
      const std::string country{static_cast<char>('A' + random() % 3),
                                static_cast<char>('A' + random() % 3)};
      zone_list zones{(random() % 2 == 0 ? "+" : "-") + std::to_string(random() % 12) + ":" +
                      std::to_string(10 + random() % 50)};
      if (random() % 9 == 0)
        zones = {"+1", "+2"};
      if (keys.emplace(country, zones).second)
        all.push_back({static_cast<std::int32_t>(all.size() + 1), country, zones,
                       static_cast<std::int64_t>(random() % 50)});
    }
    const auto most = 9 + random() % 100;
    std::map<std::int32_t, const joined_place*> of;
    const auto made = joined(all, most);
    for (const auto& one : made)
      for (const auto no : one.of)
        EXPECT_TRUE(of.emplace(no, &one).second) << "in one only";
    std::set<std::pair<std::string, zone_list>> left;
    for (const auto& place : all) {
      const auto found = of.find(place.no);
      if (found == of.end()) {
        left.emplace(place.country, place.zones);
        continue;
      }
      const auto& one = *found->second;
      left.emplace(one.country, one.zones);
      EXPECT_EQ(one.country, place.country);
      EXPECT_TRUE(std::includes(one.zones.begin(), one.zones.end(), place.zones.begin(),
                                place.zones.end()));
    }
    EXPECT_LE(left.size(), std::max<std::size_t>(most, 9)) << round;
    EXPECT_EQ(made.empty(), all.size() <= most);
  }
}

TEST(place_join, lets_nobody_go_too_early) {
  const std::vector<std::int64_t> moments{1, 2, 3, 5, 8};
  EXPECT_EQ(join_moments(moments, 5), moments);
  EXPECT_EQ(join_moments(moments, 9), moments);
  EXPECT_EQ(join_moments(moments, 2), (std::vector<std::int64_t>{3, 3, 3, 8, 8}));
  EXPECT_EQ(join_moments(moments, 1), (std::vector<std::int64_t>{8, 8, 8, 8, 8}));
  EXPECT_TRUE(join_moments({}, 3).empty());
}

} // namespace
