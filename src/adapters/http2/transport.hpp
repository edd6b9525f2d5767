#pragma once
/// One connection that carries bytes both ways: a socket (socket_transport.hpp), or a simulated one
/// in tests. For the network thread only. Reads arrive as the listener's on_bytes; a write is
/// handed over whole and no other may follow before idle() is true again.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::http2 {

class transport_listener {
public:
  virtual ~transport_listener() = default;
  /// Connected, verified, and the other side speaks h2.
  virtual void on_transport_open() = 0;
  virtual void on_bytes(std::string_view bytes) = 0;
  /// Called once, as the last callback, and never from inside open() or write(). Not called for
  /// close().
  virtual void on_transport_lost(const std::string& why) = 0;
};

class transport {
public:
  virtual ~transport() = default;

  virtual void open() = 0;
  /// Closes; no callback follows.
  virtual void close() = 0;
  /// Whether it is open and everything handed over has gone to the system.
  [[nodiscard]] virtual bool idle() const noexcept = 0;
  /// Takes what is in `plain`, which may be changed. Only when idle().
  virtual void write(std::string& plain) = 0;
  /// Of all plain bytes ever handed over, how many may have reached the other side.
  [[nodiscard]] virtual std::uint64_t exposed() const noexcept = 0;
};

/// Makes a transport for the listener; open() begins it.
using transport_maker = std::function<std::shared_ptr<transport>(transport_listener&)>;

} // namespace stentor::http2
