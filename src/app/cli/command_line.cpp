#include "app/cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <utility>

namespace stentor::app {
namespace {

constexpr const char* exit_codes = R"(
Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 not found, 4 the state forbids it, 5 not authorized,
6 daemon or database unavailable, 7 the campaign ended with failures. More: docs/command-line.md)";

void set_footer(CLI::App& command) {
  const auto own = command.get_footer();
  command.footer(own.empty() ? exit_codes + 1 : own + "\n" + exit_codes);
  for (auto* sub : command.get_subcommands([](const CLI::App*) { return true; }))
    set_footer(*sub);
}

} // namespace

std::shared_ptr<remote_options> add_remote_options(CLI::App& command) {
  auto options = std::make_shared<remote_options>();
  command
      .add_option("--url", options->url,
                  "Address of the daemon [STENTOR_URL, http://127.0.0.1:8080]")
      ->group("Connection");
  command
      .add_option(
          "--token-file", options->token_file,
          "File with the API token [STENTOR_TOKEN, STENTOR_TOKEN_FILE, ~/.config/stentor/token]")
      ->group("Connection");
  command
      .add_option("--ca-file", options->ca_file,
                  "Certificates (PEM) to trust for https [STENTOR_CA_FILE]")
      ->group("Connection");
  return options;
}

std::shared_ptr<std::string> add_config_option(CLI::App& command) {
  const char* named = std::getenv("STENTOR_CONFIG");
  auto path = std::make_shared<std::string>(named != nullptr ? named : "/etc/stentor/stentor.yaml");
  command.add_option("-c,--config", *path,
                     "Configuration file [STENTOR_CONFIG, /etc/stentor/stentor.yaml]");
  return path;
}

int run(const std::vector<std::string>& arguments, const world& outside, const console& to) {
  CLI::App program{"Sends WhatsApp campaigns through Meta's Cloud API: as fast as the numbers "
                   "allow, never twice, never to "
                   "somebody who said stop.",
                   "stentor"};
  auto context = std::make_shared<command_context>(command_context{outside, to, {}});
  program.set_version_flag("--version", "stentor " + outside.version);
  program.require_subcommand(1);
  program.footer("Try it without an account: stentor demo");
  add_daemon_commands(program, context);
  add_config_commands(program, context);
  add_token_commands(program, context);
  add_campaign_commands(program, context);
  add_why_command(program, context);
  set_footer(program);
  try {
    auto reversed = arguments; // CLI11 takes them from the end
    std::reverse(reversed.begin(), reversed.end());
    program.parse(std::move(reversed));
    // Taken out, because it holds the context that would hold it.
    const auto chosen = std::exchange(context->chosen, {});
    return chosen ? chosen() : number_of(exit_code::usage);
  } catch (const CLI::ParseError& e) {
    // --help and --version come as "errors" with status 0.
    return program.exit(e, to.out, to.err) == 0 ? number_of(exit_code::ok)
                                                : number_of(exit_code::usage);
  } catch (
      const std::exception& e) { // a command that throws has a bug; still, tell it in a sentence
    to.err << "stentor: " << e.what() << "\n";
    return number_of(exit_code::failed);
  }
}

} // namespace stentor::app
