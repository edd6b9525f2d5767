/// Where a person is.

#include "stentor/core/contact/place.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stentor::core {
namespace {

TEST(country_of, asks_the_phone_number_first) {
  EXPECT_EQ(country_of("DE", "US.13491208655302741918"), "DE");
  EXPECT_EQ(country_of("", "US.13491208655302741918"), "US");
  EXPECT_EQ(country_of("DE", ""), "DE");
  EXPECT_EQ(country_of("", ""), "ZZ");
}

TEST(country_of, takes_nothing_else_for_letters_of_a_country) {
  for (const char* id : {"us.1", "U.S1", "USA.1", "US", "US.", ".US", "U1.2", "US-1", "\xC3\x84.1"})
    EXPECT_EQ(country_of("", id), "ZZ") << id;
  EXPECT_EQ(country_of("001", "IN.7"), "IN");
}

std::vector<std::string> listed(std::span<const std::string> zones) {
  return {zones.begin(), zones.end()};
}

TEST(country_zones, are_those_of_the_table) {
  const country_zones zones{"# a comment\tX\tY\n"
                            "US\t+404251-0740023\tAmerica/New_York\tEastern\n"
                            "US\t+411234-0741234\tAmerica/Adak\n"
                            "US\t+404251-0740023\tAmerica/New_York\n"
                            "DE\t+5230+01322\tEurope/Berlin\tmost of Germany\n"
                            "broken\nQQ\n\nFR,GB\t1\tEurope/Paris\nAQ\t+1\tAntarctica/Troll"};
  EXPECT_EQ(listed(zones.of("US")), (std::vector<std::string>{"America/Adak", "America/New_York"}));
  EXPECT_EQ(listed(zones.of("DE")), std::vector<std::string>{"Europe/Berlin"});
  EXPECT_EQ(listed(zones.of("AQ")), std::vector<std::string>{"Antarctica/Troll"});
  for (const char* unknown : {"QQ", "ZZ", "", "de", "FR,GB", "FR"})
    EXPECT_TRUE(zones.of(unknown).empty()) << unknown;
  EXPECT_TRUE(country_zones{}.of("DE").empty());
}

} // namespace
} // namespace stentor::core
