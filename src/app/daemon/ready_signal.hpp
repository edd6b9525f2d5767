#pragma once
/// Tells the service manager how far the daemon is, by the socket in $NOTIFY_SOCKET (sd_notify(3),
/// whose protocol is one datagram). Without a manager nothing happens. Any thread.

#include <string_view>

namespace stentor::app {

/// @param state such as "READY=1"
void tell_manager(std::string_view state) noexcept;

} // namespace stentor::app
