#pragma once
/// The command line in its own process, with a fake daemon behind it. One thread.

#include "app/cli/command_line.hpp"

#include "adapters/process/temporary_folder.hpp"
#include "stentor/core/campaign/draft.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace stentor;
using namespace stentor::app;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string an_id = "3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e";

/// Answers what the test wants and remembers what it was asked.
struct fake_daemon {
  std::vector<remote_answer> answers;
  std::vector<std::string> asked;
  std::vector<std::string> bodies;
  std::string uploaded, exported;
  std::string upload_type; ///< of what was uploaded last
  remote_options options;
  bool reachable = true;

  core::result<remote_answer> next(std::string_view method, std::string_view target,
                                   std::string body) {
    asked.push_back(std::string{method} + " " + std::string{target});
    bodies.push_back(std::move(body));
    if (!reachable)
      return core::error{core::errc::unavailable, "nobody answers at 127.0.0.1:8080"};
    auto answer = answers.empty() ? remote_answer{200, "{}"} : answers.front();
    if (answers.size() > 1)
      answers.erase(answers.begin());
    return answer;
  }
};

class fake_remote final : public remote {
public:
  explicit fake_remote(fake_daemon& d) : daemon_{d} {}
  core::result<remote_answer> request(std::string_view method, std::string_view target,
                                      std::string_view body) override {
    return daemon_.next(method, target, std::string{body});
  }
  core::result<remote_answer> upload(std::string_view target, std::string_view content_type,
                                     std::istream& from,
                                     const std::function<void(std::uint64_t)>& progress) override {
    std::ostringstream all;
    all << from.rdbuf();
    daemon_.upload_type = content_type;
    daemon_.uploaded = all.str();
    progress(daemon_.uploaded.size());
    return daemon_.next("POST", target, "");
  }
  core::status download(std::string_view target,
                        const std::function<bool(std::string_view)>& write) override {
    daemon_.asked.push_back("GET " + std::string{target});
    if (!daemon_.reachable)
      return core::error{core::errc::not_found, "there is no such campaign"};
    (void)write(daemon_.exported);
    errno = EAGAIN; // as a socket leaves it
    return core::ok{};
  }

private:
  fake_daemon& daemon_;
};

class command_line : public ::testing::Test {
protected:
  int run(std::vector<std::string> arguments, bool terminal = false) {
    world w;
    w.version = "0.1.0";
    w.hold_signals = [this] { signals_wait = true; };
    w.check_start = [this](const ports::configuration&) {
      signals_waited_for_check = signals_wait;
      return start;
    };
    w.serve = [this](const ports::configuration&, const std::string& path,
                     ports::log_format format) {
      served = path;
      log_format = format;
      return 0;
    };
    w.demo = [this](const console&, const demo_options& o) {
      demo = o;
      return 0;
    };
    w.connect = [this](const remote_options& o) {
      daemon.options = o;
      return core::result<std::unique_ptr<remote>>{std::make_unique<fake_remote>(daemon)};
    };
    w.database.create_token = [this](const console&, const ports::configuration&,
                                     const database_commands::new_token& t, bool) {
      token = t;
      return 0;
    };
    w.database.list_tokens = [](const console&, const ports::configuration&, const std::string&,
                                bool) { return 0; };
    w.database.revoke_token = [](const console&, const ports::configuration&, const std::string&,
                                 bool) { return 3; };
    w.database.migrate = [](const console&, const ports::configuration&, bool) { return 6; };
    w.pause = [this](int) { ++pauses; };
    out.str("");
    err.str("");
    return app::run(arguments, w, console{out, err, terminal, false, {}, &in});
  }

  std::string file(const std::string& name, std::string_view text) {
    std::ofstream{folder / name, std::ios::binary} << text;
    return (folder / name).string();
  }

  std::istringstream in;
  process::temporary_folder own{"stentor-app"};
  std::filesystem::path folder = own.path();
  fake_daemon daemon;
  std::ostringstream out, err;
  std::string served;
  ports::log_format log_format = ports::log_format::text;
  demo_options demo;
  database_commands::new_token token;
  int pauses = 0;
  bool signals_wait = false;
  bool signals_waited_for_check = false; ///< they waited already when the start was checked
  start_report start;
};

} // namespace
