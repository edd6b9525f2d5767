/// campaign import, preflight, preview, plan, start, pause, resume, cancel, status, runs, list,
/// export; and why.

#include "app/cli/campaign_text.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/plan_text.hpp"
#include "app/cli/remote_call.hpp"
#include "app/cli/template_text.hpp"
#include "app/cli/upload.hpp"
#include "stentor/core/base/percent.hpp"
#include "stentor/core/base/printable.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>
#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* campaigns = "/api/whatsapp/campaigns";

int import(const command_context& context, const remote_call& call, const std::string& path,
           const std::string& phone_column) {
  auto target = campaign_path(call, "/recipients");
  if (!phone_column.empty())
    target += "?" + phone_column_parameter(phone_column);
  return upload_file(context, call, path, target, import_text);
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
            const bool ready = flag_of(answer, "ready", true);
            return ready ? exit_code::ok : exit_code::conflict;
          });
    };
  });
}

/// Of one person on the list.
std::shared_ptr<std::string> add_recipient(CLI::App& command) {
  auto person = std::make_shared<std::string>();
  command.add_option("recipient", *person, "Phone number, position on the list, or recipient id")
      ->required()
      ->check([](const std::string& text) { return text.empty() ? "name the recipient" : ""; });
  return person;
}

void add_preview(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* command =
      campaign.add_subcommand("preview", "Show the message of one person as he will see it");
  const auto call = add_campaign_call(*command);
  const auto person = add_recipient(*command);
  command->footer("Ends with 4 when his message can't be made.\nExample: stentor campaign preview "
                  "3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e 1");
  command->callback([=] {
    context->chosen = [=] {
      const auto at = "/recipients/" + core::percent_encode(*person) + "/preview";
      return perform(
          *context, *call, {"GET", campaign_path(*call, at), ""},
          [&](const json& message) { context->to.out << message_text(message); },
          [](const json& message) {
            return items_of(message, "problems").empty() ? exit_code::ok : exit_code::conflict;
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
  auto* status = campaign.add_subcommand("status", "Show a campaign and its counts")->alias("show");
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
  const auto limit = std::make_shared<int>(20);
  list->add_option("--status", *wanted, "Only those in this status")
      ->check(CLI::IsMember({"draft", "scheduled", "sending", "paused", "completed", "cancelled",
                             "expired", "failed"}));
  const auto page = add_page(*list);
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

void add_runs(CLI::App& campaign, const std::shared_ptr<command_context>& context) {
  auto* command =
      campaign.add_subcommand("runs", "List the runs of a recurring campaign, the latest first");
  const auto call = add_campaign_call(*command);
  const auto limit = std::make_shared<int>(20);
  command->add_option("--limit", *limit, "How many")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->footer("Example: stentor campaign runs 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call,
                     {"GET", campaign_path(*call, "/runs?limit=" + std::to_string(*limit)), ""},
                     [&](const json& c) { context->to.out << campaign_runs_text(c.dump()); });
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
  add_campaign_create(*campaign, context);
  add_import(*campaign, context);
  add_preflight(*campaign, context);
  add_preview(*campaign, context);
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
  add_runs(*campaign, context);
  add_campaign_watch(*campaign, context);
  add_export(*campaign, context);
}

void add_why_command(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* why = program.add_subcommand(
      "why", "Tell what happened to one person of a campaign, event by event");
  const auto call = add_campaign_call(*why);
  const auto person = add_recipient(*why);
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
