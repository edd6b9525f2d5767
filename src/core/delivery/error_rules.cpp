/// The error table. Pure; any thread.
///
/// Source: Meta's error code pages as of August and September 2026, the per-user limit, template
/// pacing and throughput pages, and Graph's rate limit page. Where Meta says nothing the action is
/// our judgement.
#include "stentor/core/delivery/error_policy.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

using std::chrono::seconds;
using ra = recipient_action;
using sa = scope_action;

constexpr seconds until_cleared{0};

// Sorted by code; a static_assert below holds it.
constexpr std::array rules{
    error_rule{-4, ra::retry_when_clear, sa::slow_number, seconds{5},
               "The answer was neither success nor Meta's error shape. Look at what stands between "
               "us and Meta."},
    error_rule{0, ra::retry_when_clear, sa::pause_token, until_cleared,
               "Meta could not authenticate the app user. Renew the access token."},
    error_rule{1,
               ra::retry_backoff,
               sa::none,
               {},
               "Unknown error of Meta's API; tried again a few times."},
    error_rule{2, ra::retry_backoff, sa::slow_number, seconds{1},
               "Meta's API is down or overloaded for the moment; tried again more slowly."},
    error_rule{3, ra::retry_when_clear, sa::pause_token, until_cleared,
               "The app lacks a capability or permission. Grant it in the app's dashboard."},
    error_rule{4, ra::retry_when_clear, sa::slow_number, seconds{60},
               "The app's call limit is reached; sending goes on more slowly."},
    error_rule{
        10, ra::retry_when_clear, sa::pause_token, until_cleared,
        "Permission denied or removed. Grant whatsapp_business_messaging to the token's user."},
    error_rule{17, ra::retry_when_clear, sa::slow_number, seconds{60},
               "The user's call limit is reached; sending goes on more slowly."},
    error_rule{32, ra::retry_when_clear, sa::slow_number, seconds{60},
               "The page's call limit is reached; sending goes on more slowly."},
    error_rule{33, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The phone number was deleted or its id is wrong. Check the number's id in the "
               "configuration."},
    error_rule{100,
               ra::give_up,
               sa::none,
               {},
               "A parameter of the message is invalid. Compare template and variables."},
    error_rule{102, ra::retry_when_clear, sa::pause_token, until_cleared,
               "The API session is invalid. Renew the access token."},
    error_rule{190, ra::retry_when_clear, sa::pause_token, until_cleared,
               "The access token has expired or was revoked. Renew it."},
    error_rule{200, ra::retry_when_clear, sa::pause_token, until_cleared,
               "The token may not use this number. Assign the account to the token's user."},
    error_rule{341, ra::retry_when_clear, sa::slow_number, seconds{60},
               "An application limit is reached; sending goes on more slowly."},
    error_rule{
        368, ra::retry_when_clear, sa::pause_account, until_cleared,
        "The account is blocked for a policy violation. See its status in Business Support Home."},
    error_rule{429, ra::retry_when_clear, sa::slow_number, seconds{1},
               "Too many requests; sending goes on more slowly."},
    error_rule{506, ra::give_up, sa::none, {}, "Meta took the request for a duplicate."},
    error_rule{613, ra::retry_when_clear, sa::slow_number, seconds{60},
               "A custom call limit is reached; sending goes on more slowly."},
    error_rule{803, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The phone number id is unknown to Meta. Check it in the configuration."},
    error_rule{80007, ra::retry_when_clear, sa::slow_number, seconds{60},
               "The account's call limit is reached; sending goes on more slowly."},
    error_rule{80008, ra::retry_when_clear, sa::slow_number, seconds{60},
               "The account's management call limit is reached; sending goes on more slowly."},
    error_rule{80009, ra::retry_when_clear, sa::slow_number, seconds{60},
               "The catalog's management call limit is reached."},
    error_rule{80014, ra::retry_when_clear, sa::slow_number, seconds{60},
               "The catalog's batch call limit is reached."},
    error_rule{
        130403, ra::give_up, sa::none, {}, "Your business has blocked this person. Unblock first."},
    error_rule{
        130429, ra::retry_when_clear, sa::slow_number, seconds{1},
        "The number's throughput limit is reached; its rate is lowered and recovers by itself."},
    error_rule{130472,
               ra::give_up,
               sa::none,
               {},
               "The person is in an experiment of Meta and gets no marketing; not an opt-out."},
    error_rule{
        130497, ra::give_up, sa::none, {}, "The account may not write to people of this country."},
    error_rule{131000,
               ra::retry_backoff,
               sa::none,
               {},
               "Something went wrong on Meta's side; tried again."},
    error_rule{131005, ra::retry_when_clear, sa::pause_token, until_cleared,
               "Access denied. Check the token's permissions."},
    error_rule{131008,
               ra::give_up,
               sa::none,
               {},
               "A required parameter is missing. Compare template and variables."},
    error_rule{131009,
               ra::give_up,
               sa::none,
               {},
               "A parameter has an invalid value. Compare template and variables."},
    error_rule{131016, ra::retry_backoff, sa::slow_number, seconds{5},
               "Meta's service is unavailable for the moment; tried again more slowly."},
    error_rule{131020, ra::give_up, sa::none, {}, "The group is invalid."},
    error_rule{131021, ra::give_up, sa::none, {}, "The recipient is the sending number itself."},
    error_rule{131026,
               ra::retry_backoff,
               sa::none,
               {},
               "Undeliverable: not on WhatsApp, an old app, or blocked; tried again a few times."},
    error_rule{131030,
               ra::give_up,
               sa::none,
               {},
               "The person is not on the test number's list of allowed recipients. Add them in the "
               "app's dashboard."},
    error_rule{131031, ra::retry_when_clear, sa::pause_account, until_cleared,
               "The account is locked. See Business Support Home."},
    error_rule{131037, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The number's display name needs approval before it may send."},
    error_rule{131041, ra::give_up, sa::none, {}, "The group is unknown."},
    error_rule{131042, ra::retry_when_clear, sa::pause_account, until_cleared,
               "There is a payment problem. Set the account's payment method right."},
    error_rule{
        131045, ra::retry_when_clear, sa::pause_number, until_cleared,
        "The number's registration or certificate has a problem. Register the number again."},
    error_rule{131047,
               ra::give_up,
               sa::none,
               {},
               "More than 24 hours since the person's last message; only templates may be sent."},
    error_rule{131048, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The number is restricted because people blocked or flagged its messages. Check its "
               "quality rating."},
    error_rule{
        131049,
        ra::retry_day,
        sa::none,
        {},
        "Meta held this marketing message back for the person's sake; not before 24 hours again."},
    error_rule{131050,
               ra::opt_out,
               sa::none,
               {},
               "The person stopped marketing of this business in WhatsApp."},
    error_rule{131051, ra::give_up, sa::none, {}, "This type of message is not supported."},
    error_rule{131052, ra::give_up, sa::none, {}, "Media could not be downloaded."},
    error_rule{
        131053,
        ra::give_up,
        sa::none,
        {},
        "The header's media could not be fetched or uploaded. Check its link or upload it again."},
    error_rule{131055, ra::give_up, sa::stop_template, until_cleared,
               "This way of sending takes marketing templates only."},
    error_rule{131056,
               ra::retry_pair,
               sa::none,
               {},
               "Too many messages to this person in a short time; only this person waits."},
    error_rule{131057, ra::retry_when_clear, sa::pause_number, seconds{60},
               "The number is in maintenance, for example for a higher throughput; it goes on in a "
               "minute."},
    error_rule{131059, ra::give_up, sa::none, {}, "The group's cursor is invalid."},
    error_rule{131060, ra::give_up, sa::none, {}, "The message is not available."},
    error_rule{131061, ra::give_up, sa::stop_template, until_cleared,
               "A template with a price limit can't be sent this way. Use the Marketing Messages "
               "API or another one."},
    error_rule{131062,
               ra::give_up,
               sa::none,
               {},
               "This message can't be sent to a user id; a phone number is needed."},
    error_rule{131063, ra::retry_when_clear, sa::stop_template, until_cleared,
               "Marketing on the Cloud API is switched off for this account. Switch it on in the "
               "account's settings."},
    error_rule{
        131064, ra::retry_when_clear, sa::pause_account, until_cleared,
        "The account is limited because templates had the wrong category. Correct their category."},
    error_rule{
        131065, ra::give_up, sa::none, {}, "The person's country is not open to price limits."},
    error_rule{
        131070, ra::give_up, sa::none, {}, "Another app owns the conversation with this person."},
    error_rule{131201, ra::give_up, sa::none, {}, "A group message was refused."},
    error_rule{132000,
               ra::give_up,
               sa::none,
               {},
               "The number of variables differs from the template's. Synchronise the templates and "
               "check the mapping."},
    error_rule{132001, ra::retry_when_clear, sa::stop_template, until_cleared,
               "The template does not exist in this language or is not approved. Check its name "
               "and language."},
    error_rule{
        132005, ra::give_up, sa::none, {}, "The text is too long with this person's variables."},
    error_rule{132007, ra::give_up, sa::stop_template, until_cleared,
               "The template's content violates a policy. Edit the template."},
    error_rule{132008, ra::give_up, sa::none, {}, "A template parameter is missing or invalid."},
    error_rule{132012,
               ra::give_up,
               sa::none,
               {},
               "A variable has the wrong format for the template. Check the mapping."},
    error_rule{
        132015, ra::retry_when_clear, sa::stop_template, until_cleared,
        "The template is paused for low quality. Edit it, or wait until Meta activates it again."},
    error_rule{
        132016, ra::give_up, sa::stop_template, until_cleared,
        "The template is disabled for good because it was paused too often. Use another one."},
    error_rule{
        132018, ra::give_up, sa::none, {}, "Template validation found a problem with a parameter."},
    error_rule{132068, ra::give_up, sa::stop_template, until_cleared,
               "The template's flow is blocked. Correct the flow."},
    error_rule{132069, ra::retry_when_clear, sa::stop_template, seconds{3600},
               "The template's flow is throttled to ten messages an hour."},
    error_rule{
        133000, ra::retry_when_clear, sa::pause_number, until_cleared,
        "An earlier deregistration of the number is incomplete. Deregister and register it again."},
    error_rule{133004, ra::retry_backoff, sa::slow_number, seconds{5},
               "Meta's server is unavailable for the moment; tried again more slowly."},
    error_rule{133005, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The number's two-step PIN does not match. Correct it and register again."},
    error_rule{133006, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The number must be verified again before it may send."},
    error_rule{133008, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The number's PIN was guessed too often. Wait as long as Meta says."},
    error_rule{133009, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The number's PIN was entered too fast. Wait as long as Meta says."},
    error_rule{133010, ra::retry_when_clear, sa::pause_number, until_cleared,
               "The number is not registered. Register it."},
    error_rule{133015, ra::retry_when_clear, sa::pause_number, seconds{300},
               "The number was deleted a moment ago; the deletion is not finished."},
    error_rule{133016, ra::retry_when_clear, sa::pause_number, seconds{72 * 3600},
               "The number was registered too often; possible again after 72 hours."},
    error_rule{134011, ra::retry_when_clear, sa::pause_account, until_cleared,
               "The payments terms are not accepted. Accept them in the account's settings."},
    error_rule{134100, ra::give_up, sa::stop_template, until_cleared,
               "This way of sending takes marketing templates only."},
    error_rule{134101, ra::retry_when_clear, sa::stop_template, seconds{600},
               "The template is still being synchronised at Meta; ready in ten minutes."},
    error_rule{
        134102, ra::retry_when_clear, sa::stop_template, until_cleared,
        "The template is not available for marketing messages. Check the account's onboarding."},
    error_rule{
        135000,
        ra::give_up,
        sa::none,
        {},
        "Meta refused the combination of parameters, or dropped the message by portfolio pacing."},
    error_rule{137000, ra::give_up, sa::none, {}, "The person's identity has changed."},
    error_rule{139000, ra::give_up, sa::stop_template, until_cleared,
               "The template's flow can't be sent. Correct the flow."},
    error_rule{139200,
               ra::give_up,
               sa::none,
               {},
               "Direct Send is blocked for this account. Use a template."},
    error_rule{2494100, ra::retry_when_clear, sa::pause_number, seconds{60},
               "The number is in maintenance; it goes on in a minute."},
};

static_assert(std::is_sorted(rules.begin(), rules.end(),
                             [](const auto& a, const auto& b) { return a.code < b.code; }));

constexpr error_rule unknown_transient{
    0,
    ra::retry_backoff,
    sa::none,
    {},
    "An error unknown to Stentor that Meta calls transient; tried again."};
constexpr error_rule unknown_final{
    0, ra::give_up, sa::none, {}, "An error unknown to Stentor. Look the code up in Meta's list."};

/// The ranges of which one row stands for all.
constexpr std::int32_t row_of(std::int32_t code) noexcept {
  if (code >= 200 && code <= 299)
    return 200;
  if (code >= 131201 && code <= 131215)
    return 131201;
  if (code >= 139000 && code <= 139004)
    return 139000;
  return code;
}

const error_rule* find_rule(std::int32_t code) noexcept {
  const auto row = row_of(code);
  const auto at = std::lower_bound(
      rules.begin(), rules.end(), row,
      [](const error_rule& rule, std::int32_t wanted) { return rule.code < wanted; });
  return at != rules.end() && at->code == row ? &*at : nullptr;
}

/// With a 5xx these say "we stumbled", perhaps after the message was taken; every other known code
/// is a refusal.
bool doubtful_on_server_error(std::int32_t code) noexcept {
  switch (code) {
  case 1:
  case 2:
  case 131000:
  case 131016:
  case 131057:
  case 133004:
  case 2494100:
    return true;
  default:
    return false;
  }
}

outcome_class class_of_refusal(const error_rule& rule) noexcept {
  const bool final = rule.recipient == ra::give_up || rule.recipient == ra::opt_out;
  return final ? outcome_class::failed : outcome_class::rejected;
}

/// An answer that is not Meta's: a proxy, a captive portal or Meta's edge stands between.
outcome_class class_without_code(int http_status) noexcept {
  // Redirected or refused on the way: nobody at Meta looked at the message.
  if (http_status >= 300 && http_status < 500)
    return outcome_class::rejected;
  // A success without a message id proves neither that Meta took it nor that it did not.
  return outcome_class::in_doubt;
}

} // namespace

const error_rule& rule_for(std::int32_t code, bool is_transient) noexcept {
  if (const auto* rule = find_rule(code))
    return *rule;
  return is_transient ? unknown_transient : unknown_final;
}

bool is_about_the_person(std::int32_t code) noexcept {
  switch (code) {
  case 130403: // blocked by the business
  case 130472: // in an experiment of Meta's
  case 131021: // the sending number itself
  case 131026: // not on WhatsApp
  case 131047: // has not written lately
  case 131049: // got enough marketing
  case 131050: // stopped marketing
  case 131065: // in a country without price limits
  case 131070: // talks to another app
  case 137000: // another identity
    return true;
  default:
    return false;
  }
}

outcome_class class_of_answer(int http_status, std::int32_t code, bool is_transient) noexcept {
  // Code 0 is Meta's AuthException only with the status of a refusal; elsewhere it means that there
  // was no code.
  const bool refused = http_status >= 400 && http_status < 500;
  if (code < 0 || (code == 0 && http_status != 401 && http_status != 403))
    return class_without_code(http_status);
  const auto* rule = find_rule(code);
  if (rule == nullptr && !refused)
    return outcome_class::in_doubt;
  if (http_status >= 500 && doubtful_on_server_error(code))
    return outcome_class::in_doubt;
  return class_of_refusal(rule_for(code, is_transient));
}

} // namespace stentor::core
