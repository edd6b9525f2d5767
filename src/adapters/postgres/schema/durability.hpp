#pragma once
/// Whether the server keeps what it says is committed. Blocks; used from one thread with its own
/// connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/result.hpp"

#include <string>

namespace stentor::postgres {

/// A sentence for people when a machine that dies may take commits along; empty when it may not.
[[nodiscard]] core::result<std::string> durability_problem(connection& db);

} // namespace stentor::postgres
