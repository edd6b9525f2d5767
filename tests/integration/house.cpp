/// See house.hpp: processes, configuration, HTTP, the simulator and the database.

#include "tests/integration/house.hpp"

#include "adapters/http2/gateway.hpp"
#include "adapters/http_client/client.hpp"
#include "adapters/meta/messages/answer_reader.hpp"
#include "adapters/process/child_process.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"
#include "tests/adapters/http_server/support/raw_client.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stentor::testing {

namespace {

namespace fs = std::filesystem;

constexpr const char* app_secret = "a secret of the tests";
constexpr const char* account = "102290129340398";

std::string text_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A port that nobody uses now; the simulator must know it before the daemon runs.
int free_port() {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* raw = reinterpret_cast<sockaddr*>(&at);
  const bool found = ::bind(s, raw, size) == 0 && ::getsockname(s, raw, &size) == 0;
  ::close(s);
  if (!found)
    throw std::runtime_error{"there is no free port on 127.0.0.1"};
  return ntohs(at.sin_port);
}

/// The messages of a later simulator behind those of an earlier one.
void append(load::truth& to, const load::truth& from) {
  std::uint64_t shift = 0;
  for (const auto& each : to.requests)
    shift = std::max(shift, each.message + 1);
  if (to.numbers.empty())
    to.numbers = from.numbers;
  const auto text_at = to.callback_text.size();
  to.callback_text += from.callback_text;
  for (auto each : from.requests) {
    each.callback_at += text_at;
    each.message += each.code == 0 ? shift : 0;
    to.requests.push_back(each);
  }
  for (auto each : from.statuses) {
    each.message += shift;
    to.statuses.push_back(each);
  }
  to.stops.insert(to.stops.end(), from.stops.begin(), from.stops.end());
}

/// The daemon lies beside this test.
std::string programs() {
  return fs::read_symlink("/proc/self/exe").parent_path().string();
}

class end_of_program : public ::testing::Environment {
public:
  void TearDown() override { all.reset(); }
  std::unique_ptr<house> all;
};

end_of_program& the_end() {
  static auto* const one =
      static_cast<end_of_program*>(::testing::AddGlobalTestEnvironment(new end_of_program));
  return *one;
}
[[maybe_unused]] const auto& registered = the_end();

} // namespace

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct house::silent_stops final : ports::stop_list {
  [[nodiscard]] bool contains(core::number_no, core::person_key) const override { return false; }
  void add(core::organization_no, core::person_key) override {}
  void remove(core::organization_no, core::person_key) override {}
};

struct house::silent_outcomes final : ports::gateway_listener {
  void on_outcomes(std::shared_ptr<const core::outcome_batch>) override {}
};

house& house::one() {
  auto& holder = the_end();
  if (!holder.all)
    holder.all = std::make_unique<house>();
  return *holder.all;
}

