/// config check, config example.

#include "adapters/yaml/configuration_file.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/example_configuration.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace stentor::app {

core::error refusal_of(const std::string& path, const start_report& found) {
  std::string all;
  for (const auto& problem : found.problems)
    all += (all.empty() ? "" : "\n") + path + ": " + problem;
  return {core::errc::invalid, all};
}

namespace {

void add_config_example(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* example = group.add_subcommand(
      "example", "Print a configuration with every setting, its default and its reason");
  const auto example_json = std::make_shared<bool>(false);
  example->add_flag("--json", *example_json, "Print one JSON object that holds it as a text");
  example->footer("Example: stentor config example > stentor.yaml");
  example->callback([=] {
    context->chosen = [=] {
      if (*example_json)
        context->to.out << nlohmann::json{{"configuration", example_configuration()}}.dump()
                        << "\n";
      else
        context->to.out << example_configuration();
      return number_of(exit_code::ok);
    };
  });
}

} // namespace

void add_config_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* config =
      program.add_subcommand("config", "Check a configuration, or print one to start from");
  config->require_subcommand(1);

  auto* check =
      config->add_subcommand("check", "Read a configuration and report every mistake in it");
  const auto path = add_config_option(*check);
  const auto json = std::make_shared<bool>(false);
  const auto without_secrets = std::make_shared<bool>(false);
  check->add_flag("--without-secrets", *without_secrets,
                  "Don't read the files and variables that hold secrets, and look at no "
                  "folder or certificate");
  check->add_flag("--json", *json, "Print one JSON object");
  check->footer(
      "Example: stentor config check --config config/stentor.yaml && systemctl reload stentor");
  check->callback([=] {
    context->chosen = [=] {
      const auto loaded = yaml::load(*path, {.read_secrets = !*without_secrets});
      start_report found;
      if (loaded && context->outside.check_start && !*without_secrets)
        found = context->outside.check_start(*loaded);
      const auto refusal = loaded ? refusal_of(*path, found) : loaded.error();
      const bool good = refusal.message.empty();
      if (*json)
        context->to.out << nlohmann::json{{"ok", good},
                                          {"file", *path},
                                          {"problem", refusal.message},
                                          {"warnings", found.warnings}}
                               .dump()
                        << "\n";
      if (!good)
        return *json ? number_of(exit_code_of(refusal.code)) : report(context->to, refusal);
      if (!*json)
        for (const auto& warning : found.warnings)
          context->to.err << "stentor: warning: " << warning << "\n";
      if (!*json)
        context->to.out << *path << " is in order: " << loaded->numbers.size() << " sending number"
                        << (loaded->numbers.size() == 1 ? "" : "s") << ", "
                        << (loaded->database.embedded()
                                ? "embedded database in " + loaded->state_folder
                                : std::string{"its own database"})
                        << ", listening on " << loaded->http.listen << ".\n";
      return number_of(exit_code::ok);
    };
  });
  add_config_example(*config, context);
}

} // namespace stentor::app
