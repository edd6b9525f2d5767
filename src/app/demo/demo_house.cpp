#include "app/demo/demo_house.hpp"

#include "adapters/process/child_process.hpp"
#include "app/daemon/database.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

volatile std::sig_atomic_t interrupt_seen = 0;

void note_interrupt(int) {
  interrupt_seen = 1;
}

core::error problem(core::errc code, std::string text) {
  return {code, std::move(text)};
}

/// A port of the loopback that nobody uses now. The simulator must know where webhooks go before
/// the daemon runs.
int free_port() {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* raw = reinterpret_cast<sockaddr*>(&at);
  const bool found = s >= 0 && ::bind(s, raw, size) == 0 && ::getsockname(s, raw, &size) == 0;
  if (s >= 0)
    ::close(s);
  return found ? ntohs(at.sin_port) : 0;
}

std::string text_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string last_line(const std::string& text) {
  std::istringstream lines{text};
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty())
      last = line;
  return last;
}

void write(const fs::path& path, std::string_view text,
           fs::perms permissions = fs::perms::owner_read | fs::perms::owner_write) {
  std::ofstream{path, std::ios::binary} << text;
  fs::permissions(path, permissions);
}

} // namespace

bool interrupted() noexcept {
  return interrupt_seen != 0;
}

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    ::sigaction(signal, &action, nullptr);
}

core::result<std::unique_ptr<demo_child>> demo_child::start(std::vector<std::string> arguments,
                                                            const fs::path& output) {
  postgres::child_command command;
  command.arguments = std::move(arguments);
  command.working_directory = output.parent_path();
  command.output = output;
  command.death_signal = SIGTERM;
  const auto pid = postgres::start_child(command);
  if (!pid)
    return pid.problem();
  return std::unique_ptr<demo_child>{new demo_child{*pid}};
}

demo_child::~demo_child() {
  if (!running())
    return;
  ::kill(pid_, SIGTERM);
  if (postgres::wait_child(pid_, 40s))
    return;
  ::kill(pid_, SIGKILL);
  (void)postgres::wait_child(pid_, 10s);
}

bool demo_child::running() {
  if (pid_ != 0 && postgres::wait_child(pid_, 0ms))
    pid_ = 0;
  return pid_ != 0;
}

core::result<int> demo_child::finish(std::chrono::milliseconds patience) {
  for (auto waited = 0ms; waited < patience && !interrupted(); waited += 100ms) {
    if (const auto status = postgres::wait_child(pid_, 100ms)) {
      pid_ = 0;
      return WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
    }
  }
  return problem(core::errc::unavailable, interrupted() ? "interrupted" : "it did not end in time");
}

demo_house::~demo_house() {
  daemon_.reset();
  simulator_.reset();
  std::error_code ignored;
  if (!options_.keep && !folder_.empty())
    fs::remove_all(folder_, ignored);
}

core::status demo_house::prepare() {
  std::error_code failure;
  programs_ = fs::read_symlink("/proc/self/exe", failure).parent_path();
  if (!fs::exists(programs_ / "stentor-load"))
    return problem(core::errc::not_found,
                   "the simulator stentor-load must lie beside stentor, in " + programs_.string() +
                       ": build the target stentor-load");
  auto pattern = (fs::temp_directory_path() / "stentor-demo-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return problem(core::errc::unavailable,
                   "can't make a folder like " + pattern + ": " + std::strerror(errno));
  folder_ = pattern;
  // When root runs the demo, PostgreSQL runs as another user, who must be able to pass through.
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec,
                  failure);
  port_ = free_port();
  if (port_ == 0)
    return problem(core::errc::unavailable, "there is no free port on 127.0.0.1");
  rate_ = options_.recipients > 20'000 ? 1000 : 250;
  for (int i = 0; i < 10; ++i)
    number_ids_.push_back("10654035224" + std::to_string(2900 + i));
  write(folder_ / "token", "demo-token\n");
  write(folder_ / "app-secret", "demo-app-secret\n");
  write(folder_ / "verify-token", "demo-verify-token\n");
  return core::done{};
}

core::status demo_house::start_simulator() {
  std::vector<std::string> arguments{
      (programs_ / "stentor-load").string(), "simulate-meta", "--listen", "127.0.0.1:0", "--tls",
      "--certificate-folder", (folder_ / "certificate").string(), "--token", "demo-token",
      "--app-secret", "demo-app-secret", "--verify-token", "demo-verify-token", "--truth-file",
      (folder_ / "truth").string(), "--webhook-url", url() + "/webhooks/whatsapp",
      "--webhook-batch", "50", "--seed", std::to_string(options_.seed), "--time-scale", "240",
      "--latency-ms", "20", "--latency-p99-ms", "80",
      // Refused at once: not on WhatsApp, enough marketing for today, a passing fault of Meta's.
      "--error", "131026=0.006,131049=0.004,131000=0.01",
      // Accepted, and failed later by webhook.
      "--fail-later", "131026=0.008,131049=0.004,131050=0.004", "--drop-answer", "0.0005",
      "--duplicate", "0.02", "--reorder", "0.05", "--reply", "0.03", "--stop", "0.01"};
  for (const auto& id : number_ids_) {
    arguments.emplace_back("--number");
    arguments.push_back(id + ":" + std::to_string(rate_));
  }
  const auto log = folder_ / "simulator.log";
  auto started = demo_child::start(std::move(arguments), log);
  if (!started)
    return started.problem();
  simulator_ = std::move(*started);
  const auto ready = wait_until("the simulated Meta to listen", 30s, [&] {
    const auto said = nlohmann::json::parse(last_line(text_of(log)), nullptr, false);
    if (!said.is_object() || !said.contains("url"))
      return false;
    simulator_url_ = said.value("url", "");
    certificate_ = said.value("certificate", "");
    return true;
  });
  return ready ? write_configuration() : ready;
}