house::house()
    : stops_{std::make_unique<silent_stops>()}, outcomes_{std::make_unique<silent_outcomes>()} {
  auto pattern = (fs::temp_directory_path() / "stentor-house-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error{"no temporary folder"};
  folder_ = pattern;
  // PostgreSQL runs as another user when root runs the tests, and must be able to pass through.
  fs::permissions(folder_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
  port_ = free_port();
  numbers_ = {"106540352242901", "106540352242902", "106540352242903"};
  write("token", "first-token\n");
  write("app-secret", std::string{app_secret} + "\n");
  write("verify-token", "a word of the tests\n");
  try {
    start_simulator();
    write_configuration();
    start_daemon();
    token_ = make_token("Tests", "admin").second;
  } catch (...) {
    end();
    throw;
  }
  write("api-token", token_ + "\n");
}

house::~house() {
  end();
}

void house::end() {
  if (daemon_ != 0) {
    ::kill(daemon_, SIGTERM);
    if (!postgres::wait_child(daemon_, 20s)) {
      ::kill(daemon_, SIGKILL);
      (void)postgres::wait_child(daemon_, 10s);
    }
    daemon_ = 0;
  }
  wire_.reset();
  simulator_.reset();
  if (std::getenv("STENTOR_KEEP") == nullptr) {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  } else {
    std::cerr << "The house is kept: " << folder_ << "\n";
  }
}

void house::tidy() {
  if (!simulator_)
    start_simulator();
  faults(
      {{"errors", json::object()},
       {"failures", json::object()},
       {"delivered", 0.95},
       {"read", 0}, // reading takes up to an hour, seven seconds here
       {"reply", 0.02},
       {"stop", 0.01},
       {"drop_answer", 0},
       {"stall", 0},
       {"duplicate", 0.02},
       {"reorder", 0.05},
       {"latency_median_ms", 10},
       {"latency_p99_ms", 40},
       {"goaway_every", 0},
       {"reset_every", 0},
       {"webhooks_paused", false},
       {"template_status", {{"tour_package_marketing", "APPROVED"}, {"hello_world", "APPROVED"}}}});
  if (!daemon_runs())
    start_daemon();
  wait("the daemon to be ready", 40s, [&] { return call("GET", "/readyz").status == 200; });
  for (const auto* status : {"sending", "paused", "scheduled"}) {
    const auto list =
        call("GET", "/api/whatsapp/campaigns?limit=100&status=" + std::string{status});
    for (const auto& c : list.body().value("data", json::array()))
      call("POST", "/api/whatsapp/campaigns/" + c.value("id", "") + "/cancel");
  }
  begin_ = whole_truth().requests.size();
}

// -- the daemon

pid_t house::spawn(std::vector<std::string> arguments, const fs::path& output) {
  postgres::child_command command;
  command.arguments = std::move(arguments);
  command.working_directory = folder_;
  command.output = output;
  command.death_signal = SIGKILL; // nothing may outlive a test that crashed
  const auto pid = postgres::start_child(command);
  if (!pid)
    throw std::runtime_error{pid.problem().message};
  return *pid;
}

void house::start_daemon() {
  daemon_ = spawn({programs() + "/stentor", "serve", "--config", configuration_file()},
                  folder_ / "daemon.log");
  const auto until = std::chrono::steady_clock::now() + 30s;
  while (call("GET", "/readyz").status != 200) {
    if (!daemon_runs() || std::chrono::steady_clock::now() > until)
      throw std::runtime_error{"the daemon did not start: " + call("GET", "/readyz").text + "\n" +
                               last_words()};
    std::this_thread::sleep_for(50ms);
  }
}

int house::stop_daemon(int signal, std::chrono::seconds patience) {
  ::kill(daemon_, signal);
  const auto status = postgres::wait_child(daemon_, patience);
  if (!status) {
    ADD_FAILURE() << "the daemon did not end:\n" << last_words();
    ::kill(daemon_, SIGKILL);
    (void)postgres::wait_child(daemon_, 10s);
  }
  daemon_ = 0;
  if (!status)
    return -1;
  return WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
}

void house::signal_daemon(int signal) const {
  ::kill(daemon_, signal);
}

bool house::daemon_runs() {
  if (daemon_ != 0 && postgres::wait_child(daemon_, 0ms))
    daemon_ = 0;
  return daemon_ != 0;
}

std::int64_t house::daemon_rss_kb() const {
  std::ifstream status{"/proc/" + std::to_string(daemon_) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:"))
      return std::stoll(line.substr(6));
  return -1;
}

std::string house::log() const {
  return text_of(folder_ / "daemon.log");
}

std::string house::last_words() const {
  constexpr std::size_t enough = 4000;
  const auto text = log();
  return text.size() > enough ? text.substr(text.size() - enough) : text;
}

std::size_t house::said(std::string_view what) const {
  const auto text = log();
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++n;
  return n;
}

pid_t house::postmaster() const {
  std::ifstream file{folder_ / "state" / "database" / "postmaster.pid"};
  pid_t pid = 0;
  file >> pid;
  return pid;
}

ended house::run(std::vector<std::string> arguments, std::chrono::seconds patience) {
  const auto output = folder_ / ("run-" + std::to_string(++runs_));
  arguments.insert(arguments.begin(), programs() + "/stentor");
  const auto pid = spawn(std::move(arguments), output);
  const auto status = postgres::wait_child(pid, patience);
  if (!status) {
    ::kill(pid, SIGKILL);
    (void)postgres::wait_child(pid, 10s);
  }
  ended how;
  if (status)
    how.status = WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
  how.output = text_of(output);
  return how;
}

ended house::cli(std::vector<std::string> arguments, std::chrono::seconds patience) {
  const std::string token_file = (folder_ / "api-token").string();
  arguments.insert(arguments.end(), {"--url", url(), "--token-file", token_file});
  return run(std::move(arguments), patience);
}

// -- the admin API

answer house::call(std::string_view method, const std::string& target, const std::string& body,
                   const std::string& type) {
  return call_as(token_, method, target, body, type);
}

answer house::call_as(const std::string& token, std::string_view method, const std::string& target,
                      const std::string& body, const std::string& type) {
  http_server::client client{{.url = url(), .token = token, .ca_file = {}, .timeout = 30s}};
  const auto said = client.request(method, target, body, type);
  return said ? answer{said->status, said->body} : answer{0, said.problem().message};
}

std::pair<std::string, std::string> house::make_token(const std::string& organization,
                                                      const std::string& role) {
  const auto made = run({"token", "create", "--config", configuration_file(), "--organization",
                         organization, "--name", "tests", "--role", role, "--json"});
  const auto at = made.output.find('{');
  const auto parsed =
      json::parse(at == std::string::npos ? "" : made.output.substr(at), nullptr, false);
  if (made.status != 0 || !parsed.is_object())
    throw std::runtime_error{"no token: " + made.output};
  return {parsed.value("id", ""), parsed.value("token", "")};
}

answer house::webhook(const std::string& body, std::optional<std::string> signature) {
  const auto right = "sha256=" + load::hmac_sha256_hex(app_secret, body);
  test::raw_client wire{static_cast<std::uint16_t>(port_)};
  wire.send("POST /webhooks/whatsapp HTTP/1.1\r\nHost: tests\r\nContent-Type: application/json\r\n"
            "X-Hub-Signature-256: " +
            signature.value_or(right) + "\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body);
  const auto said = wire.response();
  return {said.size() > 12 ? std::atoi(said.c_str() + 9) : 0, said};
}

std::string house::text_message(const std::string& phone, const std::string& text) {
  const auto digits = phone.substr(1);
  static int next = 0;
  const auto id = std::to_string(++next);
  return R"({"object":"whatsapp_business_account","entry":[{"id":")" + std::string{account} +
         R"(","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",)"
         R"("metadata":{"display_phone_number":"15550001111","phone_number_id":"106540352242901"},)"
         R"("contacts":[{"profile":{"name":"Ana"},"wa_id":")" +
         digits + R"("}],"messages":[{"from":")" + digits + R"(","id":"wamid.test)" + id +
         R"(","timestamp":")" + std::to_string(now_us() / 1'000'000) +
         R"(","type":"text","text":)" + json{{"body", text}}.dump() + "}]}}]}]}";
}

