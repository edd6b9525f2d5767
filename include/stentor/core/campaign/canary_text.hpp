#pragma once
/// Canaries and gates as people write them into a draft's plan, and back. Pure; any thread.

#include "stentor/core/campaign/canary.hpp"
#include "stentor/core/campaign/draft_problem.hpp"
#include "stentor/core/campaign/strict_members.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stentor::core {

/// `canary` of a plan: {"people":1000,"settle":"30m","gates":[…],"onUnsure":"ask"}.
[[nodiscard]] std::optional<canary_options> read_canary(strict_members& plan,
                                                        std::vector<draft_problem>& problems);
/// `gates` of a plan or of a canary: [{"gate":"failed","max":0.1},{"gate":"read","min":0.2}].
[[nodiscard]] std::optional<std::vector<gate>> read_gates(strict_members& in,
                                                          std::vector<draft_problem>& problems);

[[nodiscard]] std::string to_json(const canary_options& canary);
[[nodiscard]] std::string to_json(const std::vector<gate>& gates);

} // namespace stentor::core
