#pragma once
/// Where a person is, as far as phone number, user id and attributes tell: the country, and the
/// time zones in one of which the person's clock goes. Pure; any thread.

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// Two letters that stand for no country (ISO 3166 keeps them for users): nobody knows.
inline constexpr std::string_view unknown_country = "ZZ";

/// Two capital letters: of the phone number where there is one, else those before the dot of the
/// user id (Meta: ISO 3166-1 alpha-2), else `unknown_country`.
/// @param phone_region empty: there is no phone number, or it belongs to no country
/// @return a view of an argument or of `unknown_country`
[[nodiscard]] std::string_view country_of(std::string_view phone_region,
                                          std::string_view user_id) noexcept;

/// The zones of all countries.
class country_zones {
public:
  country_zones() = default;
  /// @param zone_tab tzdata's zone.tab: country, coordinates, zone, comments, between tabs. Lines
  /// that look otherwise are passed over
  explicit country_zones(std::string_view zone_tab);

  /// In ascending order, each once; empty when nothing is known of the country.
  [[nodiscard]] std::span<const std::string> of(std::string_view country) const noexcept;

private:
  std::map<std::string, std::vector<std::string>, std::less<>> zones_;
};

} // namespace stentor::core
