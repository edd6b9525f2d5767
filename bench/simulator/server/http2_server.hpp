#pragma once
/// Accepts connections on one port and drives their HTTP/2 sessions from the loop: everything of a
/// turn is read and handled first, then written with as few calls as possible. Thread contract: the
/// loop's thread; listen() before it runs.

#include "bench/simulator/server/event_loop.hpp"
#include "bench/simulator/server/http2_connection.hpp"
#include "bench/simulator/server/tls.hpp"
#include "bench/simulator/settings.hpp"
#include "stentor/core/base/result.hpp"

#include <memory>
#include <vector>

namespace stentor::load {

class http2_server final : private socket_listener {
public:
  http2_server(event_loop& loop, http2_handler& handler);
  ~http2_server() override;
  http2_server(const http2_server&) = delete;
  http2_server& operator=(const http2_server&) = delete;

  core::status listen(const simulator_settings& settings);
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& certificate() const noexcept { return files_.certificate; }
  [[nodiscard]] std::size_t connections() const noexcept { return open_; }

  /// The connection of that number, or null when it is over. Numbers are not used again.
  [[nodiscard]] http2_connection* find(std::uint32_t number);

  /// The connection has something to write at the end of the turn.
  void touch(http2_connection& connection);

  /// Writes what the turn produced and closes what is over.
  void end_turn();

  /// GOAWAY, or a TCP reset, for every connection.
  void go_away_all();
  void reset_all();

private:
  struct peer;
  void ready(std::uint32_t events) override;
  void serve(peer& which, std::uint32_t events);
  void close(peer& which);

  event_loop& loop_;
  http2_handler& handler_;
  ssl_context tls_;
  certificate_files files_;
  http2_connection_settings connection_settings_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::size_t open_ = 0;
  std::vector<std::unique_ptr<peer>> peers_; ///< by number; null = over
  std::vector<peer*> dirty_;
  std::vector<std::unique_ptr<peer>>
      closed_; ///< destroyed at the end of the turn, when nobody looks at them any more
};

} // namespace stentor::load
