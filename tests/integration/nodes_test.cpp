/// Two daemons on one database, on real parts: they share the numbers, nobody is written to twice,
/// what one is told holds on the other, and one takes over what the other had.

#include "adapters/process/free_port.hpp"
#include "adapters/process/text_file.hpp"
#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <set>
#include <stdexcept>

namespace stentor::testing {
namespace {

/// Another daemon on the database of the environment's, with the same numbers.
class other_node {
public:
  explicit other_node(test_environment& env)
      : folder_{must(app::local_folder::make("stentor-node", {}, secrets_))},
        daemon{folder_, must(process::free_port())}, api{daemon.port(), secrets_.app_secret} {

    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < env.number_count(); ++i)
      numbers.push_back(env.number(i));
    process_write(
        "stentor.yaml",
        app::to_yaml({.organization = "Tests",
                      .number_ids = numbers,
                      .messages_per_second = env.rate(),
                      .meta_url = env.simulator.url(),
                      .ca_file = env.simulator.certificate(),
                      .port = daemon.port(),
                      .more = "database: {url: \"" + env.database.conninfo() + "\"}\n" + quick}));
    daemon.start();
    api.use_token(env.api.token());
  }
  ~other_node() {
    if (daemon.running()) {
      daemon.signal(SIGCONT);
      EXPECT_EQ(daemon.stop(SIGTERM), 0) << daemon.last_words();
    }
  }
  other_node(const other_node&) = delete;
  other_node& operator=(const other_node&) = delete;

private:
  static constexpr const char* quick =
      "dispatch: {request_timeout: 2s, connect_timeout: 2s}\n"
      "retry: {base_delay: 200ms, delay_max: 2s, pair_delay: 50ms}\n"
      "recovery: {spacing: 1s}\n"
      "in_doubt: {wait: 2s}\nlease: {duration: 3s}\nshutdown: {drain: 10s}\n";

  template <class T>
  static T must(core::result<T> made) {
    if (!made)
      throw std::runtime_error{made.error().message};
    return std::move(*made);
  }
  void process_write(const std::string& name, const std::string& text) {
    process::write_private(folder_.file(name), text);
  }

  app::local_secrets secrets_{.token = "first-token",
                              .app_secret = "a secret of the tests",
                              .verify_token = "a word of the tests"};
  app::local_folder folder_;

public:
  daemon_process daemon;
  admin_client api;
};

class nodes : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }

  /// How many numbers each living daemon sends from, in the order of their start.
  std::vector<std::size_t> shares() {
    std::vector<std::size_t> all;
    for (const auto& node : env.api.call("GET", "/api/nodes").body().value("data", json::array()))
      if (node.value("alive", false))
        all.push_back(node.value("numbers", json::array()).size());
    std::sort(all.begin(), all.end());
    return all;
  }
  bool wait_for_shares(const std::vector<std::size_t>& wanted, std::chrono::seconds patience) {
    return env.daemon.wait("the numbers to be spread", patience,
                           [&] { return shares() == wanted; });
  }
  /// Requests of the test that came to the simulator after this moment.
  std::size_t sent_after(std::int64_t moment_us) {
    const auto facts = env.simulator.truth();
    return static_cast<std::size_t>(
        std::count_if(facts.requests.begin(), facts.requests.end(),
                      [&](const auto& each) { return each.latest_us > moment_us; }));
  }

  test_environment& env = test_environment::one();
};

} // namespace