core::status demo_house::write_configuration() {
  std::ostringstream yaml;
  yaml << "# Written by stentor demo. Delays are compressed: what takes minutes or a day in life "
          "takes seconds here.\n"
       << "organization: {name: Demo}\nstate_folder: state\nnumbers:\n";
  for (const auto& id : number_ids_)
    yaml << "  - {phone_number_id: \"" << id
         << "\", waba_id: \"102290129340398\", token_file: token, messages_per_second: " << rate_
         << "}\n";
  yaml << "meta:\n  base_url: " << simulator_url_ << "\n  ca_file: " << certificate_
       << "\n  app_secret_file: app-secret\n  verify_token_file: verify-token\n"
       << "http: {listen: \"127.0.0.1:" << port_ << "\"}\n"
       << "dispatch: {request_timeout: 2s}\n"
       << "retry: {base_delay: 1s, delay_max: 10s, day_delay: 4s, pair_delay: 100ms}\n"
       << "in_doubt: {wait: 3s}\n";
  write(config_path(), yaml.str());
  return core::done{};
}

core::status demo_house::start_daemon() {
  auto started =
      demo_child::start({(programs_ / "stentor").string(), "serve", "--config", config_path()},
                        folder_ / "daemon.log");
  if (!started)
    return started.problem();
  daemon_ = std::move(*started);
  remote_options options;
  options.url = url();
  const auto probe = connect(options);
  if (!probe)
    return probe.problem();
  return wait_until("the daemon to be ready", 120s, [&] {
    const auto answer = (*probe)->request("GET", "/readyz", "");
    return answer && answer->status == 200;
  });
}

core::result<std::string> demo_house::make_token() {
  const auto output = folder_ / "token-create.json";
  auto child = demo_child::start({(programs_ / "stentor").string(), "token", "create", "--config",
                                  config_path(), "--name", "demo", "--role", "admin", "--json"},
                                 output);
  if (!child)
    return child.problem();
  const auto status = (*child)->finish(60s);
  if (!status)
    return status.problem();
  const auto made = nlohmann::json::parse(last_line(text_of(output)), nullptr, false);
  if (*status != 0 || !made.is_object() || !made.contains("token"))
    return problem(core::errc::internal,
                   "no API token could be made: " + last_line(text_of(output)));
  auto token = made.value("token", "");
  std::error_code ignored;
  fs::remove(output, ignored);
  write(folder_ / "api-token", token + "\n");
  return token;
}

core::result<std::string> demo_house::truth_report(const std::string& campaign) {
  const auto conninfo = running_conninfo((folder_ / "state").string());
  if (!conninfo)
    return problem(core::errc::unavailable, "the demo's database does not answer");
  const auto output = folder_ / "truth.json";
  auto child = demo_child::start({(programs_ / "stentor-load").string(), "report", "--truth",
                                  (folder_ / "truth").string(), "--database", *conninfo,
                                  "--campaign", campaign, "--json"},
                                 output);
  if (!child)
    return child.problem();
  const auto status = (*child)->finish(10min);
  if (!status)
    return status.problem();
  auto line = last_line(text_of(output));
  if (!nlohmann::json::parse(line, nullptr, false).is_object())
    return problem(core::errc::internal, "the comparison with the simulator failed: " + line);
  return line;
}

core::status demo_house::wait_until(const std::string& what, std::chrono::seconds patience,
                                    const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (interrupted())
      return problem(core::errc::unavailable, "interrupted");
    if (simulator_ && !simulator_->running())
      return problem(core::errc::internal,
                     "the simulator ended by itself:\n" + last_words("simulator.log"));
    if (daemon_ && !daemon_->running())
      return problem(core::errc::internal,
                     "the daemon ended by itself:\n" + last_words("daemon.log"));
    if (std::chrono::steady_clock::now() > until)
      return problem(core::errc::unavailable,
                     "waited too long for " + what + ":\n" + last_words("daemon.log"));
    std::this_thread::sleep_for(100ms);
  }
  return core::done{};
}

std::string demo_house::last_words(const std::string& log) const {
  const auto text = text_of(folder_ / log);
  std::size_t from = text.size();
  for (int lines = 0; lines < 9 && from != std::string::npos && from > 0; ++lines)
    from = text.rfind('\n', from - 1);
  return from == std::string::npos ? text : text.substr(from);
}

} // namespace stentor::app
