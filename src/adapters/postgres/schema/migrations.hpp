#pragma once
/// Brings the schema to what this binary knows. Safe to call from several processes at once: an
/// advisory lock lets one work and the others wait. Blocks; used from one thread with its own
/// connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/result.hpp"

#include <string>
#include <vector>

namespace stentor::postgres {

struct migration {
  int number = 0; ///< from the file's name: 0001_first is 1
  std::string name;
  std::string text;
};

struct migration_report {
  int from = 0; ///< version before, 0 for an empty database
  int to = 0;
};

/// The migrations inside this binary, ascending.
[[nodiscard]] std::vector<migration> known_migrations();

/// Applies what is missing, each migration in a transaction of its own. conflict when the database
/// is newer than this binary.
[[nodiscard]] core::result<migration_report> migrate(connection& db);
[[nodiscard]] core::result<migration_report> migrate(connection& db,
                                                     const std::vector<migration>& known);

} // namespace stentor::postgres
