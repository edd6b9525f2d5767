#pragma once
/// A campaign's messages as people will see them, and the answer about one of them. Private to this
/// folder.

#include "api/http/handlers.hpp"
#include "stentor/core/campaign/preflight.hpp"
#include "stentor/ports/campaign/renderer.hpp"

#include <nlohmann/json.hpp>

namespace stentor::api {

struct shown_sample {
  nlohmann::ordered_json message; ///< null when its template can't be read
  nlohmann::ordered_json problems;
};

/// In the person's own language.
[[nodiscard]] shown_sample show_message(const ports::renderer& renderer,
                                        const core::campaign& campaign,
                                        const core::launch_sample& whom);

/// Of one recipient.
void preview_recipient(call c);

} // namespace stentor::api
