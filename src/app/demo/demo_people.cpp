#include "app/demo/demo_people.hpp"

#include <array>
#include <ostream>
#include <random>
#include <string_view>

namespace stentor::app {
namespace {

constexpr std::uint64_t numbers_per_country = 10'000'000;
// Mobile ranges of Germany, India, Brazil, Indonesia, Spain and Mexico: seven more digits make a
// number.
constexpr std::array<std::string_view, 6> prefixes{"+491512", "+91981", "+5511987",
                                                   "+628121", "+34612", "+52551"};
constexpr std::array<int, 6> digits_after{7, 7, 6, 7, 6, 7};
constexpr std::array<std::string_view, 8> names{"Ana",  "Rahul", "João",  "Siti",
                                                "José", "Jonas", "Priya", "Zoë \"Zed\""};
constexpr std::array<std::string_view, 4> places{"Bali", "Lisbon", "Kerala", "Oaxaca, México"};
constexpr std::size_t stopped_max = 200;

std::string last_digits(std::uint64_t value, int digits) {
  auto text = std::to_string(value);
  const auto wanted = static_cast<std::size_t>(digits);
  return text.size() >= wanted ? text.substr(text.size() - wanted)
                               : std::string(wanted - text.size(), '0') + text;
}

/// A CSV field, quoted when it has to be.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\n") == std::string_view::npos)
    return std::string{text};
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

} // namespace

std::string demo_phone(std::uint64_t index, std::uint64_t seed) {
  const auto country = static_cast<std::size_t>(index % prefixes.size());
  std::uint64_t space = 1;
  for (int i = 0; i < digits_after.at(country); ++i)
    space *= 10;
  // 7919 has no divisor in common with a power of ten, so this visits every number once.
  const auto subscriber = ((index / prefixes.size() + seed * 104'729) % space * 7919) % space;
  return std::string{prefixes.at(country)} + last_digits(subscriber, digits_after.at(country));
}

demo_list write_demo_list(std::ostream& to, int people, std::uint64_t seed) {
  demo_list list;
  std::mt19937_64 random{seed};
  to << "phone,name,destination,marketing_opt_in\n";
  std::string line_before;
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(people); ++i) {
    const auto dice = random() % 1000;
    auto phone = demo_phone(i, seed);
    bool consent = true;
    ++list.rows;
    if (dice < 10) { // nobody, or a number that can't exist
      phone = dice < 5 ? "call me" : "+49151";
      ++list.bad;
    } else if (dice < 25 && !line_before.empty()) {
      to << line_before;
      ++list.duplicates;
      continue;
    } else if (dice <
               45) { // New York, 212 555-01xx is for fiction and 917 is not: any valid area serves
      phone = "+1917" + last_digits(2'000'000 + i * 7919 % 7'000'000, 7);
      ++list.united_states;
    } else if (dice < 55) {
      consent = false;
      ++list.without_consent;
    } else if (dice < 65 && list.stopped.size() < stopped_max) {
      list.stopped.push_back(phone);
    }
    auto line = phone + "," + field(names.at(random() % names.size())) + "," +
                field(places.at(random() % places.size())) + (consent ? ",yes\n" : ",no\n");
    to << line;
    if (consent && dice >= 65)
      line_before = std::move(line);
  }
  return list;
}

} // namespace stentor::app
