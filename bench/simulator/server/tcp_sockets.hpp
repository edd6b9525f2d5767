#pragma once
/// The kernel's table of TCP sockets. Any thread.

namespace stentor::load {

/// True while the server on this port of the loopback still has a connection: one that is open, or
/// one whose client is gone and that it has not read to the end.
[[nodiscard]] bool has_connections(int port);

} // namespace stentor::load
