#pragma once
/// How the people of a list who are in too many places share fewer of them, and those who wait for
/// too many moments fewer moments. Pure; any thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// The planner looks at every place and part again and again.
inline constexpr std::size_t list_places_most = 400;
inline constexpr std::size_t list_parts_most = 10'000;

struct listed_place {
  std::int32_t no = 0;
  std::string country;
  std::vector<std::string> zones; ///< at least one
  std::int64_t people = 0;
};

/// One place for the people of several, of one country. It is open only when all of them would be.
struct joined_place {
  std::string country;
  std::vector<std::string> zones; ///< all of theirs, in ascending order, each once
  std::vector<std::int32_t> of;   ///< their numbers
};

struct zones_of_earth {
  std::function<std::span<const std::string>(std::string_view country)> of_country;
  std::function<std::chrono::seconds(std::string_view zone)> offset_of; ///< ahead of UTC
};

/// Where most people are stays as it is; of the others those in zones of their country share the
/// country's place, with all of its zones, and those whose clocks go by another country's share one
/// by another with others of about the same time, so that hours of the day remain that suit all of
/// them. Where even that is too much, all of a country share one. `most` is kept to if there are no
/// more countries.
/// @return none when there aren't too many
[[nodiscard]] std::vector<joined_place> join_places(std::vector<listed_place> all, std::size_t most,
                                                    const zones_of_earth& zones);

/// Fewer moments, each of them the last of those that it stands for: nobody goes too early.
/// @param moments in ascending order, each once @param most at least one
/// @return of each the moment in its place
[[nodiscard]] std::vector<std::int64_t> join_moments(std::span<const std::int64_t> moments,
                                                     std::size_t most);

} // namespace stentor::core
