/// campaign create, import, preflight, plan, start, pause, resume, cancel, status, list, export;
/// and why.

#include "app/cli/campaign_text.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/plan_text.hpp"
#include "app/cli/remote_call.hpp"
#include "stentor/core/base/percent.hpp"
#include "stentor/core/base/printable.hpp"
#include "stentor/core/campaign/draft.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <system_error>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* campaigns = "/api/whatsapp/campaigns";

/// The fields of a new campaign, as options.
struct draft {
  std::string name, template_name, language, variables, scheduled_for, expires_at, window, in_doubt,
      description;
  std::vector<std::string> numbers, tags;
  std::optional<int> rate_limit, max_retries;
  bool no_retries = false, everybody = false;
};

/// The request's body; an error names the option that holds no JSON.
core::result<std::string> body_of(const draft& d) {
  json body{{"name", d.name},
            {"templateName", d.template_name},
            {"targetType", d.everybody ? "all" : "imported"}};
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty())
      body[key] = value;
  };
  put("description", d.description);
  put("templateLanguage", d.language);
  put("scheduledFor", d.scheduled_for);
  put("expiresAt", d.expires_at);
  put("inDoubtPolicy", d.in_doubt);
  struct object {
    const char* key;
    const char* option;
    const std::string* text;
  };
  const object objects[] = {{"templateVariables", "--variables", &d.variables},
                            {"sendWindow", "--send-window", &d.window}};
  for (const auto& [key, option, text] : objects) {
    if (text->empty())
      continue;
    auto value = json::parse(*text, nullptr, false);
    if (!value.is_object())
      return core::error{core::errc::invalid,
                         std::string{option} +
                             " must be a JSON object, such as {\"1\":\"{{name}}\"}"};
    body[key] = std::move(value);
  }
  if (!d.numbers.empty())
    body["numberIds"] = d.numbers;
  if (!d.tags.empty())
    body["tags"] = d.tags;
  if (d.rate_limit)
    body["rateLimit"] = *d.rate_limit;
  if (d.max_retries)
    body["maxRetries"] = *d.max_retries;
  if (d.no_retries)
    body["retryFailed"] = false;
  return body.dump();
}

void add_create(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* create =
      campaign.add_subcommand("create", "Make a campaign; it is a draft until it is started");
  const auto call = add_call(*create);
  const auto d = std::make_shared<draft>();
  create->add_option("--name", d->name, "What people call it")->required();
  create->add_option("--template", d->template_name, "Name of an approved template")->required();
  create->add_option("--language", d->language, "The template's language [en_US]");
  create->add_option(
      "--variables", d->variables,
      R"(What fills the template, as JSON: {"1":"{{name|friend}}"}. Keys are the template's: 1, 2 or names of the body, )"
      R"(header.1, button.0 (what a link ends with); preflight names those that lack)");
  create->add_option("--number", d->numbers, "phone_number_id to send from; may be repeated [all]");
  create->add_option("--rate-limit", d->rate_limit, "Messages per minute [what the numbers allow]")
      ->check(CLI::Range(1, core::draft_limits::rate_limit_max));
  create->add_option("--scheduled-for", d->scheduled_for,
                     "When it begins after `start`: 2026-06-01T10:00:00Z");
  create->add_option("--expires-at", d->expires_at, "Nothing is sent after this");
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
  create->add_flag("--everybody", d->everybody,
                   "To all customers with consent instead of an imported list");
  create->footer("Prints the new campaign's id.\nExample: stentor campaign create --name 'Bali "
                 "summer' --template "
                 "summer_offer --variables '{\"1\":\"{{name}}\"}'");
  create->callback([=] {
    context->chosen = [=] {
      const auto body = body_of(*d);
      if (!body)
        return report(context->to, body.error());
      return perform(*context, *call, {"POST", campaigns, *body}, [&](const json& made) {
        context->to.out << (made.is_object() ? made.value("id", "") : "") << "\n";
      });
    };
  });
}

/// How large a file is, if that is known before it is read: a pipe has no size.
std::uint64_t known_size(const std::string& path) {
  std::error_code failure;
  const auto size = std::filesystem::is_regular_file(path, failure)
                        ? std::filesystem::file_size(path, failure)
                        : std::uintmax_t{0};
  return failure ? 0 : size;
}

std::string import_progress(std::uint64_t sent, std::uint64_t size) {
  if (size == 0)
    return "importing " + bytes_text(sent);
  const auto share = static_cast<double>(sent) / static_cast<double>(size);
  return "importing " + bar(share) + " " + bytes_text(sent) + " of " + bytes_text(size);
}

