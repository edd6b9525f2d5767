#include "stentor/core/contact/place_join.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace stentor::core {

namespace {

using std::chrono::hours;

/// A place by what it is, whatever its number.
using place_key = std::pair<std::string, std::vector<std::string>>;

constexpr hours farthest_west{-12};
/// People whose clocks are so far apart share a place: from a window of twelve hours six remain,
/// then none, and the main zone's count.
constexpr std::array spans{hours{6}, hours{12}, hours{48}};
constexpr std::int64_t own_zones = -1;

bool is_within(std::span<const std::string> all, const std::vector<std::string>& zones) {
  return std::includes(all.begin(), all.end(), zones.begin(), zones.end());
}

class joining {
public:
  joining(std::vector<listed_place> all, std::size_t most, const zones_of_earth& zones)
      : all_{std::move(all)}, most_{most}, zones_{zones} {
    for (auto& place : all_)
      std::sort(place.zones.begin(), place.zones.end());
    std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) {
      return a.people != b.people ? a.people > b.people : a.no < b.no;
    });
  }

  std::vector<joined_place> join() const {
    std::vector<joined_place> joined;
    for (const auto span : spans) {
      auto kept = most_;
      for (;;) {
        joined = rest_behind(kept, span);
        const auto made = kept + new_ones(joined, kept);
        if (made <= most_)
          return joined;
        if (kept == 0)
          break;
        kept -= std::min(kept, made - most_);
      }
    }
    return joined;
  }

private:
  std::int64_t group_of(const listed_place& place, hours span) const {
    if (span == spans.back() || is_within(zones_.of_country(place.country), place.zones))
      return own_zones;
    const auto ahead = zones_.offset_of(place.zones.front()) - farthest_west;
    return ahead / span;
  }

  /// The first `kept` stay; the others share these.
  std::vector<joined_place> rest_behind(std::size_t kept, hours span) const {
    std::map<std::pair<std::string, std::int64_t>, joined_place> groups;
    for (auto at = kept; at < all_.size(); ++at) {
      const auto& place = all_[at];
      const auto group = group_of(place, span);
      auto& joined = groups[{place.country, group}];
      if (joined.of.empty() && group == own_zones) {
        const auto own = zones_.of_country(place.country);
        joined.zones.assign(own.begin(), own.end());
      }
      joined.country = place.country;
      joined.zones.insert(joined.zones.end(), place.zones.begin(), place.zones.end());
      joined.of.push_back(place.no);
    }
    std::vector<joined_place> all;
    for (auto& [key, joined] : groups) {
      auto& zones = joined.zones;
      std::sort(zones.begin(), zones.end());
      zones.erase(std::unique(zones.begin(), zones.end()), zones.end());
      all.push_back(std::move(joined));
    }
    return all;
  }

  /// Those that are none of the first `kept` anyway.
  std::size_t new_ones(const std::vector<joined_place>& joined, std::size_t kept) const {
    std::set<place_key> known;
    for (std::size_t at = 0; at < kept; ++at)
      known.emplace(all_[at].country, all_[at].zones);
    return static_cast<std::size_t>(
        std::count_if(joined.begin(), joined.end(), [&](const joined_place& one) {
          return !known.contains({one.country, one.zones});
        }));
  }

  std::vector<listed_place> all_;
  std::size_t most_;
  const zones_of_earth& zones_;
};

} // namespace

std::vector<joined_place> join_places(std::vector<listed_place> all, std::size_t most,
                                      const zones_of_earth& zones) {
  if (all.size() <= most)
    return {};
  return joining{std::move(all), most, zones}.join();
}

std::vector<std::int64_t> join_moments(std::span<const std::int64_t> moments, std::size_t most) {
  std::vector<std::int64_t> joined;
  const auto all = moments.size();
  for (std::size_t at = 0; at < all; ++at) {
    const auto group = at * most / all;
    joined.push_back(moments[((group + 1) * all + most - 1) / most - 1]);
  }
  return joined;
}

} // namespace stentor::core
