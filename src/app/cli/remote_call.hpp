#pragma once
/// One request to a running daemon as a command makes it: options, the request, the answer as text
/// or as JSON, the exit status. One thread.

#include "app/cli/admin_client.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/exit_code.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::app {

/// What every such command has: where the daemon is, whether JSON is wanted, mostly an id.
struct remote_call {
  std::shared_ptr<remote_options> where;
  std::string id;
  bool json = false;
};

/// --url and its like, and --json.
[[nodiscard]] std::shared_ptr<remote_call> add_call(CLI::App& command);
/// The same and a campaign's id; anything but a UUID is a mistake of the command line, since an
/// empty one, which `id=$(…)` leaves behind, would name the list of all campaigns.
[[nodiscard]] std::shared_ptr<remote_call> add_campaign_call(CLI::App& command);
void add_campaign_id(CLI::App& command, std::string& id);

/// --page, for lists; from 1.
[[nodiscard]] std::shared_ptr<int> add_page(CLI::App& command);

/// The address of the campaign, or of what lies below it.
[[nodiscard]] std::string campaign_path(const remote_call& call, std::string_view rest = {});

struct request {
  std::string method, target, body;
};
using show_answer = std::function<void(const nlohmann::json&)>;
/// A good answer as an exit status.
using judge_answer = std::function<exit_code(const nlohmann::json&)>;

/// Sends it; prints the JSON, or what `show` makes of it. @return the exit status
[[nodiscard]] int perform(const command_context& context, const remote_call& call,
                          const request& what, const show_answer& show,
                          const judge_answer& judge = {});

} // namespace stentor::app
