/// The limits of a draft, field by field. Pure; any thread.
#include "stentor/core/campaign/draft.hpp"

#include "stentor/core/base/duration_text.hpp"
#include "stentor/core/base/enum_names.hpp"
#include "stentor/core/base/printable.hpp"
#include "stentor/core/campaign/arbitration.hpp"
#include "stentor/core/message_template/slot_text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 4> target_names{"all", "segment", "manual", "imported"};
constexpr std::int32_t day_minutes = 24 * 60;

class draft_check {
public:
  void wrong(std::string path, std::string sentence) {
    problems_.push_back({std::move(path), std::move(sentence)});
  }

  void text(const char* path, const std::optional<std::string>& value, std::size_t bytes_max,
            bool may_be_empty, bool lines = false) {
    if (!value)
      return;
    if (value->empty() && !may_be_empty)
      wrong(path, "is required");
    bytes(path, *value, bytes_max, lines);
  }

  void texts(const char* path, const std::optional<std::vector<std::string>>& values,
             std::size_t entries_max, std::size_t bytes_max) {
    if (!values)
      return;
    if (values->size() > entries_max)
      return wrong(path, "holds more than " + std::to_string(entries_max) + " entries");
    for (std::size_t i = 0; i < values->size(); ++i)
      bytes(std::string{path} + "[" + std::to_string(i) + "]", (*values)[i], bytes_max);
  }

  void between(const char* path, std::int32_t value, std::int32_t least, std::int32_t most) {
    if (value < least || value > most)
      wrong(path, "expected " + std::to_string(least) + " to " + std::to_string(most));
  }

  void bytes(std::string path, std::string_view value, std::size_t most, bool lines = false) {
    if (value.size() > most)
      wrong(path, "is longer than " + std::to_string(most) + " bytes");
    if (value.find('\0') != std::string_view::npos)
      wrong(std::move(path), "holds a NUL character");
    else if (has_control(value, lines)) // lists and logs show it on one line
      wrong(std::move(path), "holds a control character, such as a line break");
  }

  std::vector<draft_problem> take() { return std::move(problems_); }

private:
  std::vector<draft_problem> problems_;
};

void check_window(draft_check& check, const send_window& window) {
  if (window.from_minute < 0 || window.from_minute >= day_minutes)
    check.wrong("sendWindow.from", "expected a time of day such as 09:00");
  if (window.until_minute < 0 || window.until_minute > day_minutes)
    check.wrong("sendWindow.until", "expected a time of day such as 21:00");
  if (std::any_of(window.days.begin(), window.days.end(),
                  [](std::uint8_t day) { return day < 1 || day > 7; }))
    check.wrong("sendWindow.days", "expected numbers from 1 (Monday) to 7 (Sunday)");
  if (window.time_zone.empty())
    check.wrong("sendWindow.timeZone", "is required");
  check.bytes("sendWindow.timeZone", window.time_zone, draft_limits::time_zone_bytes_max);
}

void check_languages(draft_check& check, const campaign_draft& draft) {
  using namespace draft_limits;
  check.text("templateLanguage", draft.template_language, template_language_bytes_max, false);
  if (!draft.template_languages)
    return;
  const auto& all = *draft.template_languages;
  if (all.empty())
    check.wrong("templateLanguages", "expected at least one language; the first is for whoever "
                                     "speaks none of them");
  if (all.size() > template_languages_max)
    return check.wrong("templateLanguages",
                       "holds more than " + std::to_string(template_languages_max) + " entries");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto key = language_key(all[i]);
    const auto path = "templateLanguages[" + std::to_string(i) + "]";
    if (key.empty() || all[i].size() > template_language_bytes_max)
      check.wrong(path, "expected the code of a language as Meta writes it, such as en or pt_BR");
    else if (!seen.insert(key).second)
      check.wrong(path, "is there twice");
  }
  if (draft.template_language && !all.empty() && *draft.template_language != all.front())
    check.wrong("templateLanguage", "is not the first of templateLanguages: leave one of both out");
}

} // namespace

std::string_view to_string(target_type t) noexcept {
  return name_in(target_names, t);
}

std::optional<target_type> target_type_from(std::string_view text) noexcept {
  return value_in<target_type>(target_names, text);
}

