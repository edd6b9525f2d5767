#pragma once
/// One PostgreSQL cluster for the whole test program, in a temporary folder, and a fresh database
/// per test.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/cluster/embedded_cluster.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace stentor::postgres::testing {

/// The shared cluster, started at the first use and stopped at the end of the program.
embedded_cluster& cluster();

/// A database of its own with the newest schema; dropped at the end.
class database {
public:
  database();
  ~database();
  database(const database&) = delete;
  database& operator=(const database&) = delete;

  [[nodiscard]] connection_options options() const;
  /// A connection that the test itself may use.
  connection& db() { return *db_; }
  /// Runs SQL and fails the test when it does not work.
  void run(const std::string& sql);
  rows query(const std::string& sql);
  std::int64_t number(const std::string& sql);
  std::string text(const std::string& sql);
  /// Until no session holds this lock of stentor's: the server ends a session, and frees what it
  /// held, a moment after its client is gone.
  void wait_until_unlocked(int lock);

private:
  std::string name_;
  std::unique_ptr<connection> db_;
};

/// A test with a database.
class with_database : public ::testing::Test {
protected:
  database base;
};

/// Organization 1, number rows 1 and 2, one template, one sending campaign `no` with
/// recipients 1..n; the partition has the indexes an import would make. Every tenth recipient is
/// screened when `screened`.
void make_campaign(database& base, int no, int recipients, bool screened = false);

/// Counts a campaign's figures from its rows, for tests that write rows of `delivery` themselves
/// and to see whether the fold keeps them right. The statements are the migration's.
void recount_roll_ups(database& base);
/// All that the recount counts, as text; acceptances' first and last moments are bounds and left
/// out.
std::string roll_ups_as_text(database& base);

/// The value, or a failed test with the error's message.
template <class T>
T need(core::result<T> r, const char* what = "") {
  if (!r) {
    ADD_FAILURE() << what << ' ' << r.error().message;
    throw std::runtime_error{r.error().message};
  }
  return std::move(*r);
}

} // namespace stentor::postgres::testing
