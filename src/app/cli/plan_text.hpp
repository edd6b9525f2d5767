#pragma once
/// How a campaign will go, for people: the answers of the preflight and of GET …/plan as text. Pure
/// functions.

#include <string>
#include <string_view>

namespace stentor::app {

/// What a limit stands for in a sentence: "its send window".
[[nodiscard]] std::string limit_words(const std::string& limit);
[[nodiscard]] std::string preflight_text(std::string_view answer_json);
[[nodiscard]] std::string plan_text(std::string_view answer_json);
/// Rows under the preflight's own; empty for null.
[[nodiscard]] std::string forecast_text(std::string_view forecast_json);

} // namespace stentor::app