std::vector<draft_problem> problems_of(const campaign_draft& draft, bool creating) {
  using namespace draft_limits;
  draft_check check;
  if (creating && !draft.name)
    check.wrong("name", "is required");
  check.text("name", draft.name, name_bytes_max, false);
  check.text("description", draft.description, description_bytes_max, true, true);
  check.text("templateId", draft.template_id, template_id_bytes_max, true);
  if (creating && !draft.template_name)
    check.wrong("templateName", "is required");
  check.text("templateName", draft.template_name, template_name_bytes_max, false);
  check_languages(check, draft);
  if (draft.rate_limit_per_minute && *draft.rate_limit_per_minute)
    check.between("rateLimit", **draft.rate_limit_per_minute, 1, rate_limit_max);
  if (draft.retries_max)
    check.between("maxRetries", *draft.retries_max, 0, draft_limits::retries_max);
  if (draft.priority)
    check.between("priority", *draft.priority, priority_least, priority_most);
  if (draft.window && *draft.window)
    check_window(check, **draft.window);
  if (draft.segment_id && *draft.segment_id) {
    check.bytes("segmentId", **draft.segment_id, segment_id_bytes_max);
    if (draft.segment && *draft.segment)
      check.wrong("segmentId", "goes without segmentQuery: one of both says who");
  }
  check.texts("excludeSegments", draft.exclude_segments, exclude_segments_max,
              segment_id_bytes_max);
  if (draft.lateness && *draft.lateness &&
      (**draft.lateness < lateness_least || **draft.lateness > lateness_most))
    check.wrong("lateness", "expected " + duration_text(lateness_least) + " to " +
                                duration_text(lateness_most));
  check.texts("numberIds", draft.number_ids, number_ids_max, number_id_bytes_max);
  check.texts("tags", draft.tags, tags_max, tag_bytes_max);
  return check.take();
}

std::vector<draft_problem> problems_of_slots(const json_value& texts) {
  draft_check check;
  for (const auto& [slot, text] : texts.members)
    if (text.is == json_value::kind::text)
      if (const auto problem = read_slot_text(slot, text.text).problem)
        check.wrong("templateVariables." + slot, problem->text);
  return check.take();
}

std::vector<draft_problem> problems_of(const schedule_terms& terms) {
  draft_check check;
  const bool recurring = terms.kind == campaign_kind::recurring;
  if (recurring && terms.has_time)
    check.wrong("scheduledFor", "can't stand beside recurrence, which says when it runs");
  if (terms.has_local_time && (terms.has_time || recurring))
    check.wrong("scheduledLocal", recurring ? "can't stand beside recurrence, which says when it "
                                              "runs"
                                            : "can't stand beside scheduledFor: one of both says "
                                              "when it starts");
  if (terms.says_past_places && !terms.has_local_time)
    check.wrong("pastPlaces", "belongs to scheduledLocal");
  if (recurring && terms.expires)
    check.wrong("expiresAt", "can't stand beside recurrence, which ends by until or count");
  if (recurring && terms.target != target_type::all && terms.target != target_type::segment)
    check.wrong("targetType", "expected all or segment: a recurring campaign looks its people up "
                              "anew for each run");
  if (recurring && terms.has_people)
    check.wrong("recurrence", "there are people on the campaign's list, and a recurring campaign "
                              "looks its people up anew for each run: make a new one");
  if (terms.missed && !fits(*terms.missed, terms.kind))
    check.wrong("onMissed", recurring ? "expected skip or run_latest, as it is recurring"
                                      : "expected pause, send or skip, as it is sent once");
  if (recurring && terms.plan.spread && terms.plan.spread->until)
    check.wrong("plan.spread.until", "is one moment, and a recurring campaign has many runs: say "
                                     "how long by over");
  const bool drawn = terms.target == target_type::all || terms.target == target_type::segment;
  if (terms.plan.audience_at && !drawn)
    check.wrong("plan.audienceAt", "belongs to targetType all or segment: another list is there "
                                   "before the campaign starts");
  if (recurring && terms.plan.audience_at == audience_time::launch)
    check.wrong("plan.audienceAt", "expected start: a recurring campaign looks its people up anew "
                                   "for each run");
  if (!recurring && terms.overlap)
    check.wrong("overlap", "belongs to a campaign with recurrence");
  return check.take();
}

std::optional<std::int32_t> minute_of_day(std::string_view text) noexcept {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4))
    return std::nullopt;
  const auto pair = [&](std::size_t i) { return (text[i] - '0') * 10 + (text[i + 1] - '0'); };
  const auto minutes = pair(0) * 60 + pair(3);
  if (pair(3) > 59 || minutes > day_minutes)
    return std::nullopt;
  return minutes;
}

std::string clock_text(std::int32_t minute) {
  const auto two = [](std::int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(minute / 60) + ":" + two(minute % 60);
}

} // namespace stentor::core
