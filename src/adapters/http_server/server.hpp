#pragma once
/// An HTTP/1.1 server on Asio and Beast's strict parser, with optional TLS. Every io thread has an
/// io_context of its own and a connection never changes its thread, so connections need no locks.
/// Handlers that block run on a pool of worker threads.
///
/// Threads: start, stop and the destructor from one thread; figures and port from any.

#include "adapters/http_server/message.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stentor::http_server {

struct endpoint {
  std::string address = "127.0.0.1"; ///< an IP address
  std::uint16_t port = 0;            ///< 0: any free one
};

struct server_settings {
  std::vector<endpoint> listen{endpoint{}};
  std::string certificate_file; ///< PEM chain; with key_file: TLS
  std::string key_file;
  unsigned io_threads = 1;
  unsigned worker_threads = 8;
  unsigned stream_threads = 4; ///< uploads and downloads at once; further ones are answered 503
  std::size_t connections_max = 4096; ///< then the longest idle one ends; with none, 503
  /// Of one address, 0: as many as there are; more are answered 503.
  std::size_t connections_per_client_max = 0;
  bool loopback_is_a_proxy = true; ///< behind 127.0.0.1 and ::1 are many clients: no share for them
  std::size_t header_bytes_max = 16 * 1024; ///< more is answered 431
  std::uint64_t buffered_bytes_max =
      256U << 20; ///< bodies in memory over all connections; more is answered 503
  /// The same for bodies of nobody knows whom, apart from the others; the oldest that is not whole
  /// makes room.
  std::uint64_t unverified_bytes_max = 64U << 20;
  /// What a streamed body, up or down, must reach on average after the grace, counted over the time
  /// that the daemon waited for the peer.
  std::uint64_t stream_bytes_per_second_min = 1024;
  std::chrono::milliseconds stream_grace{60'000};
  std::chrono::milliseconds header_timeout{
      10'000}; ///< from a request's first byte to the end of its head, and TLS handshake
  std::chrono::milliseconds body_idle_timeout{30'000}; ///< without a byte of the body
  std::chrono::milliseconds body_timeout{120'000};     ///< for a whole body that is not streamed
  std::chrono::milliseconds write_timeout{30'000};     ///< without a byte taken by the peer
  std::chrono::milliseconds idle_timeout{60'000};      ///< keep-alive without a request
};

struct server_metrics {
  std::uint64_t connections = 0;
  std::uint64_t connections_total = 0;
  std::uint64_t connections_refused_total = 0; ///< over connections_max
  std::uint64_t unverified_bytes = 0;          ///< of bodies of nobody knows whom, in memory now
  std::uint64_t requests_total = 0;
  std::uint64_t responses_total[6] = {}; ///< by status / 100
  std::uint64_t timeouts_total = 0;
  std::uint64_t malformed_total = 0; ///< requests that are no HTTP, or too large
};

/// What start() would refuse of these settings, without opening anything: invalid (an address, the
/// certificate or its key).
[[nodiscard]] core::status check(const server_settings& settings);

class server {
public:
  /// The application must outlive the server.
  server(server_settings settings, application& app);
  ~server(); ///< stops without patience
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Opens the listeners and starts the threads. Errors: invalid (address, certificate or key),
  /// unavailable (port in use).
  [[nodiscard]] core::status start();
  /// The port of the n-th listener.
  [[nodiscard]] std::uint16_t port(std::size_t n = 0) const;

  /// Accepts no more, ends idle connections, lets open exchanges finish within `patience`, then
  /// closes. Blocks.
  void stop(std::chrono::milliseconds patience);

  [[nodiscard]] server_metrics metrics() const;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stentor::http_server
