#pragma once
/// A query as people wrote it, with everything of the database that its meaning depends on. Blocks;
/// one thread.

#include "adapters/postgres/audience/condition_sql.hpp"
#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::postgres {

struct loaded_condition {
  core::condition tree;
  condition_terms terms;
  /// When there are any, the rest is worth nothing.
  std::vector<core::condition_problem> problems;
};

/// What names mean to this organization now.
[[nodiscard]] core::result<core::condition_names> read_names(connection& db,
                                                             std::int32_t organization);

/// Lets the clock be that of the terms' zone; before, it is UTC's. @param zones must outlive the
/// terms
void use_zone(condition_terms& terms, const ports::time_zones& zones);

/// @param query JSON
/// @param of_segment the id of the saved segment whose query it is or is to be, so that a circle
/// through it is seen; empty: of none
[[nodiscard]] core::result<loaded_condition> load_condition(connection& db,
                                                            std::int32_t organization,
                                                            std::string_view query,
                                                            std::string_view of_segment = {});

} // namespace stentor::postgres
