#include "stentor/core/campaign/preflight.hpp"

#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/message_template/media.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace stentor::core {

namespace {

using sentences = std::vector<sentence>;

/// Who starts a draft this short behind its time means now.
constexpr std::chrono::minutes scheduled_late_most{1};

void check_state(const campaign& c, sentences& obstacles) {
  if (!may_be_told(c.status, campaign_command::launch))
    obstacles.push_back(make_sentence("started_already", "The campaign is {status} already.",
                                      {{"status", std::string{to_string(c.status)}}}));
}

void check_translation(const launch_facts& facts, const std::string& account,
                       const std::string& language, const std::string& status,
                       sentences& obstacles) {
  if (status == "APPROVED")
    return;
  sentence_params params{
      {"template", facts.what.template_name}, {"language", language}, {"account", account}};
  if (status.empty()) {
    obstacles.push_back(
        make_sentence("template_unknown",
                      "The template \"{template}\" in {language} is not known in the WhatsApp "
                      "business account {account}: synchronise templates, or check its name and "
                      "language.",
                      std::move(params)));
  } else {
    params.emplace_back("status", status);
    obstacles.push_back(make_sentence("template_not_approved",
                                      "The template \"{template}\" in {language} is {status} in "
                                      "the WhatsApp business account {account}; Meta must have "
                                      "approved it.",
                                      std::move(params)));
  }
}

/// One sentence for each business account and language in which the template can't be sent.
void check_template(const launch_facts& facts, sentences& obstacles) {
  std::set<std::string> accounts;
  for (const auto& number : facts.numbers) {
    if (!accounts.insert(number.waba_id).second)
      continue;
    check_translation(facts, number.waba_id, facts.what.template_language, number.template_status,
                      obstacles);
    for (std::size_t i = 0; i < facts.what.translations.size(); ++i)
      check_translation(facts, number.waba_id, facts.what.translations[i].language,
                        i < number.translation_statuses.size() ? number.translation_statuses[i]
                                                               : std::string{},
                        obstacles);
  }
}

sentence warn_of_quality(const launch_number& number) {
  const auto percent = std::to_string(std::lround(number.marketing_share * 100));
  return number.marketing_share > 0
             ? make_sentence("number_quality_low",
                             "Meta rates the sending number {number} {quality}: it sends {percent} "
                             "% of its rate of marketing.",
                             {{"number", number.phone_number_id},
                              {"quality", number.quality},
                              {"percent", percent}})
             : make_sentence("number_quality_bars",
                             "Meta rates the sending number {number} {quality}: it sends no "
                             "marketing until that is better.",
                             {{"number", number.phone_number_id}, {"quality", number.quality}});
}

/// The messages per second of the numbers that can send.
double check_numbers(const launch_facts& facts, preflight_result& to) {
  double per_second = 0;
  bool sends = false;
  for (const auto& number : facts.numbers) {
    if (!number.active) {
      to.obstacles.push_back(
          make_sentence("number_not_configured",
                        "The sending number {number} is not part of the current configuration.",
                        {{"number", number.phone_number_id}}));
    } else if (number.stopped_reason) {
      to.warnings.push_back(
          make_sentence("number_stopped", "The sending number {number} may not send now: {reason}",
                        quoting(*number.stopped_reason, {{"number", number.phone_number_id}})));
    } else {
      const auto share = facts.for_marketing ? number.marketing_share : 1;
      if (share < 1)
        to.warnings.push_back(warn_of_quality(number));
      sends = true; // the rating may be better by then
      per_second += share * number.per_second;
    }
  }
  if (facts.numbers.empty())
    to.obstacles.push_back(make_sentence(
        "no_number",
        "There is no active sending number: configure one, or name others in numberIds."));
  else if (!sends)
    to.obstacles.push_back(make_sentence("no_number_sends", "No number of the campaign can send."));
  return per_second;
}

void check_list(const launch_facts& facts, preflight_result& to) {
  if (facts.lacks_segment && (facts.recipients == 0 || facts.list_is_made_at_launch))
    to.obstacles.push_back(make_sentence(
        "segment_missing",
        "targetType is \"segment\", and there is no segmentId or segmentQuery that says who."));
  else if (auto note = note_of_union(facts))
    to.warnings.push_back(std::move(*note));
  else if (facts.recipients == 0 && facts.list_of_nobody)
    to.obstacles.push_back(
        facts.for_marketing
            ? make_sentence("no_customers",
                            "No customer who has agreed to marketing is among those it is for.")
            : make_sentence("no_customers_at_all", "No customer is among those it is for."));
  else if (facts.recipients == 0 && facts.list_is_made_at_launch)
    to.warnings.push_back(make_sentence(
        "list_made_at_launch", "The list is made of the customers when the campaign starts."));
  else if (facts.recipients == 0)
    to.obstacles.push_back(make_sentence(
        "no_recipients", "The campaign has no recipients: import a list, add some, or choose "
                         "targetType \"all\" or \"segment\"."));
  else if (facts.recipients <= facts.screened)
    to.obstacles.push_back(make_sentence("all_screened_out",
                                         "All recipients were screened out: {reasons}.",
                                         {{"reasons", facts.screened_by}}));
  if (facts.holds_refusals && facts.for_marketing)
    to.obstacles.push_back(
        make_sentence("consent_missing",
                      "The list was imported while the template was not for marketing, and holds "
                      "people without consent: make a new campaign and import it again."));
}

/// A campaign that is scheduled already is started now; a draft waits for its time.
void check_times(const campaign& c, wall_time now, sentences& obstacles) {
  if (c.status == campaign_status::draft && c.scheduled_for &&
      *c.scheduled_for < now - scheduled_late_most)
    obstacles.push_back(make_sentence(
        "time_has_passed",
        "scheduledFor: {at} has passed. Give it a time to come, or none to start now.",
        {{"at", to_text(*c.scheduled_for)}}));
  const auto starts = std::max(now, c.scheduled_for.value_or(now));
  if (c.expires_at && *c.expires_at <= starts)
    obstacles.push_back(
        make_sentence("expires_before_start", "expiresAt lies before the campaign would start."));
}

/// A mistake that only its people show costs fewer of them.
void propose_canary(const launch_facts& facts, preflight_result& to) {
  const auto people = facts.recipients - facts.screened;
  if (facts.has_canary || people <= facts.canary_proposed_above)
    return;
  to.warnings.push_back(make_sentence(
      "canary_proposed",
      "{people} people get it, and nobody goes first: with plan.canary some do, and the rest waits "
      "until it is seen what became of them.",
      {{"people", std::to_string(people)}}));
}

/// By one account at least.
bool is_known_in_each_language(const launch_facts& facts) {
  const auto anywhere = [&](auto status_of) {
    return std::any_of(facts.numbers.begin(), facts.numbers.end(),
                       [&](const auto& number) { return !status_of(number).empty(); });
  };
  bool known = anywhere([](const auto& n) { return n.template_status; });
  for (std::size_t i = 0; i < facts.what.translations.size(); ++i)
    known = known && anywhere([i](const auto& n) {
              return i < n.translation_statuses.size() ? n.translation_statuses[i] : std::string{};
            });
  return known;
}

void warn_of_tries(const launch_facts& facts, preflight_result& to) {
  const auto tries = facts.what.recovery.tries.value_or(0);
  if (tries > recovery_limits::tries_advised)
    to.warnings.push_back(make_sentence(
        "recovery_beyond_advice",
        "plan.recovery.tries: {tries} tries with people of whom Meta says that they had enough "
        "marketing (131049) are more than Meta advises: one or two.",
        {{"tries", std::to_string(tries)}}));
}

void warn_of_no_caps(const launch_facts& facts, preflight_result& to) {
  if (facts.ignores_caps && facts.for_marketing)
    to.warnings.push_back(make_sentence(
        "caps_ignored",
        "It goes to people too who had enough marketing: an administrator set ignoreCaps."));
}

void check_messages(const launch_facts& facts, const sample_renderings& renderings,
                    preflight_result& to) {
  // An unknown template was named above; what a stranger's pieces lack says nothing.
  const bool known = is_known_in_each_language(facts);
  if (!renderings.compile_problem.empty()) {
    if (known || facts.numbers.empty())
      to.obstacles.push_back(make_sentence("message_cannot_be_made", "{problem}",
                                           {{"problem", renderings.compile_problem}}));
    return;
  }
  if (renderings.problems.empty())
    return;
  const sentence_params params{
      {"problem", renderings.problems.front()},
      {"failed", std::to_string(renderings.problems.size())},
      {"samples", std::to_string(renderings.rendered +
                                 static_cast<std::int64_t>(renderings.problems.size()))}};
  // Who was picked says nothing of the customers who are looked up later.
  if (renderings.rendered == 0 && !facts.list_is_made_at_launch)
    to.obstacles.push_back(make_sentence(
        "nothing_can_be_rendered",
        "None of the first {samples} recipients' messages can be rendered: {problem}", params));
  else
    to.warnings.push_back(make_sentence("some_cannot_be_rendered",
                                        "{failed} of the first {samples} recipients' messages "
                                        "can't be rendered, and those people will get none: "
                                        "{problem}",
                                        params));
}

/// Whether its header takes them; told once for all numbers.
bool fits_header(const launch_media& one, sentences& obstacles) {
  const auto kind = media_kind_of_slot(one.slot);
  const auto* const format = media_format_of(one.mime);
  if (one.mime.empty())
    obstacles.push_back(make_sentence("media_unknown",
                                      "{slot} names the media {media}, which are not there: upload "
                                      "the file (POST /api/whatsapp/media) and name its id.",
                                      {{"slot", one.slot}, {"media", one.id}}));
  else if (!kind || format == nullptr || format->kind != *kind)
    obstacles.push_back(make_sentence(
        "media_of_other_kind", "{slot} takes another kind of file than {mime}, which {media} are.",
        {{"slot", one.slot}, {"mime", one.mime}, {"media", one.id}}));
  else
    return true;
  return false;
}

/// Media that are on their way are waited for; those that Meta refused are mended by people.
void check_media(const launch_facts& facts, preflight_result& to) {
  std::string slot;
  bool fits = false;
  bool told = false;
  for (const auto& one : facts.media) {
    if (one.slot != slot) {
      slot = one.slot;
      fits = fits_header(one, to.obstacles);
      told = false;
    }
    if (!fits || one.is_there || one.number.empty())
      continue;
    if (one.refused)
      to.obstacles.push_back(
          make_sentence("media_missing", "{reason} Upload another file.", quoting(*one.refused)));
    else if (!std::exchange(told, true))
      to.warnings.push_back(make_sentence(
          "media_not_uploaded",
          "{slot}: the media {media} are not uploaded for the number {number} yet. That is done "
          "before it sends, as for all numbers of the campaign.",
          {{"slot", one.slot}, {"media", one.id}, {"number", one.number}}));
  }
}

} // namespace

std::optional<sentence> note_of_union(const launch_facts& facts) {
  if (!facts.list_is_made_at_launch || facts.recipients == 0)
    return std::nullopt;
  return make_sentence(
      "list_is_union",
      "Those picked by hand ({picked}) and the customers it is for get it, each of them once; the "
      "customers are looked up when the campaign starts.",
      {{"picked", std::to_string(facts.recipients)}});
}

preflight_result check_launch(const launch_facts& facts, const sample_renderings& renderings,
                              wall_time now) {
  preflight_result result;
  check_state(facts.what, result.obstacles);
  result.messages_per_second = check_numbers(facts, result);
  if (const auto limit = facts.what.rate_limit_per_minute)
    result.messages_per_second = std::min(result.messages_per_second, *limit / 60.0);
  check_template(facts, result.obstacles);
  check_list(facts, result);
  propose_canary(facts, result);
  warn_of_tries(facts, result);
  warn_of_no_caps(facts, result);
  check_times(facts.what, now, result.obstacles);
  check_media(facts, result);
  check_messages(facts, renderings, result);
  return result;
}

} // namespace stentor::core
