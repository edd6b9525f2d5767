#pragma once
/// Words in templates as Meta lists them. Pure; any thread.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace stentor::meta {

[[nodiscard]] bool is_number(std::string_view text);
/// Letters of ASCII in capitals.
[[nodiscard]] std::string upper(std::string text);

/// Meta lists the button of a one-time code as one of type URL, whatever it was when the template
/// was made; here it is OTP.
[[nodiscard]] std::string button_type(const nlohmann::json& button);

} // namespace stentor::meta
