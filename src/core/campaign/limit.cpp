/// Names of limits. Pure; any thread.
#include "stentor/core/campaign/limit.hpp"

namespace stentor::core {

std::string_view to_string(limit l) noexcept {
  static constexpr std::string_view names[] = {
      "start",       "freezing", "approval", "paused",  "missed",  "stage", "window",
      "quiet_hours", "opens_at", "spread",   "rate",    "numbers", "tier",  "warm_up",
      "pacing",      "quality",  "budget",   "replies", "retries", "disk",  "deadline"};
  const auto place = static_cast<std::size_t>(l);
  return place < std::size(names) ? names[place] : "none";
}

} // namespace stentor::core
