#include "adapters/meta/management/management_answer.hpp"

#include "adapters/meta/json_fields.hpp"

#include <string>

namespace stentor::meta {

namespace {

using nlohmann::json;

/// Meta's refusal in people's words: what it says to the person who asked, before what it says to
/// the program.
core::error refusal(int http_status, const json& answer) {
  const auto code = http_status == 401 || http_status == 403 ? core::errc::forbidden
                    : http_status == 404                     ? core::errc::not_found
                    : http_status >= 400 && http_status < 500 && http_status != 429
                        ? core::errc::invalid
                        : core::errc::unavailable;
  auto text = "Meta answered " + std::to_string(http_status);
  if (!answer.is_object() || !answer.contains("error") || !answer["error"].is_object())
    return {code, text + " with something that is not JSON of its API."};
  const auto& error = answer["error"];
  text += ": " + string_of(error, "message");
  const auto title = string_of(error, "error_user_title");
  const auto words = string_of(error, "error_user_msg");
  if (!words.empty())
    text += " – " + (title.empty() ? words : title + ": " + words);
  for (const auto* number : {"code", "error_subcode"})
    if (const auto found = error.find(number); found != error.end() && found->is_number_integer())
      text += std::string{*number == 'c' ? " (code " : " (subcode "} + found->dump() + ")";
  return {code, text};
}

} // namespace

core::result<json> read_object(int http_status, std::string_view body) {
  try {
    auto answer = json::parse(body.begin(), body.end(), nullptr, false);
    if (http_status < 200 || http_status >= 300 || !answer.is_object())
      return refusal(http_status, answer);
    return answer;
  } catch (const std::exception& problem) {
    return core::error{core::errc::unavailable,
                       std::string{"Meta's answer can't be read: "} + problem.what()};
  }
}

} // namespace stentor::meta
