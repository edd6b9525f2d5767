#include "adapters/meta/messages/template_words.hpp"

#include "adapters/meta/json_fields.hpp"

#include <algorithm>

namespace stentor::meta {

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string button_type(const nlohmann::json& button) {
  auto type = upper(string_of(button, "type"));
  const bool one_time_code = string_of(button, "url").find("otp_type=") != std::string::npos;
  return type == "URL" && one_time_code ? "OTP" : type;
}

} // namespace stentor::meta
