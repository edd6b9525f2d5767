#include "bench/load/harness/load_stack.hpp"

#include "adapters/process/free_port.hpp"
#include "adapters/process/text_file.hpp"
#include "bench/load/harness/h2load.hpp"
#include "bench/load/harness/nginx_server.hpp"
#include "bench/simulator/server/tls.hpp"

#include <filesystem>
#include <sstream>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;

template <class Number>
std::string text_of_number(Number value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string configuration_of(const stack_settings& settings) {
  std::string yaml = "retry: {base_delay: 1s}\nshutdown: {drain: 5s}\n";
  if (settings.in_doubt_wait_s > 0)
    yaml += "in_doubt: {wait: " + std::to_string(settings.in_doubt_wait_s) + "s}\n";
  if (!settings.dispatch.empty())
    yaml += "dispatch:\n";
  for (const auto& each : settings.dispatch) {
    const auto equals = each.find('=');
    yaml += "  " + each.substr(0, equals) + ": " + each.substr(equals + 1) + "\n";
  }
  return yaml;
}

std::vector<std::string> simulator_arguments(const stack_settings& settings) {
  std::vector<std::string> all{"--seed",
                               text_of_number(settings.seed),
                               "--max-concurrent-streams",
                               text_of_number(settings.streams),
                               "--latency-ms",
                               text_of_number(settings.latency_ms),
                               "--reply",
                               "0",
                               "--stop",
                               "0"};
  if (settings.receipts_per_post > 0)
    all.insert(all.end(), {"--webhook-batch", text_of_number(settings.receipts_per_post),
                           "--webhook-connections", "256", "--time-scale",
                           text_of_number(settings.time_scale)});
  for (const auto& error : settings.errors)
    all.insert(all.end(), {"--error", error});
  if (!settings.spare_number.empty())
    all.insert(all.end(), {"--number", settings.spare_number + ":0", "--no-pair-limit"});
  return all;
}

core::status start_nginx(app::local_stack& stack, const stack_settings& settings) {
  const auto program = find_program("nginx");
  if (program.empty())
    return core::error{core::errc::not_found,
                       "there is no nginx on this machine: install the package nginx-light"};
  const auto& folder = stack.folder();
  const auto files = make_certificate(folder.file("certificate").string());
  if (!files)
    return files.error();
  const auto port = process::free_port();
  if (!port)
    return port.error();
  const auto config = folder.file("nginx.conf");
  process::write_private(config,
                         nginx_configuration({folder.path(), *port, !settings.clear,
                                              files->certificate, files->key, settings.streams}));
  auto child = process::child_process::start(
      {program.string(), "-p", folder.path().string(), "-c", config.string()},
      folder.file("simulator.log"));
  if (!child)
    return child.error();
  stack.use_server((settings.clear ? "http://127.0.0.1:" : "https://127.0.0.1:") +
                       std::to_string(*port),
                   settings.clear ? "" : files->certificate, std::move(*child));
  return stack.wait_until("nginx to listen", 30s, 20ms,
                          [&] { return std::filesystem::exists(folder.file("nginx.pid")); });
}

core::status start_server(app::local_stack& stack, const stack_settings& settings) {
  if (!settings.target.empty()) {
    stack.use_server(settings.target,
                     settings.ca_file.empty()
                         ? std::string{}
                         : std::filesystem::absolute(settings.ca_file).string(),
                     nullptr);
    return core::ok{};
  }
  return settings.server == "nginx" ? start_nginx(stack, settings) : stack.start_simulator();
}

} // namespace

app::local_settings local_settings_of(const stack_settings& settings) {
  return {.name = "stentor-load",
          .parent = settings.folder,
          .keep = settings.keep,
          .organization = "Load",
          .numbers = settings.numbers,
          .messages_per_second = settings.rate,
          .configuration = configuration_of(settings),
          .tls = !settings.clear,
          .webhooks = settings.receipts_per_post > 0,
          .simulator = simulator_arguments(settings)};
}

core::status start_stack(app::local_stack& stack, const stack_settings& settings) {
  if (auto prepared = stack.prepare(); !prepared)
    return prepared;
  if (auto started = start_server(stack, settings); !started)
    return started;
  return stack.start_daemon();
}

} // namespace stentor::load
