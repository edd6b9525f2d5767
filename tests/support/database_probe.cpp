#include "tests/support/database_probe.hpp"

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/cluster/running_server.hpp"

#include <stdexcept>

namespace stentor::testing {

std::string database_probe::conninfo() const {
  auto running = postgres::running_conninfo(state_);
  if (!running)
    throw std::runtime_error{"the database does not answer"};
  return *running;
}

std::string database_probe::sql(const std::string& query) {
  auto db = postgres::connection::open({.conninfo = conninfo(), .application_name = "tests"});
  if (!db)
    throw std::runtime_error{db.error().message};
  const auto rows = db->query(query);
  if (!rows)
    throw std::runtime_error{rows.error().message};
  return rows->empty() ? "" : rows->string(0, 0);
}

} // namespace stentor::testing
