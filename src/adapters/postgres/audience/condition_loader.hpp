#pragma once
/// A query as people wrote it, with everything of the database that its meaning depends on. Blocks;
/// one thread.

#include "adapters/postgres/audience/condition_sql.hpp"
#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/result.hpp"

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

/// @param query JSON
/// @param of_segment the id of the saved segment whose query it is or is to be, so that a circle
/// through it is seen; empty: of none
[[nodiscard]] core::result<loaded_condition> load_condition(connection& db,
                                                            std::int32_t organization,
                                                            std::string_view query,
                                                            std::string_view of_segment = {});

} // namespace stentor::postgres
