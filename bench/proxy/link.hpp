#pragma once
/// One connection through the fault proxy: two pumps, each of which reads, holds back and writes.
/// Whatever a side has written is handed on, also when that side has ended or was reset since, as a
/// network does; only cut() throws bytes away. Thread contract: the proxy's loop.

#include "bench/proxy/commit_watch.hpp"
#include "bench/proxy/fault_proxy.hpp"

#include <boost/asio.hpp>

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace stentor::load {

using stream = boost::asio::generic::stream_protocol::socket;

class link;

/// What a link needs of its proxy.
class link_owner {
public:
  virtual ~link_owner() = default;
  [[nodiscard]] virtual const trouble& befalls(bool to_target) const = 0;
  virtual void commit_kept() = 0;
  virtual void ended(const std::shared_ptr<link>& which) = 0;
};

/// Ends a connection so that the other side sees a reset.
void reset(stream& which);

class link : public std::enable_shared_from_this<link> {
public:
  /// @param armed nothing where no commits are looked for
  link(link_owner& owner, boost::asio::io_context& loop, stream client, bool* armed);

  void start(const boost::asio::generic::stream_protocol::endpoint& target);
  /// Looks again whether bytes may go on.
  void kick();
  void cut();

private:
  using clock = std::chrono::steady_clock;
  struct piece {
    clock::time_point due;
    std::string bytes;
  };
  struct pump {
    pump(boost::asio::io_context& loop, bool towards_target)
        : wake{loop}, to_target{towards_target} {}
    std::array<char, 16 * 1024> buffer{};
    std::deque<piece> waiting;
    std::size_t waiting_bytes = 0;
    clock::time_point last_due{};
    boost::asio::steady_timer wake;
    bool to_target;
    bool reading = false, writing = false, sleeping = false;
    bool at_end = false;    ///< of what is read
    bool shut_down = false; ///< the end was handed on
    bool nobody = false;    ///< whoever was to receive is gone: what comes is thrown away
  };

  [[nodiscard]] stream& source(const pump& of) { return of.to_target ? client_ : server_; }
  [[nodiscard]] stream& sink(const pump& of) { return of.to_target ? server_ : client_; }
  void read(pump& which);
  void came(pump& which, std::size_t size);
  void write(pump& which);
  void sleep(pump& which, clock::time_point until);
  /// The receiver is gone; what it wrote before may still be on its way.
  void lose_receiver(pump& which);
  void finish_when_over();
  void finish();

  link_owner& owner_;
  stream client_, server_;
  pump out_, in_;
  std::optional<commit_watch> watch_;
  bool connected_ = false;
  bool over_ = false;
};

} // namespace stentor::load
