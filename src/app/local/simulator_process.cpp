#include "app/local/simulator_process.hpp"

#include "adapters/process/text_file.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

namespace stentor::app {
namespace {

std::vector<std::string> arguments_of(const local_folder& folder, const local_secrets& secrets,
                                      const simulator_options& options) {
  std::vector<std::string> all{"simulate-meta",
                               "--listen",
                               "127.0.0.1:0",
                               options.tls ? "--tls" : "--clear",
                               "--certificate-folder",
                               folder.file("certificate").string(),
                               "--token",
                               secrets.token,
                               "--app-secret",
                               secrets.app_secret,
                               "--verify-token",
                               secrets.verify_token,
                               "--truth-file",
                               folder.truth().string()};
  if (!options.webhook_url.empty())
    all.insert(all.end(), {"--webhook-url", options.webhook_url});
  all.insert(all.end(), options.more.begin(), options.more.end());
  for (const auto& id : options.number_ids) {
    std::ostringstream number;
    number << id << ':' << options.messages_per_second;
    all.insert(all.end(), {"--number", number.str()});
  }
  return all;
}

} // namespace

core::result<std::unique_ptr<simulator_process>>
simulator_process::start(const local_folder& folder, const local_secrets& secrets,
                         const simulator_options& options) {
  const auto program = companion_program("stentor-load");
  if (!program)
    return program.error();
  auto arguments = arguments_of(folder, secrets, options);
  arguments.insert(arguments.begin(), program->string());
  const auto log = folder.file("simulator.log");
  auto child = process::child_process::start(std::move(arguments), log);
  if (!child)
    return child.error();
  return std::unique_ptr<simulator_process>{new simulator_process{std::move(*child), log}};
}

bool simulator_process::listens() {
  const auto told =
      nlohmann::json::parse(process::last_line(process::text_of(log_)), nullptr, false);
  if (!told.is_object() || !told.contains("url"))
    return false;
  url_ = told.value("url", "");
  certificate_ = url_.starts_with("https") ? told.value("certificate", "") : "";
  return true;
}

} // namespace stentor::app
