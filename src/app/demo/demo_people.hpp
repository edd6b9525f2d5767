#pragma once
/// The demo's list: invented people with valid numbers of several countries, and everything that is
/// wrong with real lists. The same seed makes the same list. Pure functions but for the stream they
/// write to.

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace stentor::app {

struct demo_list {
  std::int64_t rows = 0; ///< lines without the header
  std::int64_t bad = 0;  ///< no phone number at all, or one that can't exist
  std::int64_t duplicates = 0;
  std::int64_t united_states = 0;
  std::int64_t without_consent = 0;
  std::vector<std::string> stopped; ///< people who said stop earlier, at most 200
};

/// An invented person's number: E.164 with +, different for every `index` below 10,000,000.
[[nodiscard]] std::string demo_phone(std::uint64_t index, std::uint64_t seed);

[[nodiscard]] demo_list write_demo_list(std::ostream& to, int people, std::uint64_t seed);

} // namespace stentor::app
