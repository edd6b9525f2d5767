#pragma once
/// Ports for servers that must know their address, or somebody else's, before they run. Any thread.

#include "stentor/core/base/result.hpp"

namespace stentor::process {

/// A TCP port of 127.0.0.1 that nobody uses now. Nothing keeps it free: use it soon.
[[nodiscard]] core::result<int> free_port();

} // namespace stentor::process
