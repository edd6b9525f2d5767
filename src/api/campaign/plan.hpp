#pragma once
/// How a campaign will go, as the planner says: GET …/plan, and a part of the preflight. Private to
/// this folder.

#include "api/http/router.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace stentor::api {

/// The answer's JSON.
[[nodiscard]] core::result<std::string> show_plan(const context& c, const ports::principal& who,
                                                  std::string_view id);

/// A campaign as its store shows it, with what limits it now, and until when it waits for that.
/// @param campaign_json an object
[[nodiscard]] std::string with_limit(const context& c, const ports::principal& who,
                                     std::string_view id, std::string campaign_json);

struct shown_forecast {
  nlohmann::ordered_json json;   ///< null while there is no list
  std::optional<double> seconds; ///< from the first message to the last; none: not all can be sent
};

/// Its forecast alone.
[[nodiscard]] core::result<shown_forecast>
show_forecast(const context& c, const ports::principal& who, std::string_view id);

} // namespace stentor::api
