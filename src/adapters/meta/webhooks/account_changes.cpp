#include "adapters/meta/webhooks/account_changes.hpp"

#include <algorithm>
#include <utility>

namespace stentor::meta {

namespace {

constexpr std::size_t limit_size_max = 32;

/// "en-US" comes as well as "en_US".
std::string language_of(std::string_view text) {
  auto language = without_nul(text);
  std::replace(language.begin(), language.end(), '-', '_');
  return language;
}

ports::template_change of_template(element value, const std::string& account) {
  ports::template_change change;
  change.waba_id = account;
  change.name = id_of(text_at(value, "message_template_name"));
  change.language = language_of(text_at(value, "message_template_language"));
  return change;
}

void read_status(element value, ports::template_change& change) {
  change.event = id_of(text_at(value, "event"));
  change.reason = readable(without_nul(text_at(value, "reason")));
  std::string title;
  if (element info; value["other_info"].get(info) == simdjson::SUCCESS)
    title = readable(without_nul(text_at(info, "title")));
  change.stops_sending = title != "UNPAUSE" && change.event != "APPROVED" &&
                         change.event != "REINSTATED" && change.event != "UNARCHIVED";
  if (change.reason.empty() || change.reason == "NONE")
    change.reason = std::move(title);
}

/// `correct_category` announces what `category_update_timestamp` brings; else the change is made.
void read_category(element value, ports::template_change& change) {
  change.category = without_nul(text_at(value, "new_category"));
  change.next_category = without_nul(text_at(value, "correct_category"));
  if (change.next_category == change.category)
    change.next_category.clear();
  if (!change.next_category.empty())
    change.next_category_at_ms = time_at(value, "category_update_timestamp", 0);
}

/// Whether an account update stops or frees sending at all.
bool read_restriction(element value, ports::account_change& change) {
  if (change.event == "ACCOUNT_RESTRICTION") {
    bool any = false;
    for_each_at(value, "restriction_info", [&](element restriction) {
      any = true;
      if (text_at(restriction, "restriction_type") != "RESTRICTED_BIZ_INITIATED_MESSAGING")
        return;
      change.stops_sending = true;
      change.until_ms = std::max(change.until_ms, time_at(restriction, "expiration", 0));
    });
    return change.stops_sending || !any; // without any it is the lift of an earlier one
  }
  if (change.event == "DISABLED_UPDATE") {
    element ban;
    if (value["ban_info"].get(ban) != simdjson::SUCCESS)
      return false;
    const auto state = text_at(ban, "waba_ban_state");
    change.stops_sending = state == "DISABLE";
    return change.stops_sending || state == "REINSTATE";
  }
  change.stops_sending = change.event == "ACCOUNT_DELETED" || change.event == "ACCOUNT_OFFBOARDED";
  return change.stops_sending || change.event == "ACCOUNT_RECONNECTED";
}

bool is_limit(std::string_view word) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return word.size() <= limit_size_max && !word.empty() &&
         (word == "UNTIERED" || word.starts_with("TIER_") ||
          (word.front() != '0' && std::all_of(word.begin(), word.end(), is_digit)));
}

} // namespace

bool is_about_template(std::string_view field) noexcept {
  return field == "message_template_status_update" || field == "template_category_update" ||
         field == "message_template_quality_update";
}

bool is_about_account(std::string_view field) noexcept {
  return field == "account_update" || field == "phone_number_quality_update" ||
         field == "business_capability_update";
}

std::optional<ports::template_change> template_change_in(std::string_view field, element value,
                                                         const std::string& account) {
  auto change = of_template(value, account);
  if (field == "message_template_status_update")
    read_status(value, change);
  else if (field == "template_category_update")
    read_category(value, change);
  else
    change.quality = id_of(text_at(value, "new_quality_score"));
  if (change.name.empty() ||
      (change.event.empty() && change.category.empty() && change.quality.empty()))
    return std::nullopt;
  return change;
}

std::optional<ports::account_change> account_change_in(std::string_view field, element value,
                                                       const std::string& account) {
  ports::account_change change;
  change.waba_id = account;
  element partner;
  if (value["waba_info"].get(partner) == simdjson::SUCCESS) {
    if (auto id = word_at(partner, "waba_id"); !id.empty())
      change.waba_id = std::move(id);
  }
  change.event = without_nul(text_at(value, "event"));
  const bool of_account = field == "account_update";
  change.display_phone_number =
      without_nul(text_at(value, of_account ? "phone_number" : "display_phone_number"));
  if (change.event.empty() || (of_account && !read_restriction(value, change)))
    return std::nullopt;
  return change;
}

/// Meta writes TIER_10K or a number of people, which in old versions is -1 without a limit.
std::optional<ports::limit_change> limit_change_in(element value, const std::string& account) {
  auto limit = word_at(value, "max_daily_conversations_per_business");
  if (limit.empty())
    limit = word_at(value, "current_limit");
  if (limit == "-1")
    limit = "TIER_UNLIMITED";
  if (!is_limit(limit))
    return std::nullopt;
  return ports::limit_change{account, std::move(limit)};
}

} // namespace stentor::meta
