#pragma once
/// One HTTP/2 connection as a client: bytes in, bytes out, no sockets, no clock. It tells of every
/// stream exactly once how it ended, in the classes of core/outcome.hpp. For the network thread
/// only; callbacks come from feed(), produce() and abandon().

#include "adapters/http2/stream.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::http2 {

enum class stream_end : std::uint8_t {
  answered,      ///< the answer is complete
  not_sent,      ///< no byte of the request left
  not_processed, ///< REFUSED_STREAM, or above the last stream of a GOAWAY (RFC 9113, 6.8 and 8.7)
  in_doubt,      ///< anything else
};

class session_listener {
public:
  virtual ~session_listener() = default;
  /// The request's first bytes are about to leave: what must be known of it before is to be written
  /// down now.
  virtual void before_departure(const stream& s) noexcept = 0;
  /// The stream belongs to the listener again.
  virtual void on_stream_end(stream& s, stream_end end) = 0;
  virtual void on_goaway() = 0;
};

struct session_limits {
  std::uint32_t streams_max = 256;
  std::size_t header_bytes_max = 64 * 1024;
};

class session {
public:
  session(session_limits limits, session_listener& listener);
  ~session();
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Queues a request; `s` stays with the session until on_stream_end. False when nghttp2 has no
  /// use for it: nothing happened.
  [[nodiscard]] bool submit(stream& s);
  /// Gives a stream up: RST_STREAM(CANCEL). Ends as answered, not_sent or in_doubt at once.
  void cancel(stream& s);
  /// Gives up every request that is not yet written whole and may not leave so late, as cancel()
  /// does. Returns before when the earliest of the others must have left.
  [[nodiscard]] core::wall_time take_back(core::wall_time left_by);
  void ping();
  /// GOAWAY(NO_ERROR): polite before closing.
  void say_goodbye();

  /// False when the connection is of no more use; error() says why.
  [[nodiscard]] bool feed(std::string_view bytes);
  /// Appends what is to be written, about `size_max` bytes at most. False as above.
  [[nodiscard]] bool produce(std::string& out, std::size_t size_max);
  /// The connection is gone; of the output only the first `exposed` bytes may have left. Ends every
  /// stream.
  void abandon(std::uint64_t exposed);

  [[nodiscard]] bool ready() const noexcept {
    return settings_seen_;
  } ///< the other side's SETTINGS came
  [[nodiscard]] bool going_away() const noexcept { return goaway_seen_; }
  [[nodiscard]] std::uint32_t open() const noexcept { return open_count_; }
  /// Of how many open requests a part is still to be written.
  [[nodiscard]] std::uint32_t unwritten() const noexcept { return unwritten_; }
  /// How many more requests may be submitted now.
  [[nodiscard]] std::uint32_t room() const noexcept;
  [[nodiscard]] const std::string& error() const noexcept { return problem_; }

private:
  struct callbacks;
  friend struct callbacks;

  void finish(stream& s, stream_end end);
  [[nodiscard]] bool alive();

  session_limits limits_;
  session_listener& listener_;
  nghttp2_session* session_ = nullptr;
  stream* open_head_ = nullptr;
  std::uint32_t open_count_ = 0;
  std::uint32_t unwritten_ = 0;
  std::uint32_t remote_max_ = 100;
  std::uint64_t produced_ = 0; ///< bytes of output so far
  bool settings_seen_ = false;
  bool goaway_seen_ = false;
  std::string problem_;
};

} // namespace stentor::http2
