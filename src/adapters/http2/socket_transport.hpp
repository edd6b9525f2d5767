#pragma once
/// A transport on a TCP socket, in the clear or under TLS: resolving, connecting, the handshake,
/// then plain bytes both ways. For the network thread only.

#include "adapters/http2/tls.hpp"
#include "adapters/http2/transport.hpp"
#include "stentor/core/base/ids.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::http2 {

class socket_transport final : public transport,
                               public std::enable_shared_from_this<socket_transport> {
public:
  /// @param tls nothing: in the clear
  socket_transport(boost::asio::io_context& io, std::shared_ptr<tls_context> tls, std::string host,
                   std::uint16_t port, transport_listener& listener,
                   std::function<core::steady_time()> clock);

  void open() override;
  void close() override;
  [[nodiscard]] bool idle() const noexcept override { return open_ && pending_.empty(); }
  void write(std::string& plain) override;
  [[nodiscard]] std::uint64_t exposed() const noexcept override;

private:
  using tcp = boost::asio::ip::tcp;

  void connected();
  void read_more();
  void take(std::string_view bytes);
  void push();
  void fail(std::string why);

  boost::asio::io_context& io_;
  std::shared_ptr<tls_context> tls_context_;
  std::string host_;
  std::uint16_t port_;
  transport_listener* listener_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  std::unique_ptr<tls_channel> tls_;
  std::function<core::steady_time()> clock_;
  core::steady_time begun_{}; ///< the current write
  bool open_ = false;
  bool waiting_ = false; ///< for the socket to take more
  std::vector<char> input_;
  std::vector<char> plain_; ///< decrypted input, kept for its capacity
  std::string pending_;     ///< of the current write, as the socket wants it
  std::size_t pending_sent_ = 0;
  std::uint64_t plain_total_ = 0;
  /// For each record of the current write: where it begins in pending_, and the plain bytes up to
  /// its end.
  std::vector<std::pair<std::size_t, std::uint64_t>> records_;
  std::uint64_t exposed_before_ = 0; ///< plain bytes before the current write
};

} // namespace stentor::http2
