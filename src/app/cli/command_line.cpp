#include "app/cli/command_line.hpp"

#include "stentor/core/base/printable.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
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

/// The first word that no command of its place knows, with the place; CLI11 itself would only say
/// that a command is missing.
std::optional<std::string> unknown_command(CLI::App& program,
                                           const std::vector<std::string>& arguments) {
  auto* at = &program;
  std::string place = "stentor";
  for (const auto& word : arguments) {
    const auto subs = at->get_subcommands([](const CLI::App*) { return true; });
    if (word.starts_with('-') || subs.empty())
      return std::nullopt;
    const auto known = std::find_if(subs.begin(), subs.end(),
                                    [&](const CLI::App* sub) { return sub->check_name(word); });
    if (known == subs.end()) {
      auto text = "there is no command \"" + place.substr(place.find(' ') + 1) + " " + word + "\"";
      if (place == "stentor")
        text = "there is no command \"" + word + "\"";
      for (const auto* sub : subs)
        if (word.size() > 1 &&
            (sub->get_name().starts_with(word) || word.starts_with(sub->get_name())))
          return text + "; did you mean " + sub->get_name() + "? `" + place + " --help` lists all";
      return text + "; `" + place + " --help` lists them";
    }
    place += " " + word;
    at = *known;
  }
  return std::nullopt;
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
  add_customer_commands(program, context);
  add_why_command(program, context);
  add_segment_commands(program, context);
  add_job_commands(program, context);
  add_template_commands(program, context);
  add_media_commands(program, context);
  add_operator_commands(program, context);
  set_footer(program);
  if (arguments.size() == 1 && (arguments[0] == "help" || arguments[0] == "version"))
    return run({"--" + arguments[0]}, outside, to);
  if (const auto unknown = unknown_command(program, arguments)) {
    to.err << "stentor: " << core::printable(*unknown) << "\n";
    return number_of(exit_code::usage);
  }
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
