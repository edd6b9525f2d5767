#pragma once
/// What a campaign would do if it were sent now: counts, previews, numbers, expected duration, and
/// everything that stands in its way. The launch asks the same list. Blocks on the database.

#include "api/http/router.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/campaign/preflight.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::api {

/// JSON.
[[nodiscard]] core::result<std::string> preflight(const context& c, const ports::principal& who,
                                                  std::string_view id);

/// What speaks against sending it now, after rendering the first recipients of the list.
[[nodiscard]] std::vector<core::sentence> obstacles_of(const context& c,
                                                       const core::launch_facts& facts);

} // namespace stentor::api
