#pragma once
/// A draft's `plan`: what people wish of the planner beside its hours and its rate. Each member is
/// absent where nothing was said of it. Pure; any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/json_value.hpp"
#include "stentor/core/campaign/canary.hpp"
#include "stentor/core/campaign/draft_problem.hpp"
#include "stentor/core/delivery/recovery.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stentor::core {

/// Messages leave evenly over a time, instead of as fast as the numbers allow: one of both is set.
struct plan_spread {
  /// So long from the start on, counting only time in which somebody may be written to.
  std::optional<std::chrono::seconds> over;
  std::optional<wall_time> until;

  friend bool operator==(const plan_spread&, const plan_spread&) = default;
};

/// When the list of all customers or of a segment is drawn. Stored as text under the same names.
enum class audience_time : std::uint8_t {
  start,  ///< shortly before the campaign starts
  launch, ///< as soon as somebody launches it
};

/// What becomes of whoever had enough marketing when the campaign starts. Stored as well.
enum class on_cap : std::uint8_t {
  skip, ///< he gets nothing
  wait, ///< until he may get something again, if that is before the campaign ends
};

struct plan_options {
  std::optional<plan_spread> spread;
  std::optional<canary_options> canary;
  std::optional<std::vector<gate>> gates; ///< that stop it; absent: the canary's, if it has one
  std::optional<audience_time> audience_at;
  std::optional<std::int32_t> recipients_max; ///< chance chooses them
  std::optional<recovery_options> recovery;
  std::optional<core::on_cap> on_cap;

  friend bool operator==(const plan_options&, const plan_options&) = default;
  [[nodiscard]] bool is_empty() const { return *this == plan_options{}; }
};

namespace plan_limits {

inline constexpr std::chrono::minutes spread_least{2};
inline constexpr std::chrono::hours spread_most{30 * 24};
inline constexpr std::int64_t recipients_most = 2'147'483'647; ///< a list holds no more

} // namespace plan_limits

/// Strict: a member that nobody knows is a problem.
/// @param problems gets everything that is wrong, each behind its path: "plan.spread.over"
/// @return what of it could be read
[[nodiscard]] plan_options read_plan_options(const json_value& from,
                                             std::vector<draft_problem>& problems);
/// The same back, without what is absent.
[[nodiscard]] std::string to_json(const plan_options& plan);

} // namespace stentor::core
