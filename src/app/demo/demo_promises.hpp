#pragma once
/// What the demo says when a promise was not kept. Which promises there are, and what each means,
/// is the checker's word: the JSON of `stentor-load report`. Pure; any thread.

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

/// A sentence for each promise that the report calls broken: what is wrong, and what to look at.
[[nodiscard]] std::vector<std::string> broken_promises(const nlohmann::json& report);

/// How a campaign that did not end as `completed` is told; nothing for one that did.
[[nodiscard]] std::string unfinished(std::string_view status);

} // namespace stentor::app