TEST_F(nodes, share_the_numbers_and_write_to_nobody_twice) {
  const auto c = env.campaigns.launch(4'000);
  ASSERT_TRUE(
      env.daemon.wait("some to be sent", 20s, [&] { return env.campaigns.accepted(c) > 300; }));
  {
    other_node other{env};
    EXPECT_TRUE(wait_for_shares({1, 2}, 15s)) << env.api.call("GET", "/api/nodes").text;
    EXPECT_EQ(other.api.call("GET", "/api/nodes").body()["data"].size(),
              env.api.call("GET", "/api/nodes").body()["data"].size());
    EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
    EXPECT_EQ(env.campaigns.accepted(c), 4'000U);
    const auto second = env.campaigns.launch(1'500);
    ASSERT_TRUE(env.daemon.wait("some to be sent", 20s,
                                [&] { return env.campaigns.accepted(second) > 200; }));
    // A clean end frees the numbers at once, and nobody is in doubt.
    EXPECT_EQ(other.daemon.stop(SIGTERM), 0);
    EXPECT_TRUE(wait_for_shares({3}, 2s)) << env.api.call("GET", "/api/nodes").text;
    EXPECT_EQ(violations(env.campaigns.wait_until_settled(second)), "");
    EXPECT_EQ(env.campaigns.accepted(second), 1'500U);
    EXPECT_EQ(env.campaigns.get(second).value("inDoubtCount", 0), 0);
  }
}

TEST_F(nodes, upload_media_once_for_each_number) {
  other_node other{env};
  ASSERT_TRUE(wait_for_shares({1, 2}, 15s)) << env.api.call("GET", "/api/nodes").text;
  const std::string png{"\x89PNG\r\n\x1A\n\0\0\0\rIHDR of two daemons", 32};
  const auto kept = other.api.call("POST", "/api/whatsapp/media", png, "image/png");
  ASSERT_EQ(kept.status, 201) << kept.text;
  const auto uploads = [&] { return env.simulator.metrics()["media"]["uploads"].get<int>(); };
  const auto before = uploads();
  const auto c =
      env.campaigns.launch(300, {{"templateName", "season_sale"},
                                 {"templateVariables",
                                  {{"1", nullptr},
                                   {"2", nullptr},
                                   {"button.0", nullptr},
                                   {"header.image", "media:" + kept.body().value("id", "")}}}});
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 300U);
  EXPECT_EQ(uploads() - before, static_cast<int>(env.number_count()));
}

TEST_F(nodes, do_what_another_one_was_told) {
  other_node other{env};
  ASSERT_TRUE(wait_for_shares({1, 2}, 15s)) << env.api.call("GET", "/api/nodes").text;
  const auto c = env.campaigns.launch(6'000);
  ASSERT_TRUE(
      env.daemon.wait("some to be sent", 20s, [&] { return env.campaigns.accepted(c) > 300; }));
  // A pause.
  ASSERT_EQ(other.api.call("POST", path_of(c, "/pause")).status, 200);
  const auto paused = now_us();
  env.daemon.wait("what is under way to end", 3s, [&] { return now_us() - paused > 2'500'000; });
  EXPECT_EQ(sent_after(paused + 1'000'000), 0U);
  ASSERT_EQ(other.api.call("POST", path_of(c, "/resume")).status, 200);
  const auto before = env.campaigns.accepted(c);
  ASSERT_TRUE(env.daemon.wait("it to go on", 10s,
                              [&] { return env.campaigns.accepted(c) > before + 300; }));
  // A stopped number, whichever daemon has it.
  for (std::size_t i = 0; i < env.number_count(); ++i)
    EXPECT_EQ(other.api.call("POST", "/api/whatsapp/numbers/" + env.number(i) + "/pause").status,
              200);
  const auto stopped = now_us();
  env.daemon.wait("what is under way to end", 3s, [&] { return now_us() - stopped > 2'500'000; });
  EXPECT_EQ(sent_after(stopped + 1'000'000), 0U);
  for (std::size_t i = 0; i < env.number_count(); ++i)
    EXPECT_EQ(env.api.call("POST", "/api/whatsapp/numbers/" + env.number(i) + "/resume").status,
              200);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_EQ(env.campaigns.accepted(c), 6'000U);
  // A cancel.
  const auto second = env.campaigns.launch(4'000);
  ASSERT_TRUE(env.daemon.wait("some to be sent", 20s,
                              [&] { return env.campaigns.accepted(second) > 200; }));
  ASSERT_EQ(other.api.call("POST", path_of(second, "/cancel")).status, 200);
  const auto cancelled = now_us();
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(second)), "");
  EXPECT_EQ(sent_after(cancelled + 1'000'000), 0U);
}

TEST_F(nodes, take_over_what_a_dead_one_had_and_keep_what_operators_paused) {
  other_node other{env};
  ASSERT_TRUE(wait_for_shares({1, 2}, 15s)) << env.api.call("GET", "/api/nodes").text;
  ASSERT_EQ(env.api.call("POST", "/api/whatsapp/numbers/" + env.number(0) + "/pause").status, 200);
  const auto c = env.campaigns.launch(4'000);
  ASSERT_TRUE(
      env.daemon.wait("some to be sent", 20s, [&] { return env.campaigns.accepted(c) > 300; }));
  other.daemon.stop(SIGKILL);
  // Lease and longest request.
  EXPECT_TRUE(wait_for_shares({3}, 8s)) << env.api.call("GET", "/api/nodes").text;
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  const auto facts = env.simulator.truth();
  for (const auto& each : facts.requests)
    EXPECT_NE(facts.numbers.at(each.number).id, env.number(0)) << "it was paused";
  EXPECT_EQ(env.api.call("POST", "/api/whatsapp/numbers/" + env.number(0) + "/resume").status, 200);
}

TEST_F(nodes, send_nothing_under_a_lease_that_is_over) {
  other_node other{env};
  ASSERT_TRUE(wait_for_shares({1, 2}, 15s)) << env.api.call("GET", "/api/nodes").text;
  const auto c = env.campaigns.launch(9'000);
  ASSERT_TRUE(
      env.daemon.wait("some to be sent", 20s, [&] { return env.campaigns.accepted(c) > 300; }));
  other.daemon.signal(SIGSTOP);
  EXPECT_TRUE(wait_for_shares({3}, 30s)) << env.api.call("GET", "/api/nodes").text;
  other.daemon.signal(SIGCONT);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  EXPECT_TRUE(wait_for_shares({1, 2}, 15s)) << env.api.call("GET", "/api/nodes").text;
}

} // namespace stentor::testing
