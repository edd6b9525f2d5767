/// See preflight.hpp.

#include "api/campaign/preflight.hpp"

#include "stentor/ports/audience/recipient_store.hpp"
#include "stentor/ports/business_number/number_directory.hpp"
#include "stentor/ports/message_template/template_directory.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace stentor::api {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr std::int32_t previews = 3;

/// The rows of a list, whether it came bare or inside a page.
json rows_of(const std::string& text) {
  auto parsed = json::parse(text, nullptr, false);
  if (parsed.is_object())
    for (const auto* key : {"data", "items", "recipients", "templates", "numbers"})
      if (const auto found = parsed.find(key); found != parsed.end() && found->is_array())
        return *found;
  return parsed.is_array() ? parsed : json::array();
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

double number_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

void check_template(const core::campaign& campaign, const json& templates,
                    ordered_json& obstacles) {
  for (const auto& t : templates) {
    if (text_of(t, "name") != campaign.template_name ||
        text_of(t, "language") != campaign.template_language)
      continue;
    if (const auto status = text_of(t, "status"); status != "APPROVED")
      obstacles.push_back("The template \"" + campaign.template_name + "\" (" +
                          campaign.template_language + ") is " +
                          (status.empty() ? "of unknown status" : status) +
                          " at Meta; only APPROVED ones can be sent.");
    return;
  }
  obstacles.push_back("Meta lists no template \"" + campaign.template_name + "\" in " +
                      campaign.template_language +
                      ". Create it there, or synchronise the templates.");
}

/// The numbers that would send; returns their messages per second together.
double check_numbers(const json& numbers, const json& wanted, ordered_json& used,
                     ordered_json& obstacles) {
  double per_second = 0;
  for (const auto& n : numbers) {
    const auto id = text_of(n, "phoneNumberId");
    if (wanted.is_array() && !wanted.empty() &&
        std::find(wanted.begin(), wanted.end(), id) == wanted.end())
      continue;
    const bool active = !n.contains("active") || n["active"] == true;
    const auto stopped = text_of(n, "stoppedReason");
    used.push_back({{"phoneNumberId", id},
                    {"messagesPerSecond", number_of(n, "messagesPerSecond")},
                    {"canSend", active && stopped.empty()}});
    if (!active)
      obstacles.push_back("The number " + id + " is not in the daemon's configuration.");
    else if (!stopped.empty())
      obstacles.push_back("The number " + id + " may not send now: " + stopped);
    else
      per_second += number_of(n, "messagesPerSecond");
  }
  if (per_second <= 0)
    obstacles.push_back("No number of the campaign can send.");
  return per_second;
}

ordered_json show_messages(const ports::compiled_message& message, const json& recipients,
                           ordered_json& obstacles) {
  auto shown = ordered_json::array();
  for (const auto& r : recipients) {
    if (shown.size() >= static_cast<std::size_t>(previews))
      break;
    const auto phone = text_of(r, "phoneNumber");
    const auto variables = r.contains("variables") && r["variables"].is_object()
                               ? r["variables"].dump()
                               : std::string{"{}"};
    const auto body = message.preview(phone.empty() ? text_of(r, "userId") : phone, variables);
    if (body)
      shown.push_back({{"recipient", text_of(r, "id")},
                       {"message", ordered_json::parse(*body, nullptr, false)}});
    else if (const auto why = "A recipient's message cannot be rendered: " + body.problem().message;
             std::find(obstacles.begin(), obstacles.end(), why) == obstacles.end())
      obstacles.push_back(why);
  }
  return shown;
}

} // namespace

core::result<std::string> preflight(const context& c, const ports::principal& who,
                                    std::string_view id) {
  auto& store = *c.s.store;
  const auto campaign = store.load_campaign(who, id);
  if (!campaign)
    return campaign.problem();
  const auto shown = store.get_campaign(who, id);
  const auto templates = c.s.templates->list(who);
  const auto numbers = c.s.numbers->list(who);
  const auto recipients = c.s.recipients->list(who, id, "pending", {1, previews});
  for (const auto* answer : {&shown, &templates, &numbers, &recipients})
    if (!*answer)
      return answer->problem();

  const auto facts = json::parse(*shown, nullptr, false);
  auto obstacles = ordered_json::array();
  auto used = ordered_json::array();
  auto bodies = ordered_json::array();
  auto required = ordered_json::array();
  if (campaign->status != core::campaign_status::draft &&
      campaign->status != core::campaign_status::scheduled)
    obstacles.push_back("The campaign is " + std::string{core::to_string(campaign->status)} +
                        " already.");
  check_template(*campaign, rows_of(*templates), obstacles);
  const auto wanted =
      facts.is_object() && facts.contains("numberIds") ? facts["numberIds"] : json{};
  auto per_second = check_numbers(rows_of(*numbers), wanted, used, obstacles);
  if (campaign->rate_limit_per_minute)
    per_second = std::min(per_second, *campaign->rate_limit_per_minute / 60.0);
  if (const auto compiled = c.s.renderer->compile(*campaign)) {
    for (const auto& name : (*compiled)->required_variables())
      required.push_back(name);
    bodies = show_messages(**compiled, rows_of(*recipients), obstacles);
  } else {
    obstacles.push_back(compiled.problem().message);
  }

  const auto total = static_cast<std::int64_t>(campaign->recipients_total);
  const auto screened =
      facts.is_object() ? static_cast<std::int64_t>(number_of(facts, "screenedCount")) : 0;
  const auto sendable = std::max<std::int64_t>(0, total - screened);
  if (sendable == 0)
    obstacles.push_back("The list holds nobody who can be written to. A campaign for all customers "
                        "gets its list when it is sent.");
  ordered_json out;
  out["ready"] = obstacles.empty();
  out["obstacles"] = obstacles;
  out["totalRecipients"] = total;
  out["screenedCount"] = screened;
  out["sendable"] = sendable;
  out["numbers"] = used;
  out["messagesPerSecond"] = per_second;
  out["expectedDurationSeconds"] =
      per_second > 0 ? ordered_json(std::ceil(static_cast<double>(sendable) / per_second))
                     : ordered_json{};
  out["requiredVariables"] = required;
  out["previews"] = bodies;
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace stentor::api
