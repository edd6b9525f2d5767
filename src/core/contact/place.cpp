#include "stentor/core/contact/place.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

bool is_country(std::string_view text) noexcept {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string_view next_field(std::string_view& rest, char until) noexcept {
  const auto end = std::min(rest.find(until), rest.size());
  const auto field = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return field;
}

} // namespace

std::string_view country_of(std::string_view phone_region, std::string_view user_id) noexcept {
  if (is_country(phone_region))
    return phone_region;
  const auto letters = user_id.substr(0, 2);
  if (is_country(letters) && user_id.substr(2).starts_with('.') && user_id.size() > 3)
    return letters;
  return unknown_country;
}

country_zones::country_zones(std::string_view zone_tab) {
  while (!zone_tab.empty()) {
    auto line = next_field(zone_tab, '\n');
    const auto country = next_field(line, '\t');
    next_field(line, '\t'); // coordinates
    const auto zone = next_field(line, '\t');
    if (is_country(country) && !zone.empty())
      zones_[std::string{country}].emplace_back(zone);
  }
  for (auto& [country, zones] : zones_) {
    std::ranges::sort(zones);
    zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
  }
}

std::span<const std::string> country_zones::of(std::string_view country) const noexcept {
  const auto at = zones_.find(country);
  return at == zones_.end() ? std::span<const std::string>{} : at->second;
}

} // namespace stentor::core
