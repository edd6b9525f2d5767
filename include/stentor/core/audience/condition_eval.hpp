#pragma once
/// A tree of conditions asked about one person's facts in memory: for rules and journeys, and as
/// the meaning that the SQL of segments is held to. Pure; any thread.

#include "stentor/core/audience/condition.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stentor::core {

struct event_facts {
  std::string name;
  wall_time at{};
  std::optional<std::int64_t> value_micros;
  std::optional<std::string> currency;
  json_value properties;
  std::string source_id; ///< of two events at one moment the greater one is the later
};

/// One recipient's row in one campaign.
struct message_facts {
  std::string campaign; ///< a UUID in small letters
  std::vector<std::string> tags;
  std::string template_name;
  std::map<behaviour, wall_time> done; ///< when, of what was
};

struct person_facts {
  std::optional<std::string> name;
  std::optional<std::string> phone_number; ///< "+4915112345678"
  std::optional<std::string> user_id;
  std::optional<std::string> country;
  std::optional<std::string> language;
  std::optional<std::string> time_zone;
  std::vector<std::string> tags;
  wall_time created_at{};
  wall_time updated_at{};
  bool marketing_opt_in = true;
  bool opt_in_at_known = false; ///< that and when the person agreed
  bool opt_out_at_known = false;
  json_value attributes;
  std::vector<event_facts> events;
  std::vector<message_facts> messages;
};

/// Saved segments by id. One that is missing holds for nobody.
using condition_segments = std::map<std::string, condition, std::less<>>;

[[nodiscard]] bool holds(const condition& tree, const person_facts& person, const zone_clock& clock,
                         const condition_segments& segments);

} // namespace stentor::core
