/// A server that says nothing any more, as a frozen host or a network that swallows packets does,
/// and a server that is not the one to write to.

#include "adapters/postgres/client/exchange.hpp"
#include "adapters/postgres/schema/durability.hpp"
#include "tests/adapters/postgres/support/database_proxy.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::postgres::testing {
namespace {

using namespace std::chrono_literals;

class hung_server : public with_database {
protected:
  ~hung_server() override { limit_waits(std::chrono::steady_clock::time_point::max()); }

  [[nodiscard]] connection_options through_proxy() const {
    auto options = proxy_.options();
    options.statement_timeout = 300ms;
    options.answer_grace = 200ms;
    return options;
  }
  /// How long it takes.
  template <class Action>
  static std::chrono::steady_clock::duration time_of(Action action) {
    const auto begin = std::chrono::steady_clock::now();
    action();
    return std::chrono::steady_clock::now() - begin;
  }

  database_proxy proxy_{base};
};

TEST_F(hung_server, is_given_up_and_found_again) {
  auto db = need(connection::open(through_proxy()));
  proxy_->befall(load::flow::both, {.stalled = true});
  const auto took = time_of([&] {
    const auto r = db.query("SELECT 1");
    ASSERT_FALSE(r.ok());
    EXPECT_EQ(r.error().code, core::errc::unavailable);
    EXPECT_NE(r.error().message.find("does not answer"), std::string::npos) << r.error().message;
  });
  EXPECT_GE(took, 500ms);
  EXPECT_LT(took, 5s);
  EXPECT_FALSE(db.alive());
  proxy_->heal();
  ASSERT_TRUE(db.ensure().ok());
  EXPECT_TRUE(db.query("SELECT 1").ok());
}

TEST_F(hung_server, is_given_up_in_the_middle_of_a_copy) {
  auto db = need(connection::open(through_proxy()));
  ASSERT_TRUE(db.run("CREATE TABLE t (n text)").ok());
  proxy_->befall(load::flow::to_client, {.stalled = true});
  EXPECT_EQ(db.copy_begin("COPY t FROM STDIN").error().code, core::errc::unavailable);
  EXPECT_FALSE(db.alive());
}

TEST_F(hung_server, keeps_nobody_from_ending) {
  auto options = through_proxy();
  options.statement_timeout = 60s;
  auto db = need(connection::open(options));
  proxy_->befall(load::flow::both, {.stalled = true});
  limit_waits(std::chrono::steady_clock::now() + 200ms);
  EXPECT_LT(time_of([&] { EXPECT_FALSE(db.query("SELECT 1").ok()); }), 5s);
  EXPECT_LT(time_of([&] { EXPECT_FALSE(db.ensure().ok()); }), 1s) << "and connects no more";
}

TEST_F(hung_server, a_slow_statement_is_no_hung_server) {
  auto options = through_proxy();
  options.statement_timeout = 10s;
  auto db = need(connection::open(options));
  EXPECT_TRUE(db.query("SELECT pg_sleep(0.7)").ok());
  options.statement_timeout = 200ms;
  auto strict = need(connection::open(options));
  const auto late = strict.query("SELECT pg_sleep(5)");
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(strict.last_sqlstate(), "57014") << "the server itself ended it";
  EXPECT_TRUE(strict.alive());
}

class other_server : public with_database {};

TEST_F(other_server, that_may_not_be_written_to_is_none) {
  auto db = need(connection::open(base.options()));
  ASSERT_TRUE(db.run("CREATE TABLE t (n int)").ok());
  ASSERT_TRUE(db.run("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY").ok());
  const auto refused = db.run("INSERT INTO t VALUES (1)");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, core::errc::unavailable) << "it may succeed on another server";
  EXPECT_FALSE(db.alive()) << "so the next call looks for that one";
  ASSERT_TRUE(db.ensure().ok());
  EXPECT_TRUE(db.run("INSERT INTO t VALUES (1)").ok());

  const auto name = base.text("SELECT current_database()");
  base.run("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
  const auto standby = connection::open(base.options());
  ASSERT_FALSE(standby.ok());
  EXPECT_EQ(standby.error().code, core::errc::unavailable);
}

TEST_F(other_server, that_took_durability_lightly_is_told_better) {
  const auto name = base.text("SELECT current_database()");
  for (const auto* mode : {"off", "local", "remote_write"}) {
    base.run("ALTER DATABASE " + name + " SET synchronous_commit = '" + mode + "'");
    auto db = need(connection::open(base.options()));
    EXPECT_EQ(need(db.query("SHOW synchronous_commit")).string(0, 0), "on") << mode;
  }
  base.run("ALTER DATABASE " + name + " SET synchronous_commit = remote_apply");
  auto db = need(connection::open(base.options()));
  EXPECT_EQ(need(db.query("SHOW synchronous_commit")).string(0, 0), "remote_apply");
  const auto weakness = need(durability_problem(db));
  EXPECT_NE(weakness.find("fsync and full_page_writes"), std::string::npos)
      << "the tests' own server: " << weakness;
}

TEST_F(other_server, of_an_older_timeline_or_another_cluster_is_refused) {
  auto options = base.options();
  std::vector<std::uint32_t> failovers;
  options.servers = std::make_shared<server_watch>(
      [&](std::uint32_t timeline) { failovers.push_back(timeline); });
  ASSERT_TRUE(connection::open(options).ok());
  ASSERT_TRUE(connection::open(options).ok()) << "the same one again";
  EXPECT_FALSE(options.servers->saw("another", 1).ok());
  const auto cluster = base.text("SELECT system_identifier FROM pg_control_system()");
  ASSERT_TRUE(options.servers->saw(cluster, 7).ok()) << "a standby was promoted";
  EXPECT_EQ(failovers, std::vector<std::uint32_t>{7});
  const auto old = connection::open(options);
  ASSERT_FALSE(old.ok()) << "and the old primary comes back";
  EXPECT_EQ(old.error().code, core::errc::unavailable);
  EXPECT_NE(old.error().message.find("timeline 1, but 7"), std::string::npos)
      << old.error().message;
}

} // namespace
} // namespace stentor::postgres::testing
