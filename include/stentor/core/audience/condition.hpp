#pragma once
/// Conditions: which people a segment, an exclusion or a rule is about. One JSON language, read to
/// a tree here; condition_eval asks the tree about facts in memory, postgres/audience/condition_sql
/// makes the database's language of it, and a property test holds the two to one answer. Pure; any
/// thread.
///
/// A group is {"logic": "AND" | "OR" | "NOT", "conditions": […]}; NOT means none of them. A leaf is
/// {"field", "operator", "value", …}. Docs: docs/reference/conditions.md.

#include "stentor/core/audience/relative_time.hpp"
#include "stentor/core/base/decimal.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/json_value.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stentor::core {

namespace condition_limits {

inline constexpr int depth_max = 8;
inline constexpr int leaves_max = 200;
inline constexpr std::size_t values_max = 10'000; ///< of one `in`
/// Of an `in` that holds for the same element of a list as other leaves.
inline constexpr std::size_t element_values_max = 100;
inline constexpr std::size_t text_bytes_max = 1'000;
inline constexpr std::size_t field_bytes_max = 200;
inline constexpr std::size_t path_parts_max = 8;
inline constexpr std::size_t number_digits_max = 60;
inline constexpr int number_magnitude_max = 300;
inline constexpr std::size_t segments_max = 20; ///< named by one leaf

} // namespace condition_limits

/// What a leaf looks at.
enum class subject : std::uint8_t {
  // the customer's columns
  name,
  phone_number,
  user_id,
  country,   ///< two capital letters
  language,  ///< of templates
  time_zone, ///< an IANA name
  tags,      ///< any of them
  created_at,
  updated_at,
  marketing_opt_in,
  attribute, ///< a path of the customer's attributes
  // of an event
  event_at,
  event_value,
  event_currency,
  event_property, ///< a path of its properties
};

enum class comparison : std::uint8_t {
  eq,
  gt,
  gte,
  lt,
  lte,
  between, ///< two operands, both included
  in,
  contains, ///< this and the next two without case
  starts_with,
  ends_with,
  exists,
  anniversary, ///< month and day of its one operand
};

/// A moment as it was written: what it is depends on the clock.
struct moment {
  std::variant<relative_time, wall_time, std::chrono::year_month_day> written;
};
[[nodiscard]] wall_time resolved(const moment& when, const zone_clock& clock);
/// As times lie in attributes: "2026-11-28T02:40:11Z", whose order as text is the order in time, or
/// a day as it was written.
[[nodiscard]] std::string attribute_time(const moment& when, const zone_clock& clock);

using operand = std::variant<std::string, decimal, bool, moment>;

/// One comparison of one value.
struct field_test {
  subject of = subject::attribute;
  std::string event;             ///< whose; empty inside the `where` of an event
  std::vector<std::string> path; ///< of an attribute or a property
  comparison how = comparison::eq;
  bool negated = false; ///< the exact negation of the rest
  std::vector<operand> values;
};

struct condition;

/// How much there is of something: each must hold.
struct amount_test {
  comparison how = comparison::gte; ///< eq gt gte lt lte
  bool negated = false;             ///< ne
  operand value;                    ///< a decimal, but of first and last
};

enum class total : std::uint8_t { count, sum, avg, first, last };

/// Something counted over the events of one name.
struct event_total {
  std::string event;
  total what = total::count;
  subject of = subject::event_value; ///< of all but count
  std::vector<std::string> path;
  std::optional<calendar_span> within; ///< the last so much time
  std::vector<condition> where;        ///< none or one
  std::vector<amount_test> amounts;
};

enum class behaviour : std::uint8_t { received, delivered, read, replied, failed };

/// Of which campaigns: at most one of these; nothing means any.
struct campaign_choice {
  std::string id; ///< a UUID in small letters
  std::string tag;
  std::string template_name;
};

/// What people did with campaigns' messages: at least one of them, or so many.
struct behaviour_test {
  behaviour what = behaviour::received;
  campaign_choice whose;
  std::optional<calendar_span> within;
  bool negated = false;
  std::vector<amount_test> amounts; ///< empty: at least one
};

enum class consent_state : std::uint8_t { granted, assumed, withdrawn, none };

/// Of the topic marketing: one of these.
struct consent_test {
  std::vector<consent_state> states;
  bool negated = false;
};

/// In one of these saved segments.
struct segment_test {
  std::vector<std::string> ids; ///< UUIDs in small letters
  bool negated = false;
};

enum class group_logic : std::uint8_t { all, any, none };

struct condition_group {
  group_logic logic = group_logic::all;
  std::vector<condition> parts;
};

struct condition {
  std::variant<condition_group, field_test, event_total, behaviour_test, consent_test, segment_test>
      is;
};

/// What a field can hold; attributes nobody said anything about, and properties, can hold anything.
enum class value_type : std::uint8_t { any, text, number, boolean, time };

struct known_attribute {
  value_type type = value_type::any;
  bool sensitive = false; ///< lies sealed, so that nobody can search for it
};

/// What names mean to one organization: a bare path that begins with the name of an event, and not
/// with that of a known attribute, is of that event; any other one is of an attribute.
struct condition_names {
  std::set<std::string, std::less<>> events;
  std::map<std::string, known_attribute, std::less<>> attributes;
};

/// What is wrong with one place: "conditions[1].value", and what is expected there, as the end of a
/// sentence that begins with the place. An empty path is the whole.
struct condition_problem {
  std::string path;
  std::string sentence;

  friend bool operator==(const condition_problem&, const condition_problem&) = default;
};

struct condition_reading {
  condition tree; ///< worth nothing when there are problems
  std::vector<condition_problem> problems;
};

[[nodiscard]] condition_reading read_condition(const json_value& query,
                                               const condition_names& names);
/// "segmentQuery.conditions[1].value: …; …": of the query that the caller knows by this name.
[[nodiscard]] std::string text_of(const std::vector<condition_problem>& problems,
                                  std::string_view query_name);

/// What lies on a path through JSON: every list on the way is looked into, and all tests of a node
/// hold for one element of its list.
struct path_node {
  std::string name;
  std::vector<const field_test*> tests;
  std::vector<path_node> below;

  [[nodiscard]] bool empty() const noexcept { return tests.empty() && below.empty(); }
};

/// The rule of correlation: leaves of one event name, or of one list, that stand directly in the
/// same AND group hold for the same event or element. Negated ones, other groups and other leaves
/// stand alone. All of this points into the group.
struct correlated_parts {
  path_node document; ///< attributes, or inside `where` the event's properties
  std::map<std::string, std::vector<const field_test*>, std::less<>> events;
  std::vector<const condition*> others;
};
[[nodiscard]] correlated_parts correlated(const std::vector<condition>& all_of);
/// The tests of one event, or of one row's document, alone.
[[nodiscard]] path_node document_of(const std::vector<const field_test*>& tests);

/// Calls `seen` with each leaf and its path, "conditions[1].conditions[0]"; a total's `where` is
/// part of its leaf.
void each_leaf(const condition& tree,
               const std::function<void(const condition& leaf, const std::string& path)>& seen);
/// The segments that it names, each once.
[[nodiscard]] std::vector<std::string> segments_named(const condition& tree);

} // namespace stentor::core
