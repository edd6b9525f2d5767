#pragma once
/// What people write into a campaign before it starts, and the one list of limits that holds for
/// it: the API reads into it, the store writes from it. Pure; any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/json_value.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/draft_problem.hpp"
#include "stentor/core/campaign/lateness.hpp"
#include "stentor/core/campaign/local_start.hpp"
#include "stentor/core/campaign/plan_options.hpp"
#include "stentor/core/campaign/recurrence.hpp"
#include "stentor/core/contact/language.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// Where the list comes from. Stored as text under the same names.
enum class target_type : std::uint8_t { all, segment, manual, imported };

[[nodiscard]] std::string_view to_string(target_type t) noexcept;
[[nodiscard]] std::optional<target_type> target_type_from(std::string_view text) noexcept;

/// What a request says of a field that may be empty: nothing (it is left as it is), or its new
/// content; an empty one clears it.
template <class T>
using change = std::optional<std::optional<T>>;

/// The fields of a new campaign or of a change to one; what is absent gets its default or is left.
struct campaign_draft {
  std::optional<std::string> name;
  std::optional<std::string> description; ///< an empty text clears it, as it does the template's id
  std::optional<std::string> template_id;
  std::optional<std::string> template_name;
  std::optional<std::string> template_language; ///< alone: it has this one only
  /// The first one is for whoever speaks none of them.
  std::optional<std::vector<std::string>> template_languages;
  std::optional<json_text> template_variables; ///< an object: slot -> text with {{column|default}}
  std::optional<target_type> target;
  change<json_text> segment;      ///< an object (audience/condition)
  change<std::string> segment_id; ///< of a saved one; goes without `segment`
  std::optional<std::vector<std::string>> exclude_segments; ///< ids of saved ones
  change<json_text> exclude;                                ///< as `segment`
  change<wall_time> scheduled_for;
  change<local_time> scheduled_local;
  change<core::past_places> past_places;
  change<wall_time> expires_at;
  change<std::int32_t> rate_limit_per_minute; ///< cleared: the numbers' limit
  std::optional<bool> retry_failed;
  std::optional<std::int32_t> retries_max;
  std::optional<in_doubt_policy> in_doubt;
  change<send_window> window;                         ///< until may be 24:00, 1440 minutes
  std::optional<bool> override_quiet_hours;           ///< for administrators only
  std::optional<bool> ignore_caps;                    ///< frequency caps; as well
  std::optional<std::int32_t> priority;               ///< who gives people up (arbitration)
  std::optional<std::vector<std::string>> number_ids; ///< Meta's; empty: all active numbers
  std::optional<std::vector<std::string>> tags;
  change<core::recurrence> recurrence; ///< with one it is a recurring campaign
  change<std::chrono::seconds> lateness;
  change<core::on_missed> on_missed;
  change<run_overlap> overlap;
  change<plan_options> plan; ///< as a whole: what it does not name is not wished any more
};

namespace draft_limits {

inline constexpr std::size_t name_bytes_max = 200;
inline constexpr std::size_t description_bytes_max = 10'000;
inline constexpr std::size_t template_id_bytes_max = 100;
inline constexpr std::size_t template_name_bytes_max = 512; ///< Meta's own
inline constexpr std::size_t template_language_bytes_max = language_code_bytes_max;
inline constexpr std::size_t template_languages_max = languages_max;
inline constexpr std::size_t time_zone_bytes_max = 100;
inline constexpr std::size_t number_ids_max = 1'000;
inline constexpr std::size_t number_id_bytes_max = 200;
inline constexpr std::size_t exclude_segments_max = 20;
inline constexpr std::size_t segment_id_bytes_max = 36;
inline constexpr std::size_t tags_max = 100;
inline constexpr std::size_t tag_bytes_max = 200;
inline constexpr std::int32_t rate_limit_max = 10'000'000;
inline constexpr std::int32_t retries_default = 3;
inline constexpr std::int32_t retries_max = 20;

} // namespace draft_limits

/// Everything that can be told without the database; empty: the draft may be stored.
/// @param creating name and template must be there
[[nodiscard]] std::vector<draft_problem> problems_of(const campaign_draft& draft, bool creating);

/// What can be told of templateVariables without the template: texts that can't be read.
[[nodiscard]] std::vector<draft_problem> problems_of_slots(const json_value& texts);

/// What of a campaign must fit together, as it is after a change.
struct schedule_terms {
  campaign_kind kind = campaign_kind::once;
  target_type target = target_type::imported;
  bool has_time = false;       ///< scheduledFor
  bool has_local_time = false; ///< scheduledLocal
  bool says_past_places = false;
  bool expires = false;
  bool has_people = false; ///< on its list
  std::optional<on_missed> missed;
  std::optional<run_overlap> overlap;
  plan_options plan;
};

[[nodiscard]] std::vector<draft_problem> problems_of(const schedule_terms& terms);

/// "09:00" as minutes since midnight; 24:00 is the end of a day. None when it is no time of day.
[[nodiscard]] std::optional<std::int32_t> minute_of_day(std::string_view text) noexcept;
/// The same back.
[[nodiscard]] std::string clock_text(std::int32_t minute_of_day);

} // namespace stentor::core
