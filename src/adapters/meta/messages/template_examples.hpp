#pragma once
/// The examples that Meta was given with a template. Pure; any thread.

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace stentor::meta {

/// Of a variable in a header or body text; empty when there is none.
/// @param part "header" or "body"
/// @param index of a numbered variable, from 0
[[nodiscard]] std::string text_example(const nlohmann::json& component, std::string_view part,
                                       const std::string& name, std::size_t index);

/// Of a header that is a picture, a film or a document: an address or a handle.
[[nodiscard]] std::string media_example(const nlohmann::json& header);

/// Of a button's address or code.
[[nodiscard]] std::string button_example(const nlohmann::json& button);

} // namespace stentor::meta
