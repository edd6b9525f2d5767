#pragma once
/// Strict reading of JSON bodies: duplicate and unknown keys, wrong types and values out of range
/// are errors that name the key. Nothing here throws. Pure functions.

#include "api/http/input.hpp"
#include "stentor/ports/campaign/admin_store.hpp"

#include <string_view>

namespace stentor::api {

/// @param creating POST: name and templateName are required
[[nodiscard]] input<ports::campaign_draft> read_campaign_draft(std::string_view body, bool creating,
                                                               std::string_view instance);

} // namespace stentor::api
