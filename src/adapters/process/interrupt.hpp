#pragma once
/// Ctrl-C and SIGTERM for programs that clean up after themselves. Any thread may ask.

namespace stentor::process {

/// From now on SIGINT, SIGTERM and SIGHUP only set what interrupted() tells.
void watch_signals();
[[nodiscard]] bool interrupted() noexcept;

} // namespace stentor::process
