#pragma once
/// How a campaign tries again with people of whom Meta says that they had enough marketing
/// (131049). Meta wants 24 hours in between and advises one or two tries (its page "Per-user
/// marketing template message limits"). Pure; any thread.

#include "stentor/core/base/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace stentor::core {

/// What an organization lays down.
struct recovery_rules {
  std::int32_t tries = 2;
  /// From a refusal to the next try; so long every marketing campaign leaves the person alone, and
  /// after several refusals in a row longer (meta_cap.hpp).
  std::chrono::milliseconds spacing{std::chrono::hours{24}};
  /// A campaign stops trying when of its latest tries fewer are delivered; 0: it never does.
  std::int32_t least_delivered_percent = 15;

  friend bool operator==(const recovery_rules&, const recovery_rules&) = default;
};

/// What a campaign wants. What is absent is as the rules say.
struct recovery_options {
  std::optional<std::int64_t> tries;
  std::optional<std::chrono::seconds> spacing; ///< never shorter than the rules'

  friend bool operator==(const recovery_options&, const recovery_options&) = default;
};

/// What holds for a campaign. Absent: the rules' defaults, and no more tries than its retries.
struct recovery_terms {
  std::optional<std::int32_t> tries;
  std::optional<std::chrono::milliseconds> spacing;

  friend bool operator==(const recovery_terms&, const recovery_terms&) = default;
};

/// So much later than its spacing a try is due, at most two hours and a twelfth of it: whoever was
/// refused together would otherwise be tried, and refused, together. Always the same for a
/// recipient of a campaign.
[[nodiscard]] std::chrono::milliseconds recovery_jitter(std::chrono::milliseconds spacing,
                                                        campaign_no campaign,
                                                        recipient_seq seq) noexcept;

namespace recovery_limits {

/// Vendors are known to try for a week.
inline constexpr std::int32_t tries_most = 7;
/// Meta advises no more; pre-flight warns above.
inline constexpr std::int32_t tries_advised = 2;
inline constexpr std::chrono::seconds spacing_least{24 * 3'600};
inline constexpr std::chrono::seconds spacing_most{7 * 24 * 3'600};
inline constexpr std::chrono::hours jitter_most{2};
inline constexpr int jitter_part = 12; ///< of the spacing: two hours of a day

} // namespace recovery_limits

} // namespace stentor::core
