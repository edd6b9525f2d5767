#pragma once
/// What an organization lays down for all of its campaigns. Pure; any thread.

#include "stentor/core/campaign/canary.hpp"
#include "stentor/core/campaign/quiet_hours.hpp"
#include "stentor/core/delivery/recovery.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// Nobody gets more than so many marketing messages in any such time.
struct frequency_cap {
  std::int32_t max = 0;
  std::chrono::milliseconds per{};

  friend bool operator==(const frequency_cap&, const frequency_cap&) = default;
};

/// How Meta's messaging limit of the organization's portfolio is kept.
struct tier_policy {
  std::optional<std::int32_t> limit;    ///< people; none: what Meta tells
  std::int32_t headroom_percent = 5;    ///< of it that is left unused
  std::chrono::minutes period{25 * 60}; ///< Meta's 24 hours count from the delivery, which is later

  friend bool operator==(const tier_policy&, const tier_policy&) = default;
};

/// How much of their rates numbers and templates may use for marketing whom Meta rates low: shares,
/// 0 to 1. Which rating means which is a matter of the database (number_share, template_share).
struct quality_policy {
  double yellow = 0.5;       ///< of a number
  double red = 0;            ///< likewise: other numbers take over
  double template_red = 0.1; ///< of what the numbers may send, for campaigns with the template

  friend bool operator==(const quality_policy&, const quality_policy&) = default;
};

struct policy {
  /// Where the organization is: it counts for people of whom nobody knows where they are.
  std::string time_zone = "UTC";
  /// For marketing, in countries that have none of their own: from nine to nine.
  std::vector<quiet_span> quiet_hours{{{}, {}, 21 * 60, 9 * 60}};
  /// By two letters; an empty list: none.
  std::map<std::string, std::vector<quiet_span>, std::less<>> quiet_hours_of;
  /// By country: the zone that counts where its zones have no open hour in common.
  std::map<std::string, std::string, std::less<>> main_zones;
  /// For marketing; all of them hold.
  std::vector<frequency_cap> frequency{{2, std::chrono::hours{7 * 24}}};
  canary_rules canary;
  recovery_rules recovery;
  tier_policy tier;
  quality_policy quality;

  friend bool operator==(const policy&, const policy&) = default;

  [[nodiscard]] bool has_quiet_hours() const; ///< anywhere
  [[nodiscard]] const std::vector<quiet_span>& quiet_hours_in(std::string_view country) const;
};

/// Whether the hours of a campaign depend on where its people are.
[[nodiscard]] bool hours_differ(const std::optional<send_window>& window, const policy& rules,
                                bool is_marketing);

/// "21:00-09:00", "sun", "sat,sun 18:00-24:00", "12-24,12-25": on days of the week or dates of the
/// year, or on every day, a time or all day. None when it is anything else.
[[nodiscard]] std::optional<quiet_span> quiet_span_from(std::string_view text);
[[nodiscard]] std::string to_text(const quiet_span& span);

} // namespace stentor::core
