#include "bench/load/harness/daemon_house.hpp"

#include "adapters/http_client/client.hpp"
#include "adapters/process/child_process.hpp"
#include "bench/load/harness/h2load.hpp"
#include "bench/load/harness/nginx_server.hpp"
#include "bench/simulator/server/tls.hpp"

#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace stentor::load {
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

/// A port of the loopback that nobody uses now: the simulator must know where webhooks go before
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
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::string last_line(const std::string& text) {
  std::istringstream lines{text};
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty())
      last = line;
  return last;
}

void write_private(const fs::path& path, std::string_view text) {
  std::ofstream{path, std::ios::binary} << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

core::result<pid_t> start(std::vector<std::string> arguments, const fs::path& output) {
  postgres::child_command command;
  command.arguments = std::move(arguments);
  command.working_directory = output.parent_path();
  command.output = output;
  command.death_signal = SIGTERM;
  return postgres::start_child(command);
}

void stop(pid_t& child) {
  if (child == 0)
    return;
  ::kill(child, SIGTERM);
  if (!postgres::wait_child(child, 60s)) {
    ::kill(child, SIGKILL);
    (void)postgres::wait_child(child, 10s);
  }
  child = 0;
}

/// The lines of PostgreSQL's pid file: 1 is the process, 5 the folder of its socket.
std::string line_of_pid_file(const fs::path& folder, int wanted) {
  std::ifstream file{folder / "state" / "database" / "postmaster.pid"};
  std::string line;
  for (int i = 0; i < wanted; ++i)
    if (!std::getline(file, line))
      return {};
  return line;
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

std::string daemon_configuration(const house_settings& settings,
                                 const std::vector<std::string>& number_ids,
                                 const std::string& base_url, const std::string& ca_file,
                                 int port) {
  std::ostringstream yaml;
  yaml << "# Written by stentor-load.\norganization: {name: Load}\nstate_folder: state\nnumbers:\n";
  for (const auto& id : number_ids)
    yaml << "  - {phone_number_id: \"" << id
         << "\", waba_id: \"102290129340398\", token_file: token, messages_per_second: "
         << settings.rate << "}\n";
  yaml << "meta:\n  base_url: " << base_url << "\n";
  if (!ca_file.empty())
    yaml << "  ca_file: " << ca_file << "\n";
  yaml << "  app_secret_file: app-secret\n  verify_token_file: verify-token\n"
       << "http: {listen: \"127.0.0.1:" << port << "\"}\n"
       << "retry: {base_delay: 1s}\nshutdown: {drain: 5s}\n";
  if (settings.in_doubt_wait_s > 0)
    yaml << "in_doubt: {wait: " << settings.in_doubt_wait_s << "s}\n";
  if (!settings.dispatch.empty())
    yaml << "dispatch:\n";
  for (const auto& each : settings.dispatch) {
    const auto equals = each.find('=');
    yaml << "  " << each.substr(0, equals) << ": " << each.substr(equals + 1) << "\n";
  }
  return yaml.str();
}

daemon_house::~daemon_house() {
  stop(daemon_);
  stop(simulator_);
  std::error_code ignored;
  if (!settings_.keep && !folder_.empty())
    fs::remove_all(folder_, ignored);
}

core::status daemon_house::open() {
  for (const auto step :
       {&daemon_house::make_folder, &daemon_house::start_simulator, &daemon_house::start_daemon})
    if (auto went = (this->*step)(); !went)
      return went;
  return core::done{};
}

core::status daemon_house::make_folder() {
  std::error_code failure;
  programs_ = fs::read_symlink("/proc/self/exe", failure).parent_path();
  if (!fs::exists(programs_ / "stentor"))
    return problem(core::errc::not_found, "the daemon stentor must lie beside stentor-load, in " +
                                              programs_.string() + ": build the target stentor");
  const auto parent =
      settings_.folder.empty() ? fs::temp_directory_path() : fs::absolute(settings_.folder);
  auto pattern = (parent / "stentor-load-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return problem(core::errc::unavailable,
                   "can't make a folder like " + pattern + ": " + std::strerror(errno));
  folder_ = pattern;
  // When root runs this, PostgreSQL runs as another user, who must be able to pass through.
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec,
                  failure);
  port_ = free_port();
  if (port_ == 0)
    return problem(core::errc::unavailable, "there is no free port on 127.0.0.1");
  constexpr std::uint64_t first_id = 106'540'352'242'900;
  for (unsigned i = 0; i < settings_.numbers; ++i)
    number_ids_.push_back(std::to_string(first_id + i));
  write_private(folder_ / "token", "load-token\n");
  write_private(folder_ / "app-secret", "load-app-secret\n");
  write_private(folder_ / "verify-token", "load-verify-token\n");
  return core::done{};
}

core::status daemon_house::start_simulator() {
  if (!settings_.target.empty()) {
    meta_url_ = settings_.target;
    if (!settings_.ca_file.empty())
      certificate_ = fs::absolute(settings_.ca_file).string();
    return core::done{};
  }
  if (settings_.server == "nginx")
    return start_nginx();
  const auto number = [](auto value) {
    std::ostringstream text;
    text << value;
    return text.str();
  };
  std::vector<std::string> arguments{(programs_ / "stentor-load").string(),
                                     "simulate-meta",
                                     "--listen",
                                     "127.0.0.1:0",
                                     settings_.clear ? "--clear" : "--tls",
                                     "--certificate-folder",
                                     (folder_ / "certificate").string(),
                                     "--token",
                                     "load-token",
                                     "--app-secret",
                                     "load-app-secret",
                                     "--verify-token",
                                     "load-verify-token",
                                     "--truth-file",
                                     truth_file().string(),
                                     "--seed",
                                     number(settings_.seed),
                                     "--max-concurrent-streams",
                                     number(settings_.streams),
                                     "--latency-ms",
                                     number(settings_.latency_ms),
                                     "--reply",
                                     "0",
                                     "--stop",
                                     "0"};
  if (settings_.receipts_per_post > 0) {
    for (const auto& each : {std::string{"--webhook-url"}, url() + "/webhooks/whatsapp",
                             std::string{"--webhook-batch"}, number(settings_.receipts_per_post),
                             std::string{"--webhook-connections"}, std::string{"256"},
                             std::string{"--time-scale"}, number(settings_.time_scale)})
      arguments.push_back(each);
  }
  for (const auto& id : number_ids_) {
    arguments.emplace_back("--number");
    arguments.push_back(id + ":" + number(settings_.rate));
  }
  if (!settings_.spare_number.empty())
    for (const auto& each :
         {std::string{"--number"}, settings_.spare_number + ":0", std::string{"--no-pair-limit"}})
      arguments.push_back(each);
  const auto log = folder_ / "simulator.log";
  auto started = start(std::move(arguments), log);
  if (!started)
    return started.problem();
  simulator_ = *started;
  return wait_until("the simulated Meta to listen", 30s, 20ms, [&] {
    const auto said = nlohmann::json::parse(last_line(text_of(log)), nullptr, false);
    if (!said.is_object() || !said.contains("url"))
      return false;
    meta_url_ = said.value("url", "");
    certificate_ = settings_.clear ? "" : said.value("certificate", "");
    return true;
  });
}

core::status daemon_house::start_nginx() {
  const auto program = find_program("nginx");
  if (program.empty())
    return problem(core::errc::not_found,
                   "there is no nginx on this machine: install the package nginx-light");
  const auto files = make_certificate((folder_ / "certificate").string());
  if (!files)
    return files.problem();
  const nginx_settings chosen{folder_,    free_port(),      !settings_.clear, files->certificate,
                              files->key, settings_.streams};
  const auto config = folder_ / "nginx.conf";
  write_private(config, nginx_configuration(chosen));
  const auto log = folder_ / "simulator.log";
  auto started = start({program.string(), "-p", folder_.string(), "-c", config.string()}, log);
  if (!started)
    return started.problem();
  simulator_ = *started;
  meta_url_ =
      (settings_.clear ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(chosen.port);
  certificate_ = settings_.clear ? "" : files->certificate;
  return wait_until("nginx to listen", 30s, 20ms,
                    [&] { return fs::exists(folder_ / "nginx.pid"); });
}

core::status daemon_house::start_daemon() {
  const auto config = folder_ / "stentor.yaml";
  write_private(config,
                daemon_configuration(settings_, number_ids_, meta_url_, certificate_, port_));
  auto started = start({(programs_ / "stentor").string(), "serve", "--config", config.string()},
                       folder_ / "daemon.log");
  if (!started)
    return started.problem();
  daemon_ = *started;
  http_server::client_settings to;
  to.url = url();
  http_server::client probe{to};
  return wait_until("the daemon to be ready", 120s, 10ms, [&] {
    const auto answer = probe.request("GET", "/readyz");
    return answer && answer->status == 200;
  });
}

core::status daemon_house::kill_daemon() {
  if (daemon_ != 0 && ::kill(daemon_, SIGKILL) == 0 && postgres::wait_child(daemon_, 60s)) {
    daemon_ = 0;
    return core::done{};
  }
  return problem(core::errc::internal, "the daemon could not be killed");
}

core::result<std::string> daemon_house::make_token() {
  const auto output = folder_ / "token-create.json";
  auto child =
      start({(programs_ / "stentor").string(), "token", "create", "--config",
             (folder_ / "stentor.yaml").string(), "--name", "load", "--role", "admin", "--json"},
            output);
  if (!child)
    return child.problem();
  const auto status = postgres::wait_child(*child, 60s);
  if (!status)
    stop(*child);
  const auto made = nlohmann::json::parse(last_line(text_of(output)), nullptr, false);
  if (status != 0 || !made.is_object() || !made.contains("token"))
    return problem(core::errc::internal,
                   "no API token could be made: " + last_line(text_of(output)));
  std::error_code ignored;
  fs::remove(output, ignored);
  return made.value("token", "");
}

void daemon_house::stop_simulator() {
  stop(simulator_);
}

std::string daemon_house::conninfo() const {
  return "host='" + line_of_pid_file(folder_, 5) + "' port=5432 user=stentor dbname=stentor";
}

pid_t daemon_house::postmaster() const {
  return static_cast<pid_t>(std::atoi(line_of_pid_file(folder_, 1).c_str()));
}

core::status daemon_house::lasts(pid_t& child, const char* name, const char* log) {
  if (child == 0 || !postgres::wait_child(child, 0ms))
    return core::done{};
  child = 0;
  return problem(core::errc::internal, std::string{name} + " ended by itself:" + last_words(log));
}

core::status daemon_house::wait_until(const std::string& what, std::chrono::seconds patience,
                                      std::chrono::milliseconds pause,
                                      const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (interrupted())
      return problem(core::errc::unavailable, "interrupted");
    if (auto lives = lasts(simulator_, "the simulator", "simulator.log"); !lives)
      return lives;
    if (auto lives = lasts(daemon_, "the daemon", "daemon.log"); !lives)
      return lives;
    if (std::chrono::steady_clock::now() > until)
      return problem(core::errc::unavailable,
                     "waited too long for " + what + ":" + last_words("daemon.log"));
    std::this_thread::sleep_for(pause);
  }
  return core::done{};
}

std::string daemon_house::last_words(const std::string& log) const {
  const auto text = text_of(folder_ / log);
  std::size_t from = text.size();
  for (int lines = 0; lines < 9 && from != std::string::npos && from > 0; ++lines)
    from = text.rfind('\n', from - 1);
  return from == std::string::npos ? "\n" + text : text.substr(from);
}

} // namespace stentor::load
