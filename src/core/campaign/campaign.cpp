/// Names and allowed transitions of campaigns. Pure; any thread.
#include "stentor/core/campaign/campaign.hpp"

#include "stentor/core/base/enum_names.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 8> status_names{
    "draft", "scheduled", "sending", "paused", "completed", "cancelled", "expired", "failed"};

constexpr std::array<std::string_view, 2> kind_names{"once", "recurring"};

} // namespace

std::string_view to_string(campaign_status s) noexcept {
  return name_in(status_names, s);
}

std::optional<campaign_status> campaign_status_from(std::string_view text) noexcept {
  return value_in<campaign_status>(status_names, text);
}

std::string_view to_string(campaign_kind k) noexcept {
  return name_in(kind_names, k);
}

std::optional<campaign_kind> campaign_kind_from(std::string_view text) noexcept {
  return value_in<campaign_kind>(kind_names, text);
}

bool may_become(campaign_status from, campaign_status to, late_tries tries) noexcept {
  using enum campaign_status;
  switch (from) {
  case draft: // failed: a run of a recurring campaign that could not start
    return to == scheduled || to == sending || to == failed;
  case scheduled: // back to draft: somebody takes the launch back; paused: its time was missed
    return to == draft || to == sending || to == paused || to == cancelled || to == expired ||
           to == failed;
  case sending:
    return to == paused || to == completed || to == cancelled || to == expired || to == failed;
  case paused: // before its list was drawn: it waits for that again, or is taken back
    return to == sending || to == cancelled || to == expired || to == failed || to == scheduled ||
           to == draft;
  case completed:
    return tries == late_tries::waiting && (to == paused || to == cancelled);
  case cancelled:
  case expired:
  case failed:
    return false;
  }
  return false;
}

bool parent_may_become(campaign_status from, campaign_status to) noexcept {
  using enum campaign_status;
  switch (from) {
  case draft:
    return to == scheduled;
  case scheduled:
    return to == paused || to == completed || to == cancelled;
  case paused:
    return to == scheduled || to == cancelled;
  case sending:
  case completed:
  case cancelled:
  case expired:
  case failed:
    return false;
  }
  return false;
}

untouched untouched_in(campaign_status s) noexcept {
  using enum campaign_status;
  if (s == expired)
    return untouched::expired;
  return s == cancelled || s == failed ? untouched::cancelled : untouched::pending;
}

std::vector<std::string> languages_of(const campaign& c) {
  std::vector<std::string> all{c.template_language};
  for (const auto& each : c.translations)
    all.push_back(each.language);
  return all;
}

std::string language_at(const campaign& c, std::int16_t lang) {
  if (lang == 0 || c.translations.empty())
    return c.template_language;
  const auto index = static_cast<std::size_t>(lang) - 1;
  return lang > 0 && index < c.translations.size() ? c.translations[index].language : std::string{};
}

} // namespace stentor::core
