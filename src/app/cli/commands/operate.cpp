/// status, number, suppression: what an operator looks at and does beside campaigns.

#include "app/cli/json_text.hpp"
#include "app/cli/operate_text.hpp"
#include "app/cli/remote_call.hpp"
#include "stentor/core/base/percent.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* numbers = "/api/whatsapp/numbers";
constexpr const char* suppressions = "/api/whatsapp/suppressions";

/// A command that makes one request and prints the answer as text.
void add_simple(CLI::App& command, const std::shared_ptr<command_context>& context,
                const request& what, std::string (*text)(const json&)) {
  const auto call = add_call(command);
  command.callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, what,
                     [&](const json& answer) { context->to.out << text(answer); });
    };
  });
}

void add_daemon_status(CLI::App& program, const std::shared_ptr<command_context>& context) {
  auto* status =
      program.add_subcommand("status", "Say how the daemon is and what somebody must act on");
  const auto call = add_call(*status);
  status->footer("Ends with 4 while there are alarms or it is not ready.\nExample: stentor status");
  status->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call, {"GET", "/api/status", ""},
          [&](const json& answer) { context->to.out << status_text(answer); },
          [](const json& answer) {
            const bool well = flag_of(answer, "ready") && items_of(answer, "alarms").empty();
            return well ? exit_code::ok : exit_code::conflict;
          });
    };
  });
}

void add_number_action(CLI::App& group, const std::shared_ptr<command_context>& context,
                       const std::string& name, const std::string& help, const std::string& done) {
  auto* command = group.add_subcommand(name, help);
  const auto call = add_call(*command);
  command
      ->add_option("phone_number_id", call->id,
                   "Meta's id of the number, as `number list` shows it")
      ->required()
      ->check([](const std::string& text) {
        const bool digits =
            !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
        return digits ? "" : "a phone_number_id is made of digits";
      });
  command->footer("Example: stentor number " + name + " 106540352242922");
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call,
                     {"POST", std::string{numbers} + "/" + call->id + "/" + name, ""},
                     [&](const json&) { context->to.out << done << "\n"; });
    };
  });
}

/// Of numbers, templates and limits.
void add_history(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* command =
      group.add_subcommand("history", "List what Meta changed about numbers, templates and limits");
  const auto call = add_call(*command);
  const auto subject = std::make_shared<std::string>();
  command->add_option("--of", *subject, "number, template or portfolio; all without it")
      ->check(CLI::IsMember({"number", "template", "portfolio"}));
  command->add_option("--name", call->id, "Of this one: a phone_number_id, or a template's name");
  const auto page = add_page(*command);
  command->footer("The latest first.\nExample: stentor number history --of number");
  command->callback([=] {
    context->chosen = [=] {
      auto path = "/api/whatsapp/quality-history?limit=100&page=" + std::to_string(*page);
      if (!subject->empty())
        path += "&subject=" + *subject;
      if (!call->id.empty())
        path += "&name=" + core::percent_encode(call->id);
      return perform(*context, *call, {"GET", path, ""},
                     [&](const json& answer) { context->to.out << quality_history_text(answer); });
    };
  });
}

void add_numbers(CLI::App& program, const std::shared_ptr<command_context>& context) {
  auto* group = program.add_subcommand("number", "The business numbers that send");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "List the numbers, and why one does not send");
  list->footer("Example: stentor number list");
  add_simple(*list, context, {"GET", numbers, ""}, numbers_text);
  add_number_action(*group, context, "pause",
                    "Let a number send nothing more until it is resumed, over restarts too",
                    "Paused.");
  add_number_action(*group, context, "resume",
                    "Let a number that was stopped try again, whatever stopped it", "Resumed.");
  add_history(*group, context);
}

void add_portfolios(CLI::App& program, const std::shared_ptr<command_context>& context) {
  auto* group = program.add_subcommand("portfolio", "Meta's messaging limits");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "List the limits, and how much of them is used");
  list->footer("Example: stentor portfolio list");
  add_simple(*list, context, {"GET", "/api/whatsapp/portfolios", ""}, portfolios_text);
}

void add_nodes(CLI::App& program, const std::shared_ptr<command_context>& context) {
  auto* group = program.add_subcommand("node", "The daemons on this database");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "List the daemons, and the numbers each sends from");
  list->footer("Example: stentor node list");
  add_simple(*list, context, {"GET", "/api/nodes", ""}, nodes_text);
}

/// Phone number or user id, as the API takes them.
void add_person(CLI::App& command, std::string& person) {
  command.add_option("person", person, "Phone number such as +4915123456789, or user id")
      ->required()
      ->check([](const std::string& text) { return text.empty() ? "name the person" : ""; });
}

void add_suppressions(CLI::App& program, const std::shared_ptr<command_context>& context) {
  auto* group = program.add_subcommand("suppression", "People who get no messages");
  group->require_subcommand(1);
  auto* list = group->add_subcommand("list", "List them, the latest first");
  const auto list_call = add_call(*list);
  const auto page = add_page(*list);
  list->footer("Example: stentor suppression list");
  list->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *list_call,
          {"GET", std::string{suppressions} + "?limit=100&page=" + std::to_string(*page), ""},
          [&](const json& answer) { context->to.out << suppressions_text(answer); });
    };
  });

  auto* add = group->add_subcommand("add", "Send a person nothing more, at once");
  const auto add_to = add_call(*add);
  add_person(*add, add_to->id);
  add->footer("Example: stentor suppression add +4915123456789");
  add->callback([=] {
    context->chosen = [=] {
      const bool phone = add_to->id.front() == '+';
      const json body{{phone ? "phoneNumber" : "userId", add_to->id}};
      return perform(*context, *add_to, {"POST", suppressions, body.dump()},
                     [&](const json&) { context->to.out << "Nothing more is sent to them.\n"; });
    };
  });

  auto* remove =
      group->add_subcommand("remove", "Lift a stop, when the person asks for messages again");
  const auto remove_from = add_call(*remove);
  add_person(*remove, remove_from->id);
  remove->footer("Needs the role admin.\nExample: stentor suppression remove +4915123456789");
  remove->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *remove_from,
          {"DELETE", std::string{suppressions} + "/" + core::percent_encode(remove_from->id), ""},
          [&](const json&) { context->to.out << "Lifted.\n"; });
    };
  });
}

} // namespace

void add_operator_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  add_daemon_status(program, context);
  add_numbers(program, context);
  add_nodes(program, context);
  add_portfolios(program, context);
  add_suppressions(program, context);
}

} // namespace stentor::app
