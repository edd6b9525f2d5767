/// A session that says nothing for too long is ended by the server, and what it holds is free.

#include "tests/adapters/postgres/support/fixture.hpp"

using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using namespace std::chrono_literals;

namespace {

class idle_sessions : public with_database {
protected:
  connection open(std::chrono::milliseconds in_transaction, std::chrono::milliseconds at_all) {
    auto options = base.options();
    options.idle_in_transaction = in_transaction;
    options.idle = at_all;
    return need(connection::open(std::move(options)));
  }
};

TEST_F(idle_sessions, lose_their_locks_when_their_process_is_frozen) {
  auto frozen = open(200ms, 0ms);
  ASSERT_TRUE(frozen.run("BEGIN; LOCK TABLE campaign IN ACCESS EXCLUSIVE MODE").ok());
  // It says nothing more. Whoever waits gets the lock, long before its own patience is over.
  const auto begin = std::chrono::steady_clock::now();
  base.run("BEGIN; LOCK TABLE campaign IN ACCESS SHARE MODE; COMMIT");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_FALSE(frozen.run("COMMIT").ok());
}

TEST_F(idle_sessions, lose_the_lock_of_their_session) {
  auto frozen = open(0ms, 200ms);
  ASSERT_TRUE(frozen.run("SELECT pg_advisory_lock(1, 2)").ok());
  const auto begin = std::chrono::steady_clock::now();
  base.run("SELECT pg_advisory_lock(1, 2)");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  EXPECT_TRUE(frozen.ensure().ok()) << "it comes back as a new session";
}

} // namespace
