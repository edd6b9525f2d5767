#pragma once
/// A recurrence as people and the database write it: {"freq": "weekly", "byDay": ["TH"], "at":
/// ["10:00"], "timeZone": "Asia/Kolkata", "from": "2026-12-01", "until": "2027-03-01", "except":
/// ["2026-12-24"]}. Pure; any thread.

#include "stentor/core/base/json_value.hpp"
#include "stentor/core/campaign/draft.hpp"
#include "stentor/core/campaign/recurrence.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// @param problems gets everything that is wrong, each behind its path: "recurrence.byDay[1]"
/// @return none when anything was wrong. What only a calendar of time zones can tell (whether the
/// zone exists, whether it ever runs) is not asked.
[[nodiscard]] std::optional<recurrence> read_recurrence(const json_value& from,
                                                        std::vector<draft_problem>& problems);
/// The same back, without what has its default.
[[nodiscard]] std::string to_json(const recurrence& rule);

/// "2026-12-01"; none when it is no day that exists.
[[nodiscard]] std::optional<local_day> local_day_from(std::string_view text) noexcept;
[[nodiscard]] std::string to_text(local_day day);

/// What a clock on the wall shows: "2026-12-03 10:00".
[[nodiscard]] std::string local_text(wall_time at, const zone_offset& zone);

} // namespace stentor::core
