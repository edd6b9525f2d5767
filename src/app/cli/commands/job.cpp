/// job: work that outlives its request.

#include "app/cli/operate_text.hpp"
#include "app/cli/remote_call.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* jobs_path = "/api/whatsapp/jobs";

void add_job_list(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* list = group.add_subcommand("list", "List jobs, the newest first");
  const auto call = add_call(*list);
  const auto state = std::make_shared<std::string>();
  const auto page = add_page(*list);
  list->add_option("--state", *state, "Only those in this state")
      ->check(CLI::IsMember({"waiting", "running", "done", "failed", "cancelled"}));
  list->footer("Example: stentor job list --state running");
  list->callback([=] {
    context->chosen = [=] {
      const auto target = std::string{jobs_path} + "?limit=100&page=" + std::to_string(*page) +
                          (state->empty() ? "" : "&state=" + *state);
      return perform(*context, *call, {"GET", target, ""},
                     [&](const json& answer) { context->to.out << jobs_text(answer); });
    };
  });
}

void add_job_command(CLI::App& group, const std::shared_ptr<command_context>& context,
                     const std::string& name, const std::string& help, const char* method) {
  auto* command = group.add_subcommand(name, help);
  const auto call = add_call(*command);
  command->add_option("job", call->id, "The job's id, as `job list` shows it")
      ->required()
      ->check([](const std::string& text) {
        const bool uuid = text.size() == 36 &&
                          text.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
        return uuid ? "" : "a job's id is a UUID";
      });
  command->footer("Example: stentor job " + name + " 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {method, std::string{jobs_path} + "/" + call->id, ""},
                     [&](const json& answer) { context->to.out << job_text(answer); });
    };
  });
}

} // namespace

void add_job_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* group = program.add_subcommand("job", "Work that outlives its request");
  group->require_subcommand(1);
  add_job_list(*group, context);
  add_job_command(*group, context, "show", "Show how far a job is, and what came of it", "GET");
  add_job_command(*group, context, "cancel",
                  "End a job that waits or runs; what it would have changed stays as it is",
                  "DELETE");
}

} // namespace stentor::app
