#pragma once
/// The parts of a commit that are about people: which keys are one person, and stops, which hold
/// under every key of the person. Called inside a transaction of the given connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/delivery/ledger.hpp"

#include <span>
#include <vector>

namespace stentor::postgres {

/// Aliases, changes and suppressions of a write. Of one person's stops the last word counts.
[[nodiscard]] core::status write_people(connection& db, const ports::ledger_write& write,
                                        std::vector<ports::stop_effect>& effects);

} // namespace stentor::postgres
