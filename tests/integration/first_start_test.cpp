/// The first minutes with Stentor: a daemon and the commands of an operator that come at the same
/// moment on one state folder, and the README's own commands, pasted as they stand there.

#include "adapters/process/child_process.hpp"
#include "adapters/process/free_port.hpp"
#include "adapters/process/text_file.hpp"
#include "app/local/configuration_writer.hpp"
#include "app/local/local_folder.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/simulator_handle.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <stdexcept>

namespace stentor::testing {
namespace {

namespace fs = std::filesystem;

template <class T>
T expect_made(core::result<T> made) {
  if (!made)
    throw std::runtime_error{made.error().message};
  return std::move(*made);
}

std::string program(const char* name) {
  return expect_made(app::companion_program(name)).string();
}

class first_start : public ::testing::Test {
protected:
  first_start() {
    load::simulator_settings settings;
    settings.tls = true;
    settings.certificate_folder = folder.file("certificate").string();
    settings.app_secret = secrets.app_secret;
    settings.verify_token = secrets.verify_token;
    settings.tokens = {secrets.token};
    settings.webhook_url = daemon.url() + "/webhooks/whatsapp";
    settings.numbers.push_back({app::local_number_ids(1).front(), 80});
    simulator = std::make_unique<simulator_handle>(std::move(settings));
    simulator->start();
    simulator->forget_faults();
    process::write_private(folder.configuration(),
                           app::to_yaml({.number_ids = app::local_number_ids(1),
                                         .meta_url = simulator->url(),
                                         .ca_file = simulator->certificate(),
                                         .port = daemon.port(),
                                         .more = {}}));
  }

  std::unique_ptr<process::child_process> start(std::vector<std::string> arguments,
                                                const std::string& output) {
    arguments.insert(arguments.begin(), program("stentor"));
    return expect_made(process::child_process::start(std::move(arguments), folder.file(output)));
  }
  std::unique_ptr<process::child_process> serve() {
    return start({"serve", "--config", folder.configuration().string()}, "daemon.log");
  }
  std::unique_ptr<process::child_process> create_token(const std::string& output) {
    return start({"token", "create", "--config", folder.configuration().string(), "--name", "me",
                  "--role", "operator", "--json"},
                 output);
  }

  app::local_secrets secrets;
  app::local_folder folder = expect_made(app::local_folder::make("stentor-first", {}, secrets));
  daemon_process daemon{folder, expect_made(process::free_port())};
  std::unique_ptr<simulator_handle> simulator;
};

/// The README's commands that need a daemon: the block of its text that starts one.
std::string readme_block() {
  const auto text = process::text_of(STENTOR_SOURCE_DIR "/README.md");
  const std::string fence = "```";
  for (auto begin = text.find(fence); begin != std::string::npos;) {
    const auto from = text.find('\n', begin) + 1;
    const auto end = text.find(fence, from);
    const auto block = text.substr(from, end - from);
    if (block.find("stentor serve") != std::string::npos)
      return block;
    begin = end == std::string::npos ? end : text.find(fence, end + fence.size());
  }
  return {};
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  ASSERT_NE(at, std::string::npos) << "the README does not say " << what;
  text.replace(at, what.size(), with);
}

} // namespace

TEST_F(first_start, daemon_and_command_at_the_same_moment_both_succeed) {
  for (const bool fresh : {true, false}) {
    for (const bool daemon_first : {true, false, true}) {
      SCOPED_TRACE((fresh ? "a fresh folder, " : "a folder that exists, ") +
                   std::string{daemon_first ? "the daemon first" : "the command first"});
      if (fresh)
        fs::remove_all(folder.state());
      fs::remove(folder.file("token.json"));
      auto first = daemon_first ? serve() : create_token("token.json");
      auto second = daemon_first ? create_token("token.json") : serve();
      auto& running = daemon_first ? first : second;
      auto& command = daemon_first ? second : first;
      EXPECT_EQ(command->wait(90s), 0);
      EXPECT_NE(process::text_of(folder.file("token.json")).find("\"token\""), std::string::npos)
          << process::text_of(folder.file("token.json"));
      EXPECT_TRUE(daemon.wait("the daemon", 90s, [&] {
        app::daemon_process probe{folder, daemon.port()};
        return probe.ready() || !running->running();
      }));
      EXPECT_TRUE(running->running()) << daemon.last_words();
      running->signal(SIGTERM);
      EXPECT_EQ(running->wait(60s), 0) << daemon.last_words();
    }
  }
}

TEST_F(first_start, commands_at_the_same_moment_take_turns) {
  auto first = create_token("first.json");
  auto second = create_token("second.json");
  for (auto* command : {&first, &second})
    EXPECT_EQ((*command)->wait(90s), 0);
  for (const auto* output : {"first.json", "second.json"})
    EXPECT_NE(process::text_of(folder.file(output)).find("\"token\""), std::string::npos)
        << process::text_of(folder.file(output));
}

TEST_F(first_start, the_readme_can_be_pasted) {
  auto block = readme_block();
  replace(block, "http://127.0.0.1:8080", daemon.url());
  process::write_private(folder.file("customers.csv"), "phone,name,destination,marketing_opt_in\n"
                                                       "+4915112345671,Ana,Bali,yes\n"
                                                       "+4915112345672,,Bali,yes\n");
  // The commands find the program and its files as they would after an installation.
  const auto script = "set -eu\nexport HOME='" + folder.path().string() +
                      "' STENTOR_URL=" + daemon.url() + " PATH=\"" +
                      process::program_folder().string() +
                      ":$PATH\"\ntrap 'kill \"$daemon\"; wait' EXIT\n" +
                      std::string{block}.replace(block.find(" &\n"), 3, " & daemon=$!\n");
  process::write_private(folder.file("paste.sh"), script);
  const auto shell = expect_made(process::child_process::start(
      {"/bin/sh", folder.file("paste.sh").string()}, folder.file("daemon.log")));
  EXPECT_EQ(shell->wait(120s), 0) << daemon.last_words();
  EXPECT_NE(daemon.log().find("completed"), std::string::npos) << daemon.last_words();
  EXPECT_EQ(simulator->truth().requests.size(), 2U);
  EXPECT_EQ(fs::status(folder.file(".config/stentor/token")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

} // namespace stentor::testing
