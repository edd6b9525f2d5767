#pragma once
/// The program's sub-commands. Parsing and help live here; what a command needs of the world is
/// injected, so that tests can run the whole command line in their own process. One thread.

#include "app/cli/admin_client.hpp"
#include "app/cli/console.hpp"
#include "app/cli/start_report.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/system/configuration.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace stentor::app {

/// `stentor token …` and `stentor migrate`, on the database itself.
struct database_commands {
  std::function<int(const console&, const ports::configuration&, bool json)> migrate;
  struct new_token {
    std::string name, role, organization, expires_at;
  };
  std::function<int(const console&, const ports::configuration&, const new_token&, bool json)>
      create_token;
  std::function<int(const console&, const ports::configuration&, const std::string& organization,
                    bool json)>
      list_tokens;
  std::function<int(const console&, const ports::configuration&, const std::string& id, bool json)>
      revoke_token;
};

struct demo_options {
  int recipients = 10'000;
  bool once = false; ///< ends after the report
  bool json = false; ///< the last line of the output is one JSON object
  bool keep = false; ///< leaves the folder where it is
  unsigned long long seed = 1;
};

/// All problems as one error, empty when there are none.
[[nodiscard]] core::error refusal_of(const std::string& path, const start_report& found);

/// What commands need of the world.
struct world {
  /// From now on signals wait until the daemon that is being started takes them; may be empty.
  std::function<void()> hold_signals;
  /// What would keep the daemon from starting here, or should be looked at; may be empty.
  std::function<start_report(const ports::configuration&)> check_start;
  /// The log's format beside the configuration, which a reload is compared with.
  std::function<int(const ports::configuration&, const std::string& config_path,
                    ports::log_format format)>
      serve;
  std::function<int(const console&, const demo_options&)> demo;
  std::function<core::result<std::unique_ptr<remote>>(const remote_options&)> connect;
  database_commands database;
  std::function<void(int milliseconds)> pause; ///< between two looks of `campaign watch`
  std::string version;
};

/// Parses and runs. @return the exit status
[[nodiscard]] int run(const std::vector<std::string>& arguments, const world& outside,
                      const console& to);

/// What the groups of commands share while the command line is parsed.
struct command_context {
  const world& outside;
  const console& to;
  std::function<int()> chosen; ///< set by the sub-command that was given
};

void add_daemon_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_config_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_token_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_customer_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_campaign_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_campaign_create(CLI::App& campaign, std::shared_ptr<command_context> context);
void add_campaign_watch(CLI::App& campaign, std::shared_ptr<command_context> context);
void add_campaign_retry(CLI::App& campaign, std::shared_ptr<command_context> context);
void add_campaign_settle(CLI::App& campaign, std::shared_ptr<command_context> context);
void add_segment_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_job_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_media_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_template_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_operator_commands(CLI::App& program, std::shared_ptr<command_context> context);
void add_why_command(CLI::App& program, std::shared_ptr<command_context> context);

/// --url, --token-file and --ca-file of every command that speaks to a daemon.
[[nodiscard]] std::shared_ptr<remote_options> add_remote_options(CLI::App& command);
/// --config; its value after parsing.
[[nodiscard]] std::shared_ptr<std::string> add_config_option(CLI::App& command);

} // namespace stentor::app
