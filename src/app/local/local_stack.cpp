#include "app/local/local_stack.hpp"

#include "adapters/process/free_port.hpp"
#include "adapters/process/interrupt.hpp"
#include "adapters/process/text_file.hpp"

#include <thread>
#include <utility>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;

/// How many lines of a log show why its program has ended.
constexpr std::size_t tail_lines = 8;

core::error stack_error(core::errc code, std::string text) {
  return {code, std::move(text)};
}

} // namespace

local_stack::local_stack(local_settings settings)
    : settings_{std::move(settings)}, number_ids_{local_number_ids(settings_.numbers)} {}

local_stack::~local_stack() {
  if (daemon_)
    daemon_->stop();
}

core::status local_stack::prepare() {
  for (const auto* program : {"stentor", "stentor-load"})
    if (const auto found = companion_program(program); !found)
      return found.error();
  auto folder = local_folder::make(settings_.name, settings_.parent, secrets_);
  if (!folder)
    return folder.error();
  folder_.emplace(std::move(*folder));
  if (settings_.keep)
    folder_->keep();
  const auto port = process::free_port();
  if (!port)
    return port.error();
  daemon_.emplace(*folder_, *port);
  return core::ok{};
}

core::status local_stack::start_simulator() {
  simulator_options options{.number_ids = number_ids_,
                            .messages_per_second = settings_.messages_per_second,
                            .tls = settings_.tls,
                            .webhook_url = {},
                            .more = settings_.simulator};
  if (settings_.webhooks)
    options.webhook_url = daemon_->url() + "/webhooks/whatsapp";
  auto started = simulator_process::start(*folder_, secrets_, options);
  if (!started)
    return started.error();
  simulator_ = std::move(*started);
  auto listening =
      wait_until("the simulated Meta to listen", 30s, 20ms, [&] { return simulator_->listens(); });
  meta_url_ = simulator_->url();
  ca_file_ = simulator_->certificate();
  return listening;
}

void local_stack::use_server(std::string url, std::string ca_file,
                             std::unique_ptr<process::child_process> child) {
  meta_url_ = std::move(url);
  ca_file_ = std::move(ca_file);
  other_server_ = std::move(child);
}

core::status local_stack::start_daemon() {
  process::write_private(folder_->configuration(),
                         to_yaml({.organization = settings_.organization,
                                  .number_ids = number_ids_,
                                  .messages_per_second = settings_.messages_per_second,
                                  .meta_url = meta_url_,
                                  .ca_file = ca_file_,
                                  .port = daemon_->port(),
                                  .more = settings_.configuration}));
  if (auto started = daemon_->start(); !started)
    return started;
  return wait_until("the daemon to be ready", 120s, 10ms, [&] { return daemon_->ready(); });
}

core::result<std::unique_ptr<remote>> local_stack::connect(std::chrono::milliseconds timeout) {
  if (const auto token = daemon_->make_token(); !token)
    return token.error();
  return app::connect({.url = daemon_->url(),
                       .token_file = folder_->api_token().string(),
                       .ca_file = {},
                       .timeout = timeout});
}

void local_stack::stop_simulator() {
  simulator_.reset();
  other_server_.reset();
}

void local_stack::keep() noexcept {
  if (folder_)
    folder_->keep();
}

pid_t local_stack::simulator_pid() const noexcept {
  if (simulator_)
    return simulator_->child().pid();
  return other_server_ ? other_server_->pid() : 0;
}

core::status local_stack::look_at_children() {
  const auto ended = [&](const char* name, const char* log) {
    return stack_error(core::errc::internal, std::string{name} + " ended by itself:" +
                                                 process::log_tail(folder_->file(log), tail_lines));
  };
  if ((simulator_ && !simulator_->child().running()) ||
      (other_server_ && !other_server_->running()))
    return ended("the simulator", "simulator.log");
  if (daemon_->pid() != 0 && !daemon_->running())
    return ended("the daemon", "daemon.log");
  return core::ok{};
}

core::status local_stack::wait_until(const std::string& what, std::chrono::seconds patience,
                                     std::chrono::milliseconds pause,
                                     const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (process::interrupted())
      return stack_error(core::errc::unavailable, "interrupted");
    if (auto alive = look_at_children(); !alive)
      return alive;
    if (std::chrono::steady_clock::now() > until)
      return stack_error(core::errc::unavailable,
                         "waited too long for " + what + ":" +
                             process::log_tail(folder_->file("daemon.log"), tail_lines));
    std::this_thread::sleep_for(pause);
  }
  return core::ok{};
}

} // namespace stentor::app