std::string house::stop_preference(const std::string& phone) {
  return R"({"object":"whatsapp_business_account","entry":[{"id":")" + std::string{account} +
         R"(","changes":[{"field":"user_preferences","value":{"messaging_product":"whatsapp",)"
         R"("metadata":{"display_phone_number":"15550001111","phone_number_id":"106540352242901"},)"
         R"("user_preferences":[{"wa_id":")" +
         phone.substr(1) + R"(","category":"marketing_messages","value":"stop","timestamp":)" +
         std::to_string(now_us() / 1'000'000) + "}]}}]}]}";
}

// -- the simulator

void house::start_simulator() {
  load::simulator_settings s;
  s.port = simulator_port_;
  s.tls = true;
  s.certificate_folder = (folder_ / "certificate").string();
  s.app_secret = app_secret;
  s.verify_token = "a word of the tests";
  s.webhook_url = url() + "/webhooks/whatsapp";
  s.tokens = {"first-token", "second-token"};
  s.webhook_batch = 20;
  s.seed = static_cast<std::uint64_t>(++simulators_);
  s.time_scale = 500;
  for (const auto& id : numbers_)
    s.numbers.push_back({id, rate_});
  simulator_ = std::make_unique<load::meta_simulator>(std::move(s));
  const auto started = simulator_->start();
  if (!started)
    throw std::runtime_error{"the simulator did not start: " + started.problem().message};
  simulator_port_ = simulator_->port();
  http2::gateway_settings to;
  to.base_url = simulator_->url();
  to.ca_file = simulator_->certificate();
  to.connections_min = to.connections_max = 1;
  to.management_bytes_max = std::size_t{512} * 1024 * 1024;
  auto wire = http2::make_gateway(to, meta::make_answer_reader(), *stops_, *outcomes_);
  if (!wire)
    throw std::runtime_error{wire.problem().message};
  wire_ = std::move(*wire);
}

