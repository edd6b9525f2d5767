#pragma once
/// A recurrence as people say it on the command line: "every 2 weeks on MO,TH at 10:00 Asia/Kolkata
/// until 2027-03-01". Pure; any thread.

#include "stentor/core/base/result.hpp"

#include <string>
#include <string_view>

namespace stentor::app {

/// What may be said, for help and errors.
inline constexpr std::string_view recurrence_grammar =
    "daily | weekly | monthly | every N days|weeks|months, then [on DAYS] at TIMES ZONE "
    "[from DAY] [until DAY | N times] [except DAYS]";

/// The member `recurrence` of a draft as JSON. What its parts hold is the daemon's to judge; this
/// refuses (`invalid`) what can't be understood at all.
[[nodiscard]] core::result<std::string> recurrence_json(std::string_view words);

} // namespace stentor::app
