#include "app/local/daemon_process.hpp"

#include "adapters/http_client/client.hpp"
#include "adapters/postgres/cluster/running_server.hpp"
#include "adapters/process/interrupt.hpp"
#include "adapters/process/text_file.hpp"

#include <nlohmann/json.hpp>

#include <csignal>

namespace stentor::app {

using namespace std::chrono_literals;

core::status daemon_process::start() {
  const auto program = companion_program("stentor");
  if (!program)
    return program.error();
  auto child = process::child_process::start(
      {program->string(), "serve", "--config", folder_.configuration().string()}, log());
  if (!child)
    return child.error();
  child_ = std::move(*child);
  return core::ok{};
}

bool daemon_process::ready() const {
  http_server::client probe{{.url = url(), .token = {}, .ca_file = {}}};
  const auto answer = probe.request("GET", "/readyz");
  return answer && answer->status == 200;
}

bool daemon_process::running() {
  return child_ && child_->running();
}

void daemon_process::signal(int number) const noexcept {
  if (child_)
    child_->signal(number);
}

std::optional<int> daemon_process::wait(std::chrono::milliseconds patience) {
  return child_ ? child_->wait(patience) : std::nullopt;
}

core::status daemon_process::kill() {
  signal(SIGKILL);
  if (child_ && child_->wait(60s))
    return core::ok{};
  return core::error{core::errc::internal, "the daemon could not be killed"};
}

core::result<int> daemon_process::run(std::vector<std::string> arguments, const std::string& output,
                                      std::chrono::milliseconds patience) const {
  const auto program = companion_program("stentor");
  if (!program)
    return program.error();
  arguments.insert(arguments.begin(), program->string());
  auto child = process::child_process::start(std::move(arguments), folder_.file(output));
  if (!child)
    return child.error();
  for (auto waited = 0ms; waited < patience && !process::interrupted(); waited += 100ms)
    if (const auto status = (*child)->wait(100ms))
      return *status;
  (*child)->signal(SIGKILL);
  return core::error{core::errc::unavailable,
                     process::interrupted() ? "interrupted" : "it did not end in time"};
}

core::result<std::string> daemon_process::make_token() const {
  const auto output = folder_.file("token-create.json");
  const auto status = run({"token", "create", "--config", folder_.configuration().string(),
                           "--name", "local", "--role", "admin", "--json"},
                          output.filename().string(), 60s);
  if (!status)
    return status.error();
  const auto said = process::last_line(process::text_of(output));
  std::error_code ignored;
  std::filesystem::remove(output, ignored);
  const auto made = nlohmann::json::parse(said, nullptr, false);
  if (*status != 0 || !made.is_object() || !made.contains("token"))
    return core::error{core::errc::internal, "no API token could be made: " + said};
  auto token = made.value("token", "");
  process::write_private(folder_.api_token(), token + "\n");
  return token;
}

core::result<std::string> daemon_process::conninfo() const {
  if (auto conninfo = postgres::running_conninfo(folder_.state()))
    return std::move(*conninfo);
  return core::error{core::errc::unavailable, "the daemon's database does not answer"};
}

pid_t daemon_process::postmaster() const {
  return postgres::running_server(folder_.state());
}

} // namespace stentor::app
