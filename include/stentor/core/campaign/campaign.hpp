#pragma once
/// A campaign as dispatch sees it: the seed's WhatsAppCampaign without what only people read.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/balance.hpp"
#include "stentor/core/delivery/in_doubt_policy.hpp"
#include "stentor/core/delivery/recovery.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// Stored as text in lower case under the same names.
enum class campaign_status : std::uint8_t {
  draft,
  scheduled,
  sending,
  paused,
  completed,
  cancelled,
  expired,
  failed
};

[[nodiscard]] std::string_view to_string(campaign_status s) noexcept;
[[nodiscard]] std::optional<campaign_status> campaign_status_from(std::string_view text) noexcept;

/// A recurring campaign sends nothing itself: each of its runs is a campaign of its own, which is
/// sent once. Stored as text under the same names.
enum class campaign_kind : std::uint8_t { once, recurring };

[[nodiscard]] std::string_view to_string(campaign_kind k) noexcept;
[[nodiscard]] std::optional<campaign_kind> campaign_kind_from(std::string_view text) noexcept;

/// Whether somebody of a campaign waits for another try. A completed one whose messages fail late
/// runs again for these, and can be stopped like any that sends.
enum class late_tries : bool { none, waiting };

/// The transitions that people and the daemon may make. Any other is a conflict.
[[nodiscard]] bool may_become(campaign_status from, campaign_status to,
                              late_tries tries = late_tries::none) noexcept;
/// The same of a recurring campaign: it waits for its next run, rests, or has ended.
[[nodiscard]] bool parent_may_become(campaign_status from, campaign_status to) noexcept;

/// What the recipients of a campaign in this state are whom nothing explains: one that was ended
/// early has cut them off.
[[nodiscard]] untouched untouched_in(campaign_status s) noexcept;

/// When a campaign may send, in a time zone of the IANA database or, "recipient", in that of each
/// recipient. Empty days mean every day; from
/// == until means all day; from > until is a window over midnight, which belongs to the day on
/// which it opens.
struct send_window {
  std::vector<std::uint8_t> days; ///< ISO: 1 = Monday … 7 = Sunday
  std::int32_t from_minute = 0;   ///< minutes since local midnight, 0..1439
  std::int32_t until_minute = 0;  ///< exclusive, up to 1440: the end of the day
  std::string time_zone = "UTC";
};

/// A campaign's template in a further language.
struct template_translation {
  std::string language;
  std::string components; ///< as a campaign's
};

struct campaign {
  campaign_no no{};
  std::string id; ///< UUID
  organization_no organization{};
  campaign_status status = campaign_status::draft;

  std::string template_name;
  std::string template_language = "en_US"; ///< whoever speaks none of them gets this one
  std::string template_category;           ///< MARKETING, UTILITY, AUTHENTICATION
  std::string template_components;         ///< JSON array as Meta lists it
  std::string template_parameter_format;   ///< POSITIONAL or NAMED
  std::string
      template_variables; ///< JSON object: slot -> text with {{column}} or {{column|default}}
  std::vector<template_translation> translations; ///< in the order of its languages

  std::optional<std::int32_t> rate_limit_per_minute; ///< none: the numbers' limit
  bool retry_failed = true;
  std::int32_t retries_max = 3;
  recovery_terms recovery;
  in_doubt_policy in_doubt = in_doubt_policy::hold;
  std::optional<send_window> window;
  std::optional<wall_time> scheduled_for;
  std::optional<wall_time> expires_at;

  std::vector<number_no>
      numbers; ///< resolved: all active ones of the organization when the campaign names none
  recipient_seq recipients_total = 0; ///< N of seq = 1..N
};

/// Its languages, the first one first. A recipient's is an index into them.
[[nodiscard]] std::vector<std::string> languages_of(const campaign& c);
/// The language of that index; empty when it has none with it.
[[nodiscard]] std::string language_at(const campaign& c, std::int16_t lang);

} // namespace stentor::core