void house::stop_simulator() {
  wire_.reset();
  simulator_->stop();
  auto facts = simulator_->ground_truth();
  simulator_.reset();
  if (!facts)
    throw std::runtime_error{facts.problem().message};
  past_.push_back(std::move(*facts));
}

answer house::control(const std::string& method, const std::string& path, const std::string& body) {
  const auto tell = std::make_shared<std::promise<ports::management_answer>>();
  auto got = tell->get_future();
  wire_->manage({.method = method, .path = path, .token = "tests", .body = body},
                [tell](ports::management_answer a) { tell->set_value(std::move(a)); });
  if (got.wait_for(60s) != std::future_status::ready)
    return {0, "the simulator is silent"};
  auto said = got.get();
  return {said.status, said.status == 0 ? said.problem : said.body};
}

void house::faults(const json& changes) {
  const auto said = control("POST", "/_simulator/faults", changes.dump());
  // Who asks for resets may lose this answer with them.
  if (said.status != 200 && !changes.value("reset_now", false))
    throw std::runtime_error{"the simulator refuses: " + said.text};
}

json house::figures() {
  return control("GET", "/_simulator/figures", {}).body();
}

load::truth house::whole_truth() {
  load::truth all;
  for (const auto& each : past_)
    append(all, each);
  if (simulator_) {
    const auto bytes = control("GET", "/_simulator/truth", {});
    auto now = load::parse_truth(bytes.text);
    if (bytes.status != 200 || !now)
      throw std::runtime_error{
          "the simulator tells no truth: " +
          std::string{now ? bytes.text.substr(0, 200) : now.problem().message}};
    append(all, *now);
  }
  return all;
}

load::truth house::truth() {
  auto all = whole_truth();
  all.requests.erase(all.requests.begin(),
                     all.requests.begin() +
                         static_cast<std::ptrdiff_t>(std::min(begin_, all.requests.size())));
  return all;
}

// -- the database and the rest

void house::write(const std::string& file, std::string_view text) const {
  std::ofstream{folder_ / file, std::ios::binary} << text;
  fs::permissions(folder_ / file, fs::perms::owner_read | fs::perms::owner_write);
}

void house::write_configuration(const std::string& more) const {
  std::ostringstream yaml;
  yaml << "organization: {name: Tests}\nstate_folder: state\nnumbers:\n";
  for (const auto& id : numbers_)
    yaml << "  - {phone_number_id: \"" << id << "\", waba_id: \"" << account
         << "\", token_file: token, messages_per_second: " << rate_ << "}\n";
  yaml << "meta:\n  base_url: " << simulator_->url() << "\n  ca_file: " << simulator_->certificate()
       << "\n  app_secret_file: app-secret\n  verify_token_file: verify-token\n"
       << "http: {listen: \"127.0.0.1:" << port_ << "\"}\n"
       << "dispatch: {request_timeout: 2s, connect_timeout: 2s}\n"
       << "retry: {base_delay: 200ms, delay_max: 2s, day_delay: 1s, pair_delay: 50ms}\n"
       << "in_doubt: {wait: 2s}\nlease: {duration: 3s}\nshutdown: {drain: 10s}\n"
       << more;
  write("stentor.yaml", yaml.str());
}

bool house::wait(const std::string& what, std::chrono::seconds patience,
                 const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > until) {
      ADD_FAILURE() << "waited " << patience.count() << " s for " << what << "\n" << last_words();
      return false;
    }
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

bool house::wait_status(const made_campaign& c, const std::string& status,
                        std::chrono::seconds patience) {
  return wait("the campaign to be " + status, patience,
              [&] { return get(c).value("status", "") == status; });
}

} // namespace stentor::testing
