/// campaign create: a draft from options, from a file, or from both.

#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/recurrence_words.hpp"
#include "app/cli/remote_call.hpp"
#include "stentor/core/base/duration_text.hpp"
#include "stentor/core/campaign/arbitration.hpp"
#include "stentor/core/campaign/draft.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <optional>
#include <ostream>
#include <sstream>

namespace stentor::app {
namespace {

using nlohmann::json;

/// The fields of a new campaign, as options.
struct draft {
  std::string name, template_name, language, variables, scheduled_for, expires_at, window, in_doubt,
      description;
  std::string file, segment, recurrence, lateness, on_missed, overlap, plan, spread,
      scheduled_local, past_places, on_cap;
  std::vector<std::string> numbers, tags, languages;
  std::optional<int> rate_limit, max_retries, canary, max_recipients, priority;
  bool override_quiet_hours = false, ignore_caps = false;
  bool no_retries = false, everybody = false;
};

/// A JSON object, or an error that names the option.
core::result<json> object_in(const std::string& text, const char* option, const char* example) {
  auto value = json::parse(text, nullptr, false);
  if (!value.is_object())
    return core::error{core::errc::invalid,
                       std::string{option} + " must be a JSON object, such as " + example};
  return value;
}

/// The draft that a file holds, or an empty one; "-" is the standard input.
core::result<json> draft_in(const std::string& path, const console& to) {
  if (path.empty())
    return json::object();
  std::ostringstream text;
  if (path == "-" && to.in != nullptr) {
    text << to.in->rdbuf();
  } else {
    const std::ifstream file{path, std::ios::binary};
    if (!file.is_open())
      return core::error{core::errc::not_found, "can't read " + path};
    text << file.rdbuf();
  }
  auto draft = json::parse(text.str(), nullptr, false);
  if (!draft.is_object())
    return core::error{core::errc::invalid, path + " holds no JSON object"};
  return draft;
}

const char* target_of(const draft& d) {
  return d.everybody ? "all" : d.segment.empty() ? "imported" : "segment";
}

/// Options that hold JSON objects.
core::status put_objects(const draft& d, json& body) {
  struct object {
    const char* key;
    const char* option;
    const char* example;
    const std::string* text;
  };
  const object objects[] = {
      {"templateVariables", "--variables", R"({"1":"{{name}}"})", &d.variables},
      {"sendWindow", "--send-window", R"({"from":"09:00","until":"18:00","timeZone":"UTC"})",
       &d.window}};
  for (const auto& [key, option, example, text] : objects) {
    if (text->empty())
      continue;
    auto value = object_in(*text, option, example);
    if (!value)
      return value.error();
    body[key] = std::move(*value);
  }
  return core::ok{};
}

/// What --plan says, and over it the options that name one of its members.
core::status put_plan(const draft& d, json& body) {
  if (!d.plan.empty()) {
    auto plan = object_in(d.plan, "--plan", R"({"spread":{"over":"6h"}})");
    if (!plan)
      return plan.error();
    body["plan"] = std::move(*plan);
  }
  if (d.spread.empty() && d.on_cap.empty() && !d.canary && !d.max_recipients)
    return core::ok{};
  if (!body["plan"].is_object())
    body["plan"] = json::object();
  if (!d.on_cap.empty())
    body["plan"]["onCap"] = d.on_cap;
  if (d.max_recipients)
    body["plan"]["maxRecipients"] = *d.max_recipients;
  if (d.canary)
    body["plan"]["canary"] = {{"people", *d.canary}};
  if (!d.spread.empty())
    body["plan"]["spread"] = {{core::duration_from(d.spread) ? "over" : "until", d.spread}};
  return core::ok{};
}

/// What a file says of languages is not what the option means.
void settle_languages(const draft& d, json& body) {
  if (!d.language.empty())
    body.erase("templateLanguages");
  if (d.languages.empty())
    return;
  body.erase("templateLanguage");
  body["templateLanguages"] = d.languages;
}

/// The request's body: the file's members, and over them what the options say.
core::result<std::string> body_of(const draft& d, const console& to) {
  auto read = draft_in(d.file, to);
  if (!read)
    return read.error();
  auto body = std::move(*read);
  if (d.file.empty() || d.everybody || !d.segment.empty())
    body["targetType"] = target_of(d);
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty())
      body[key] = value;
  };
  put("name", d.name);
  put("templateName", d.template_name);
  put("description", d.description);
  put("templateLanguage", d.language);
  settle_languages(d, body);
  put("scheduledFor", d.scheduled_for);
  put("scheduledLocal", d.scheduled_local);
  put("pastPlaces", d.past_places);
  put("expiresAt", d.expires_at);
  put("inDoubtPolicy", d.in_doubt);
  put("lateness", d.lateness);
  put("onMissed", d.on_missed);
  put("overlap", d.overlap);
  if (auto s = put_plan(d, body); !s)
    return s.error();
  if (auto s = put_objects(d, body); !s)
    return s.error();
  if (!d.segment.empty()) {
    auto query = json::parse(d.segment, nullptr, false);
    const bool saved = !query.is_object();
    body[saved ? "segmentId" : "segmentQuery"] = saved ? json(d.segment) : std::move(query);
  }
  if (!d.recurrence.empty()) {
    const auto rule = recurrence_json(d.recurrence);
    if (!rule)
      return rule.error();
    body["recurrence"] = json::parse(*rule);
  }
  if (!d.numbers.empty())
    body["numberIds"] = d.numbers;
  if (!d.tags.empty())
    body["tags"] = d.tags;
  if (d.rate_limit)
    body["rateLimit"] = *d.rate_limit;
  if (d.max_retries)
    body["maxRetries"] = *d.max_retries;
  if (d.override_quiet_hours)
    body["overrideQuietHours"] = true;
  if (d.ignore_caps)
    body["ignoreCaps"] = true;
  if (d.priority)
    body["priority"] = *d.priority;
  if (d.no_retries)
    body["retryFailed"] = false;
  return body.dump();
}

