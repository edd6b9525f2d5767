#pragma once
/// Answers of the admin API about templates as text for people. Pure functions; what an answer
/// lacks is left out.

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace stentor::app {

[[nodiscard]] std::string templates_text(const nlohmann::json& page);
/// A template with its slots, as `template show` prints it.
[[nodiscard]] std::string template_text(const nlohmann::json& shown);
/// What became of a new template, one line for each language and account.
[[nodiscard]] std::string created_template_text(const nlohmann::json& created);
/// Media of headers: a page of them, and one with what Meta has of it.
[[nodiscard]] std::string media_list_text(const nlohmann::json& page);
[[nodiscard]] std::string media_text(std::string_view json);
/// A message as people see it, and what is wrong with its slots.
[[nodiscard]] std::string template_preview_text(const nlohmann::json& preview);
/// The same of one person of a campaign, in his language.
[[nodiscard]] std::string message_text(const nlohmann::json& message);

} // namespace stentor::app
