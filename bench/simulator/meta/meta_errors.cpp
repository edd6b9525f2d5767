#include "bench/simulator/meta/meta_errors.hpp"

#include "stentor/core/base/json_escape.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stentor::load {
namespace {

constexpr std::string_view reference =
    "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

constexpr auto table = std::to_array<meta_error>({
    {1, 500, "An unknown error occurred", "Please try again."},
    {2, 503, "Service temporarily unavailable", "Temporary failure, please try again."},
    {4, 429, "Application request limit reached", "The app has reached its API call rate limit.",
     2446079},
    {10, 403, "Application does not have permission for this action",
     "Permission is missing or was removed."},
    {33, 404, "Parameter value is not valid", "The business phone number has been deleted."},
    {100, 400, "Invalid parameter", "Unsupported or misspelt parameter."},
    {190, 401, "Invalid OAuth access token", "The access token could not be decoded.", 0},
    {200, 403, "Permissions error", "The permission for this asset is missing."},
    {368, 403, "Temporarily blocked for policies violations", "The account is restricted."},
    {80007, 429, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."},
    {130403, 403, "User blocked by business", "The business has blocked this user."},
    {130429, 429, "Rate limit hit", "Cloud API message throughput has been reached."},
    {130472, 400, "User's number is part of an experiment",
     "Failed to send message because this user's phone number is part of an experiment."},
    {130497, 403, "Business account is restricted from messaging users in this country.",
     "The account may not message users of this country."},
    {131000, 500, "Something went wrong", "Message failed to send due to an unknown error."},
    {131005, 403, "Access denied", "Permission is missing or was removed."},
    {131008, 400, "Required parameter is missing", "The request lacks a required parameter."},
    {131009, 400, "Parameter value is not valid", "One or more parameter values are invalid."},
    {131016, 503, "Service unavailable", "A service is temporarily unavailable."},
    {131021, 400, "Recipient cannot be sender", "Sender and recipient phone number are the same."},
    {131026, 400, "Message undeliverable", "Message Undeliverable."},
    {131031, 403, "Business Account locked", "The account has been locked."},
    {131037, 400, "Display name approval is needed", "The display name was not approved yet."},
    {131042, 402, "Business eligibility payment issue",
     "There is a problem with the payment method."},
    {131045, 400, "Incorrect certificate", "The phone number's registration failed."},
    {131047, 429, "Re-engagement message",
     "More than 24 hours have passed since the customer last replied to this number."},
    {131048, 429, "Spam rate limit hit",
     "Too many messages from this phone number were blocked or flagged as spam."},
    {131049, 429, "This message was not delivered to maintain healthy ecosystem engagement.",
     "In order to maintain a healthy ecosystem engagement, the message failed to be delivered."},
    {131050, 400, "User has stopped marketing messages",
     "Unable to deliver the message. This recipient has chosen to stop receiving marketing "
     "messages from this business."},
    {131051, 400, "Unsupported message type", "Message type is not supported."},
    {131053, 400, "Media upload error", "The media could not be uploaded."},
    {131056, 429, "(Business Account, Consumer Account) pair rate limit hit",
     "Too many messages sent from this phone number to the same phone number in a short period of "
     "time."},
    {131057, 503, "Account in maintenance mode", "The account is being upgraded."},
    {131062, 400, "Business-scoped user id not supported", "This message needs a phone number."},
    {132000, 400, "Number of parameters does not match the expected number of params",
     "The number of parameters does not match the template."},
    {132001, 404, "Template name does not exist in the translation",
     "The template does not exist in this language or is not approved."},
    {132005, 400, "Hydrated text too long", "The translated text is too long."},
    {132012, 400, "Parameter format does not match format in the created template",
     "A parameter's format does not match the template."},
    {132015, 400, "Template is paused", "The template is paused because of low quality."},
    {132016, 400, "Template is disabled", "The template was paused too often and is disabled."},
    {133010, 400, "Phone number not registered", "The phone number is not registered."},
    {135000, 400, "Generic user error",
     "The message failed because of unknown request parameters."},
});

} // namespace

meta_error error_of(int code) {
  const auto* const at =
      std::find_if(table.begin(), table.end(), [&](const meta_error& e) { return e.code == code; });
  return at != table.end() ? *at
                           : meta_error{code, 400, "Unknown error", "No further explanation."};
}

void append_error_body(std::string& to, const meta_error& error, std::string_view details,
                       std::uint64_t trace) {
  to += R"({"error":{"message":"(#)";
  to += std::to_string(error.code);
  to += ") ";
  to += error.title;
  to += R"(","type":")";
  to += error.subcode == 33 ? "GraphMethodException" : "OAuthException";
  to += R"(","code":)";
  to += std::to_string(error.code);
  if (error.subcode != 0) {
    to += R"(,"error_subcode":)";
    to += std::to_string(error.subcode);
  }
  if (error.code == 1 || error.code == 2)
    to += R"(,"is_transient":true)";
  to += R"(,"error_data":{"messaging_product":"whatsapp","details":)";
  core::append_json_string(to, details.empty() ? error.details : details);
  to += R"(},"fbtrace_id":"A)";
  std::array<char, 17> hex{};
  const auto end = std::to_chars(hex.data(), hex.data() + hex.size(), trace, 16).ptr;
  to.append(hex.data(), end);
  to += "\"}}";
}

void append_status_error(std::string& to, const meta_error& error) {
  to += R"({"code":)";
  to += std::to_string(error.code);
  to += R"(,"title":)";
  core::append_json_string(to, error.title);
  to += R"(,"message":)";
  core::append_json_string(to, error.title);
  to += R"(,"error_data":{"details":)";
  core::append_json_string(to, error.details);
  to += R"(},"href":")";
  to += reference;
  to += "\"}";
}

} // namespace stentor::load
