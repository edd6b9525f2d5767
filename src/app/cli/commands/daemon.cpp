/// serve, migrate, demo.

#include "adapters/yaml/configuration_file.hpp"
#include "app/cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace stentor::app {

void add_daemon_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* serve = program.add_subcommand("serve", "Run the daemon until SIGTERM or Ctrl-C");
  const auto serve_config = add_config_option(*serve);
  const auto serve_json = std::make_shared<bool>(false);
  serve->add_flag("--json", *serve_json, "Log one JSON object a line, whatever log.format says");
  serve->footer("SIGHUP reads the configuration again; what can change then is marked [reload] in "
                "the example.\n"
                "Example: stentor serve --config /etc/stentor/stentor.yaml");
  serve->callback([=] {
    context->chosen = [=] {
      if (context->outside.hold_signals)
        context->outside.hold_signals();
      auto loaded = yaml::load(*serve_config);
      if (!loaded)
        return report(context->to, loaded.error());
      if (context->outside.check_start) {
        const auto found = context->outside.check_start(*loaded);
        for (const auto& warning : found.warnings)
          context->to.err << "stentor: warning: " << warning << "\n";
        if (const auto refusal = refusal_of(*serve_config, found); !refusal.message.empty())
          return report(context->to, refusal);
      }
      return context->outside.serve(*loaded, *serve_config,
                                    *serve_json ? ports::log_format::json : loaded->log.format);
    };
  });

  auto* migrate = program.add_subcommand("migrate", "Bring the database to this version's schema");
  const auto migrate_config = add_config_option(*migrate);
  const auto migrate_json = std::make_shared<bool>(false);
  migrate->add_flag("--json", *migrate_json, "Print one JSON object");
  migrate->footer("The daemon does this itself when it starts. Safe to run while others do.\n"
                  "Example: stentor migrate --config /etc/stentor/stentor.yaml");
  migrate->callback([=] {
    context->chosen = [=] {
      const auto loaded = yaml::load(*migrate_config);
      return loaded ? context->outside.database.migrate(context->to, *loaded, *migrate_json)
                    : report(context->to, loaded.error());
    };
  });

  auto* demo = program.add_subcommand(
      "demo",
      "Show everything on this machine: a database, a simulated Meta, a daemon and a campaign");
  const auto options = std::make_shared<demo_options>();
  demo->add_option("--recipients", options->recipients, "People on the list")
      ->check(CLI::Range(100, 5'000'000))
      ->capture_default_str();
  demo->add_option("--seed", options->seed,
                   "The same seed makes the same people and the same errors")
      ->capture_default_str();
  demo->add_flag("--once", options->once, "End after the report instead of waiting");
  demo->add_flag("--json", options->json, "Print one JSON object as the last line");
  demo->add_flag("--keep", options->keep, "Leave the demo's folder where it is");
  demo->footer("Nothing leaves this machine, and nothing stays on it unless --keep is given.\n"
               "Example: stentor demo --recipients 100000 --once --json");
  demo->callback(
      [=] { context->chosen = [=] { return context->outside.demo(context->to, *options); }; });
}

} // namespace stentor::app