void add_schedule(CLI::App& create, draft& d) {
  create.add_option("--scheduled-for", d.scheduled_for,
                    "When it begins after `start`: 2026-06-01T10:00:00Z");
  create.add_option("--scheduled-local", d.scheduled_local,
                    "When it begins by the clock of each recipient: 2026-12-01T10:00");
  create
      .add_option("--past-places", d.past_places,
                  "With --scheduled-local: of places where that is past at the start [next_day]")
      ->check(CLI::IsMember({"next_day", "send", "skip"}));
  create.add_option("--expires-at", d.expires_at, "Nothing is sent after this");
  create.add_option(
      "--recur", d.recurrence,
      "Runs again and again after `start`, each time to whom --everybody or --segment means then: "
      "'weekly on TH at 10:00 Asia/Kolkata until 2027-03-01', 'every 2 days at 09:00,18:00 UTC', "
      "'monthly on 2TU,-1FR at 10:00 Europe/Berlin 12 times', 'monthly on 1,-1 at 10:00 UTC except "
      "2027-01-01'");
  create.add_option("--lateness", d.lateness,
                    "How late it may start if nobody was there at its time: 30m [2h; a run 1h]");
  create
      .add_option(
          "--on-missed", d.on_missed,
          "What becomes of a time missed by more: pause, send or skip [pause]; with --recur "
          "skip or run_latest [skip]")
      ->check(CLI::IsMember({"pause", "send", "skip", "run_latest"}));
  create
      .add_option("--overlap", d.overlap,
                  "With --recur: of a run while the one before is not over [skip]")
      ->check(CLI::IsMember({"skip", "allow"}));
  create.add_option("--spread", d.spread,
                    "Spreads it evenly instead of sending as fast as its numbers can: over a time "
                    "in which people may be written to, 6h, or until 2026-06-01T18:00:00Z");
  create.add_flag("--override-quiet-hours", d.override_quiet_hours,
                  "Marketing may go in quiet hours; for the role admin");
  create
      .add_option(
          "--priority", d.priority,
          "9 to 1 [5]: from campaigns of a lower one it gets people whom the frequency caps "
          "would keep from it, as long as their messages wait")
      ->check(CLI::Range(core::priority_least, core::priority_most));
  create
      .add_option("--on-cap", d.on_cap,
                  "Of whoever had enough marketing when it starts: he gets nothing, or waits until "
                  "he may get some again [skip]")
      ->check(CLI::IsMember({"skip", "wait"}));
  create.add_flag("--ignore-caps", d.ignore_caps,
                  "Also to people who had enough marketing; for the role admin");
  create
      .add_option("--max-recipients", d.max_recipients,
                  "So many people get it at most; chance chooses them")
      ->check(CLI::Range(1, 2'147'483'647));
  create.add_option("--canary", d.canary,
                    "So many people go first, chosen by chance; the rest waits until gates have "
                    "judged what became of them (1000 are a good number)");
  create.add_option("--plan", d.plan,
                    R"(The plan as JSON, in the API's names: {"spread":{"over":"6h"}})");
}

} // namespace

void add_campaign_create(CLI::App& campaign, std::shared_ptr<command_context> context) {
  auto* create =
      campaign.add_subcommand("create", "Make a campaign; it is a draft until it is started");
  const auto call = add_call(*create);
  const auto d = std::make_shared<draft>();
  create->add_option("--name", d->name, "What people call it");
  create->add_option("--template", d->template_name, "Name of an approved template");
  create->add_option("--file", d->file,
                     "The draft as JSON, in the API's names; - for the standard input. Options "
                     "beside it win");
  auto* language = create->add_option("--language", d->language, "The template's language [en_US]");
  create
      ->add_option("--languages", d->languages,
                   "Its languages, each person gets his own: en_US,pt_BR. The first one is for "
                   "whoever speaks none of them")
      ->delimiter(',')
      ->excludes(language);
  create->add_option(
      "--variables", d->variables,
      R"(What fills the template, as JSON: {"1":"{{name|friend}}"}. Keys are the template's: 1, 2 or names of the body, )"
      R"(header.1, button.0 (what a link ends with); preflight names those that lack)");
  create->add_option("--number", d->numbers, "phone_number_id to send from; may be repeated [all]");
  create->add_option("--rate-limit", d->rate_limit, "Messages per minute [what the numbers allow]")
      ->check(CLI::Range(1, core::draft_limits::rate_limit_max));
  add_schedule(*create, *d);
  create->add_option(
      "--send-window", d->window,
      R"(When it may send: {"days":[1,2,3,4,5],"from":"09:00","until":"18:00","timeZone":"Asia/Kolkata"})");
  create->add_option("--max-retries", d->max_retries, "Retries per person [3]")
      ->check(CLI::Range(0, core::draft_limits::retries_max));
  create->add_flag("--no-retries", d->no_retries, "A failure is final");
  create
      ->add_option("--in-doubt", d->in_doubt,
                   "What becomes of a message that may have been sent [hold]")
      ->check(CLI::IsMember({"hold", "resend", "fail"}));
  create->add_option("--description", d->description, "A note for people");
  create->add_option("--tag", d->tags, "May be repeated");
  auto* segment = create->add_option(
      "--segment", d->segment,
      R"(To the customers of a saved segment, by its id, or whom a query finds: {"conditions":[{"field":"city","operator":"eq","value":"Pune"}]})");
  create
      ->add_flag(
          "--everybody", d->everybody,
          "To all customers, for marketing those who agreed to it, instead of an imported list")
      ->excludes(segment);
  create->footer("Prints the new campaign's id.\nExample: stentor campaign create --name 'Bali "
                 "summer' --template "
                 "summer_offer --variables '{\"1\":\"{{name}}\"}'");
  create->callback([=] {
    if (d->file.empty() && (d->name.empty() || d->template_name.empty()))
      throw CLI::ValidationError{"give --name and --template, or a draft in --file"};
    context->chosen = [=] {
      const auto body = body_of(*d, context->to);
      if (!body)
        return report(context->to, body.error());
      return perform(*context, *call, {"POST", "/api/whatsapp/campaigns", *body},
                     [&](const json& made) { context->to.out << text_of(made, "id") << "\n"; });
    };
  });
}

} // namespace stentor::app