/// Streams a CSV with a progress line; one that can't be read is not_found. "-" is the standard
/// input.
int import(const command_context& context, const remote_call& call, const std::string& path,
           const std::string& phone_column) {
  const bool is_input = path == "-" && context.to.in != nullptr;
  std::error_code failure;
  const bool is_folder = std::filesystem::is_directory(path, failure);
  std::ifstream file;
  if (!is_input && !is_folder)
    file.open(path, std::ios::binary);
  if (!is_input && !file.is_open())
    return report(
        context.to,
        core::error{core::errc::not_found,
                    "can't read " + path + ": " +
                        (is_folder ? "it is a folder" : std::generic_category().message(errno))});
  auto& from = is_input ? *context.to.in : static_cast<std::istream&>(file);
  const auto size = is_input ? 0 : known_size(path);
  auto daemon = context.outside.connect(*call.where);
  if (!daemon)
    return report(context.to, daemon.error());
  auto target = campaign_path(call, "/recipients");
  if (!phone_column.empty())
    target += "?map=" + core::percent_encode(json{{"phoneNumber", phone_column}}.dump(
                            -1, ' ', false, json::error_handler_t::replace));
  progress_line line{context.to};
  auto answer = (*daemon)->upload(target, from, [&](std::uint64_t sent) {
    line.show(import_progress(sent, size), std::chrono::steady_clock::now());
  });
  line.clear();
  if (!answer)
    return report(context.to, answer.error());
  if (exit_code_of_http(answer->status) != exit_code::ok)
    return report(context.to, *answer);
  if (call.json)
    context.to.out << core::printable_json(answer->body) << "\n";
  else
    context.to.out << import_text(answer->body);
  return number_of(exit_code::ok);
}

void add_import(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* command =
      campaign.add_subcommand("import", "Put the people of a CSV file on a draft's list");
  const auto call = add_campaign_call(*command);
  const auto path = std::make_shared<std::string>();
  command
      ->add_option(
          "file", *path,
          "CSV with a header, - for the standard input; the phone column is phone, phoneNumber "
          "or the like")
      ->required();
  const auto phone_column = std::make_shared<std::string>();
  command->add_option("--phone-column", *phone_column,
                      "Name of the column with the phone numbers [the one that is named so]");
  command->footer(
      "Bad lines are reported by number and cost no good ones. Who has anything but a clear yes in "
      "a column\nmarketing_opt_in is not written to. Other columns become the template's "
      "variables.\n"
      "Example: stentor campaign import 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e customers.csv");
  command->callback(
      [=] { context->chosen = [=] { return import(*context, *call, *path, *phone_column); }; });
}

/// Its status says by itself whether the campaign can start, so that a script can go on with `&&`.
void add_preflight(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* command = campaign.add_subcommand("preflight", "Say what would stop it, before a start");
  const auto call = add_campaign_call(*command);
  command->footer("Ends with 4 when something is in the way.\n"
                  "Example: stentor campaign preflight 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call, {"POST", campaign_path(*call, "/preflight"), ""},
          [&](const json& answer) { context->to.out << preflight_text(answer.dump()); },
          [](const json& answer) {
            const bool ready = answer.is_object() && answer.value("ready", true);
            return ready ? exit_code::ok : exit_code::conflict;
          });
    };
  });
}

void add_plan(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* command = campaign.add_subcommand("plan", "Say what limits it now, and when it ends");
  const auto call = add_campaign_call(*command);
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {"GET", campaign_path(*call, "/plan"), ""},
                     [&](const json& answer) { context->to.out << plan_text(answer.dump()); });
    };
  });
}

/// start, pause, resume, cancel: a POST on the campaign.
void add_action(CLI::App& campaign, const std::shared_ptr<command_context>& context,
                const std::string& name, const std::string& method, const std::string& path,
                const std::string& help, const std::string& done) {
  auto* command = campaign.add_subcommand(name, help);
  const auto call = add_campaign_call(*command);
  command->footer("Example: stentor campaign " + name + " 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {method, campaign_path(*call, path), ""},
                     [&](const json& answer) {
                       if (name == "start")
                         context->to.out << started_text(answer.dump());
                       else
                         context->to.out << done << "\n";
                     });
    };
  });
}

void add_status(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* status = campaign.add_subcommand("status", "Show a campaign and its counts");
  const auto call = add_campaign_call(*status);
  status->footer("Example: stentor campaign status 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  status->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {"GET", campaign_path(*call), ""},
                     [&](const json& c) { context->to.out << campaign_text(c.dump()); });
    };
  });

  auto* list = campaign.add_subcommand("list", "List campaigns, the newest first");
  const auto list_call = add_call(*list);
  const auto wanted = std::make_shared<std::string>();
  const auto page = std::make_shared<int>(1);
  const auto limit = std::make_shared<int>(20);
  list->add_option("--status", *wanted, "Only those in this status")
      ->check(CLI::IsMember({"draft", "scheduled", "sending", "paused", "completed", "cancelled",
                             "expired", "failed"}));
  list->add_option("--page", *page, "Page, from 1")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  list->add_option("--limit", *limit, "Campaigns per page")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  list->footer("Example: stentor campaign list --status sending");
  list->callback([=] {
    context->chosen = [=] {
      auto target = std::string{campaigns} + "?page=" + std::to_string(*page) +
                    "&limit=" + std::to_string(*limit);
      if (!wanted->empty())
        target += "&status=" + *wanted;
      return perform(*context, *list_call, {"GET", target, ""},
                     [&](const json& c) { context->to.out << campaign_list_text(c.dump()); });
    };
  });
}

