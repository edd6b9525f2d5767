#pragma once
/// Strict reading of a campaign's draft: duplicate and unknown keys and wrong types are errors that
/// name the key, as are the values that core::problems_of refuses. Nothing here throws. Pure.

#include "api/http/input.hpp"
#include "stentor/core/campaign/draft.hpp"

#include <string_view>

namespace stentor::api {

/// @param creating POST: name and templateName are required
[[nodiscard]] input<core::campaign_draft> read_campaign_draft(std::string_view body, bool creating,
                                                              std::string_view instance);

} // namespace stentor::api
