#include "bench/torture/torture_stack.hpp"

#include "adapters/process/free_port.hpp"
#include "adapters/process/interrupt.hpp"
#include "adapters/process/text_file.hpp"
#include "app/local/configuration_writer.hpp"
#include "stentor/core/base/url.hpp"

#include <libpq-fe.h>

#include <csignal>
#include <functional>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;

/// Delays of a day become seconds, so that everything has an end within the run.
constexpr const char* quick_delays =
    "dispatch: {request_timeout: 3s, connect_timeout: 2s}\n"
    "retry: {base_delay: 300ms, delay_max: 2s, pair_delay: 50ms}\n"
    "recovery: {spacing: 2s}\n"
    "in_doubt: {wait: 5s}\nlease: {duration: 3s}\nshutdown: {drain: 5s}\n";

constexpr std::size_t tail_lines = 8;

core::status wait_for(const std::string& what, std::chrono::seconds patience,
                      const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (process::interrupted())
      return core::error{core::errc::unavailable, "interrupted"};
    if (std::chrono::steady_clock::now() > until)
      return core::error{core::errc::unavailable, "waited too long for " + what};
    std::this_thread::sleep_for(20ms);
  }
  return core::ok{};
}

/// The file of the Unix socket that a connection string leads to.
std::filesystem::path socket_of(const std::string& conninfo) {
  std::filesystem::path folder;
  auto* const options = PQconninfoParse(conninfo.c_str(), nullptr);
  for (auto* each = options; each != nullptr && each->keyword != nullptr; ++each)
    if (each->val != nullptr && std::string_view{each->keyword} == "host")
      folder = each->val;
  PQconninfoFree(options);
  return folder / ".s.PGSQL.5432";
}

} // namespace

torture_stack::~torture_stack() {
  if (nodes_.empty())
    return;
  heal();
  for (const auto& each : nodes_) {
    each->daemon.signal(SIGCONT);
    each->daemon.stop();
  }
}

core::status torture_stack::start() {
  for (const auto* program : {"stentor", "stentor-load"})
    if (const auto found = app::companion_program(program); !found)
      return found.error();
  auto folder = app::local_folder::make("stentor-torture", settings_.folder, secrets_);
  if (!folder)
    return folder.error();
  folder_.emplace(std::move(*folder));
  for (unsigned i = 0; i < settings_.nodes; ++i) {
    const auto port = process::free_port();
    if (!port)
      return port.error();
    std::optional<app::local_folder> own;
    if (i > 0) {
      auto made = app::local_folder::make("stentor-node", folder_->path(), secrets_);
      if (!made)
        return made.error();
      made->keep(); // it goes with the folder of the whole
      own.emplace(std::move(*made));
    }
    nodes_.push_back(std::make_unique<node>(std::move(own), *folder_, *port));
  }
  for (const auto step : {&torture_stack::start_database, &torture_stack::start_simulator,
                          &torture_stack::start_daemons})
    if (auto went = (this->*step)(); !went)
      return went;
  return core::ok{};
}

core::status torture_stack::start_database() {
  postgres::cluster_options options;
  options.folder = folder_->file("postgres");
  options.connections_max = 40 + 30 * static_cast<int>(settings_.nodes);
  auto started = postgres::embedded_cluster::start(std::move(options));
  if (!started)
    return started.error();
  database_ = std::move(*started);
  auto proxy = fault_proxy::start(
      {.target = {.socket = socket_of(database_->conninfo())}, .postgres = true});
  if (!proxy)
    return proxy.error();
  to_database_ = std::move(*proxy);
  return core::ok{};
}

core::status torture_stack::start_simulator() {
  auto hooks =
      fault_proxy::start({.target = {.port = static_cast<std::uint16_t>(daemon(0).port())}});
  if (!hooks)
    return hooks.error();
  to_webhooks_ = std::move(*hooks);
  app::simulator_options options{
      .number_ids = app::local_number_ids(settings_.numbers),
      .messages_per_second = settings_.rate / settings_.numbers,
      .tls = true,
      .webhook_url =
          "http://127.0.0.1:" + std::to_string(to_webhooks_->port()) + "/webhooks/whatsapp",
      .more = {"--seed", std::to_string(settings_.seed), "--webhook-batch", "10", "--time-scale",
               "500", "--latency-ms", "20", "--latency-p99-ms", "100",
               // Refused at once: not on WhatsApp, and a passing fault of Meta's.
               "--error", "131026=0.005,131000=0.01",
               // Accepted, and failed later by webhook.
               "--fail-later", "131026=0.005,131050=0.002", "--drop-answer", "0.0005",
               "--duplicate", "0.02", "--reorder", "0.05", "--delay", "0.01", "--reply", "0.02",
               "--stop", "0.005", "--goaway-every", "5000"}};
  auto started = app::simulator_process::start(*folder_, secrets_, options);
  if (!started)
    return started.error();
  simulator_ = std::move(*started);
  if (auto listening =
          wait_for("the simulated Meta to listen", 30s, [&] { return simulator_->listens(); });
      !listening)
    return listening;
  const auto url = core::parse_url(simulator_->url());
  if (!url)
    return url.error();
  auto proxy = fault_proxy::start({.target = {.port = url->port}});
  if (!proxy)
    return proxy.error();
  to_meta_ = std::move(*proxy);
  return core::ok{};
}

void torture_stack::write_configuration(std::size_t node) {
  std::ostringstream more;
  more << quick_delays << "database: {url: \"host=127.0.0.1 port=" << to_database_->port()
       << " user=stentor dbname=stentor\"}\n";
  process::write_private(
      folder_of(node).configuration(),
      app::to_yaml({.organization = "Torture",
                    .number_ids = app::local_number_ids(settings_.numbers),
                    .messages_per_second = settings_.rate / settings_.numbers,
                    .meta_url = "https://127.0.0.1:" + std::to_string(to_meta_->port()),
                    .ca_file = simulator_->certificate(),
                    .port = daemon(node).port(),
                    .more = more.str()}));
}

core::status torture_stack::start_daemons() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    write_configuration(i);
    auto& each = daemon(i);
    if (auto started = each.start(); !started)
      return started;
    if (auto ready = wait_for("a daemon to be ready", 120s, [&] { return each.ready(); }); !ready)
      return core::error{ready.error().code,
                         ready.error().message + ":" + process::log_tail(each.log(), tail_lines)};
  }
  return core::ok{};
}

void torture_stack::heal() {
  for (auto* each : {to_database_.get(), to_meta_.get(), to_webhooks_.get()})
    if (each != nullptr)
      each->heal();
}

core::status torture_stack::crash_database(int signal, std::chrono::milliseconds away) {
  if (database_->running())
    ::kill(database_->pid(), signal);
  if (auto ended = wait_for("PostgreSQL to end", 60s, [&] { return !database_->running(); });
      !ended)
    return ended;
  std::this_thread::sleep_for(away);
  // After SIGKILL its sessions live on until they notice, and keep a new server away.
  core::status started = core::ok{};
  const auto again = wait_for("PostgreSQL to start again", 60s, [&] {
    started = database_->restart();
    return started.ok();
  });
  return again ? again : started;
}

} // namespace stentor::load
