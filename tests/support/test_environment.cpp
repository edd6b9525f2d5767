#include "tests/support/test_environment.hpp"

#include "adapters/process/free_port.hpp"
#include "adapters/process/text_file.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>

namespace stentor::testing {

namespace {

template <class T>
T must(core::result<T> made) {
  if (!made)
    throw std::runtime_error{made.error().message};
  return std::move(*made);
}

class end_of_program : public ::testing::Environment {
public:
  void TearDown() override { all.reset(); }
  std::unique_ptr<test_environment> all;
};

end_of_program& the_end() {
  static auto* const one =
      static_cast<end_of_program*>(::testing::AddGlobalTestEnvironment(new end_of_program));
  return *one;
}
[[maybe_unused]] const auto& registered = the_end();

} // namespace

test_environment& test_environment::one() {
  auto& holder = the_end();
  if (!holder.all)
    holder.all = std::make_unique<test_environment>();
  return *holder.all;
}

test_environment::test_environment()
    : folder_{must(app::local_folder::make("stentor-tests", {}, secrets_))},
      port_{must(process::free_port())}, simulator{simulator_settings()}, daemon{folder_, port_},
      api{port_, secrets_.app_secret}, database{folder_.state()}, campaigns{daemon, api, simulator,
                                                                            database} {
  if (std::getenv("STENTOR_KEEP") != nullptr) {
    folder_.keep();
    std::cerr << "The folder is kept: " << folder() << "\n";
  }
  simulator.start();
  write_configuration();
  daemon.start();
  api.use_token(daemon.make_token("Tests", "admin").second);
  process::write_private(folder_.api_token(), api.token() + "\n");
}

test_environment::~test_environment() {
  if (daemon.running())
    static_cast<void>(daemon.stop(SIGTERM));
}

load::simulator_settings test_environment::simulator_settings() const {
  load::simulator_settings settings;
  settings.tls = true;
  settings.certificate_folder = folder_.file("certificate").string();
  settings.app_secret = secrets_.app_secret;
  settings.verify_token = secrets_.verify_token;
  settings.webhook_url = "http://127.0.0.1:" + std::to_string(port_) + "/webhooks/whatsapp";
  settings.tokens = {secrets_.token, "second-token"};
  settings.webhook_batch = 20;
  settings.time_scale = 500;
  for (const auto& id : numbers_)
    settings.numbers.push_back({id, rate_});
  return settings;
}

void test_environment::reset() {
  if (!simulator.running())
    simulator.start();
  simulator.forget_faults();
  if (!daemon.running())
    daemon.start();
  daemon.wait("the daemon to be ready", 40s,
              [&] { return api.call("GET", "/readyz").status == 200; });
  for (const auto* status : {"sending", "paused", "scheduled"}) {
    const auto list =
        api.call("GET", "/api/whatsapp/campaigns?limit=100&status=" + std::string{status});
    for (const auto& c : list.body().value("data", json::array()))
      api.call("POST", "/api/whatsapp/campaigns/" + c.value("id", "") + "/cancel");
  }
  simulator.begin_test();
}

void test_environment::write(const std::string& file, std::string_view text) const {
  process::write_private(folder_.file(file), text);
}

void test_environment::write_configuration(const std::string& more) const {
  const std::string quick = "dispatch: {request_timeout: 2s, connect_timeout: 2s}\n"
                            "retry: {base_delay: 200ms, delay_max: 2s, pair_delay: 50ms}\n"
                            "recovery: {spacing: 1s}\n"
                            "in_doubt: {wait: 2s}\nlease: {duration: 3s}\nshutdown: {drain: 10s}\n";
  write("stentor.yaml", app::to_yaml({.organization = "Tests",
                                      .number_ids = numbers_,
                                      .messages_per_second = rate_,
                                      .meta_url = simulator.url(),
                                      .ca_file = simulator.certificate(),
                                      .port = port_,
                                      .more = quick + more}));
}

} // namespace stentor::testing
