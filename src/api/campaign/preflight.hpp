#pragma once
/// What a campaign would do if it were sent now: counts, previews, numbers, expected duration, and
/// everything that stands in its way.

#include "api/http/router.hpp"

#include <string>
#include <string_view>

namespace stentor::api {

/// JSON. Blocks on the database.
[[nodiscard]] core::result<std::string> preflight(const context& c, const ports::principal& who,
                                                  std::string_view id);

} // namespace stentor::api
