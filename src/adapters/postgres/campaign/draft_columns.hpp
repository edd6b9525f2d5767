#pragma once
/// A draft as columns of the table campaign. Pure; any thread.

#include "stentor/core/campaign/draft.hpp"

#include <string>
#include <vector>

namespace stentor::postgres {

struct draft_columns {
  std::vector<std::string> names; ///< those that change
  std::string json = "{}";        ///< an object of them; null empties a column
};

[[nodiscard]] draft_columns columns_of(const core::campaign_draft& draft);

} // namespace stentor::postgres
