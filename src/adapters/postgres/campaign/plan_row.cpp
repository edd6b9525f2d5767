#include "adapters/postgres/campaign/plan_row.hpp"

#include "adapters/postgres/audience/json_tree.hpp"

namespace stentor::postgres {

core::plan_options plan_of(const row_reader& row) {
  if (row.is_null("plan"))
    return {};
  const auto stored = read_json(row.text("plan"));
  if (!stored)
    return {};
  std::vector<core::draft_problem> problems;
  return core::read_plan_options(*stored, problems);
}

} // namespace stentor::postgres