void add_export(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* command = campaign.add_subcommand("export", "Write every recipient of a campaign as CSV");
  const auto where = add_remote_options(*command);
  const auto id = std::make_shared<std::string>();
  const auto path = std::make_shared<std::string>();
  const auto as_json = std::make_shared<bool>(false);
  const auto raw = std::make_shared<bool>(false);
  add_campaign_id(*command, *id);
  auto* output = command->add_option("-o,--output", *path, "File to write [standard output]");
  command->add_flag("--json", *as_json, "Print one JSON object about the file that was written")
      ->needs(output);
  command->add_flag("--raw", *raw,
                    "Leave cells that look like formulas as they are; for programs only");
  command->footer(
      "Example: stentor campaign export 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e --output result.csv");
  command->callback([=] {
    context->chosen = [=] {
      auto daemon = context->outside.connect(*where);
      if (!daemon)
        return report(context->to, daemon.error());
      std::ofstream file;
      std::ostream& to = path->empty() ? context->to.out : file;
      std::uint64_t bytes = 0;
      int open_failure = 0; // of the file; the connection changes errno afterwards
      // The file is opened when the first bytes are there, so that a mistyped id empties no file.
      const auto done =
          (*daemon)->download(std::string{campaigns} + "/" + core::percent_encode(*id) +
                                  (*raw ? "/export?raw=1" : "/export"),
                              [&](std::string_view piece) {
                                if (!path->empty() && !file.is_open()) {
                                  file.open(*path, std::ios::binary | std::ios::trunc);
                                  open_failure = file.is_open() ? 0 : errno;
                                }
                                bytes += piece.size();
                                if (path->empty() && context->to.out_is_terminal)
                                  return static_cast<bool>(to << core::printable(piece, true));
                                return static_cast<bool>(to << piece);
                              });
      if (!path->empty() && bytes > 0 && !file.is_open())
        return report(context->to, core::error{core::errc::not_found,
                                               "can't write " + *path + ": " +
                                                   std::generic_category().message(open_failure)});
      if (!(to << std::flush) && bytes > 0)
        return report(context->to,
                      core::error{core::errc::internal, "the disk took no more of " + *path});
      if (!done)
        return report(context->to, done.error());
      if (*as_json)
        context->to.out << json{{"file", *path}, {"bytes", bytes}}.dump() << "\n";
      return number_of(exit_code::ok);
    };
  });
}

} // namespace

void add_campaign_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* campaign =
      program.add_subcommand("campaign", "Make, run and watch campaigns of a running daemon");
  campaign->require_subcommand(1);
  add_create(*campaign, context);
  add_import(*campaign, context);
  add_preflight(*campaign, context);
  add_plan(*campaign, context);
  add_action(*campaign, context, "start", "POST", "/send",
             "Start a campaign, or schedule it for its time", "");
  add_action(*campaign, context, "pause", "POST", "/pause",
             "Stop sending within 100 ms; `resume` goes on", "Paused.");
  add_action(*campaign, context, "resume", "POST", "/resume", "Go on with a paused campaign",
             "Resumed.");
  add_action(*campaign, context, "cancel", "POST", "/cancel",
             "End a campaign for good; what was not sent never is", "Cancelled.");
  add_campaign_retry(*campaign, context);
  add_campaign_settle(*campaign, context);
  add_status(*campaign, context);
  add_campaign_watch(*campaign, context);
  add_export(*campaign, context);
}

void add_why_command(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* why = program.add_subcommand(
      "why", "Tell what happened to one person of a campaign, event by event");
  const auto call = add_campaign_call(*why);
  const auto person = std::make_shared<std::string>();
  why->add_option("recipient", *person, "Phone number, position on the list, or recipient id")
      ->required()
      ->check([](const std::string& text) { return text.empty() ? "name the recipient" : ""; });
  why->footer("Example: stentor why 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e +4915123456789");
  why->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call,
          {"GET", campaign_path(*call, "/recipients/" + core::percent_encode(*person)), ""},
          [&](const json& timeline) { context->to.out << timeline_text(timeline.dump()); });
    };
  });
}

} // namespace stentor::app
