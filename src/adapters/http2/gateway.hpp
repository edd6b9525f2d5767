#pragma once
/// The gateway on HTTP/2: a thread-safe face; everything happens on one network thread
/// (network.hpp) that owns connections, ready queues and streams. Methods queue a command, and only
/// the first command of a batch wakes the thread.

#include "adapters/http2/settings.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/contact/stop_list.hpp"
#include "stentor/ports/delivery/answer_reader.hpp"
#include "stentor/ports/delivery/flight_recorder.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"

#include <memory>

namespace stentor::http2 {

/// Starts the network thread. Connections are opened as soon as there is a number or a management
/// request.
/// @param reader used on the network thread only
/// @param stops, listener, flights must outlive the gateway; destroying it joins the thread, after
///        which nobody is called. Without drain() before, open requests end without an outcome.
[[nodiscard]] core::result<std::unique_ptr<ports::gateway>>
make_gateway(gateway_settings settings, std::unique_ptr<ports::answer_reader> reader,
             const ports::stop_list& stops, ports::gateway_listener& listener,
             ports::flight_recorder& flights);

} // namespace stentor::http2
