#pragma once
/// Values of the API's JSON as text for a terminal. Pure functions.

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::app {

/// What can't be read is "discarded", in which nothing is found.
[[nodiscard]] nlohmann::json parsed(std::string_view text);
/// "noConsent" or "no_consent" as "no consent".
[[nodiscard]] std::string words_of(std::string_view key);
/// Empty where there is none; control characters are shown, not done.
[[nodiscard]] std::string text_of(const nlohmann::json& object, const char* key);
[[nodiscard]] std::int64_t count_of(const nlohmann::json& object, const char* key);
/// `otherwise` where there is no truth value.
[[nodiscard]] bool flag_of(const nlohmann::json& object, const char* key, bool otherwise = false);
/// The text of a sentence {code, params, text}; empty where there is none.
[[nodiscard]] std::string sentence_text(const nlohmann::json& object, const char* key);
/// A time of the API to the second, which is what a person reads.
[[nodiscard]] std::string time_text(std::string at);
/// Filled with spaces behind, or before.
[[nodiscard]] std::string padded(std::string text, std::size_t width);
[[nodiscard]] std::string right(std::string text, std::size_t width);
/// The entries of a list, under this key, "data" or alone.
[[nodiscard]] const nlohmann::json& items_of(const nlohmann::json& answer, const char* key);

} // namespace stentor::app
