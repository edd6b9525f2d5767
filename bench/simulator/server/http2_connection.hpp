#pragma once
/// The server's end of one HTTP/2 connection on a non-blocking socket: TLS or clear bytes in,
/// requests out; answers in, bytes out. Lean as nghttpd is: streams come from a slab, a turn reads
/// all there is, and flush() writes all answers of the turn at once. Thread contract: one thread,
/// the loop's.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_st;
struct ssl_ctx_st;
struct nghttp2_session;

namespace stentor::load {

class http2_connection;

/// A request and its answer. Owned by its connection and used again for later streams; `generation`
/// tells them apart.
struct http2_stream {
  std::int32_t id = 0;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  bool open = false;
  bool authorized = false;
  bool post = false;
  bool remove = false; ///< DELETE
  std::int64_t earliest_us =
      0;                      ///< when the socket was last seen empty before the request's end came
  std::int64_t latest_us = 0; ///< when the request's end had been read
  std::string path;
  std::string content_type;
  std::string file_offset;
  std::string body;
  std::string answer;
  int status = 200;
  std::size_t answered = 0; ///< bytes of `answer` handed on so far
};

/// What the server does with requests. All calls come on the loop's thread.
class http2_handler {
public:
  virtual ~http2_handler() = default;
  /// Is this value of `authorization` good? Asked once per connection and value.
  [[nodiscard]] virtual bool authorize(std::string_view value) = 0;
  /// A request is complete. Its answer is given by connection.respond(), now or later.
  virtual void handle(http2_connection& connection, http2_stream& stream) = 0;
};

struct http2_connection_settings {
  std::uint32_t max_concurrent_streams = 100;
  std::size_t body_bytes_max = 101 * 1024 * 1024; ///< Meta takes documents of 100 MB
};

class http2_connection {
public:
  /// Takes the socket over. @param tls null for clear text with prior knowledge
  http2_connection(int socket, std::uint32_t number, ssl_ctx_st* tls,
                   const http2_connection_settings& settings, http2_handler& handler);
  ~http2_connection();
  http2_connection(const http2_connection&) = delete;
  http2_connection& operator=(const http2_connection&) = delete;

  /// Reads what is there and handles the requests in it. @return false when the connection is over
  [[nodiscard]] bool read();

  /// Writes what is due. @return false when the connection is over
  [[nodiscard]] bool flush();

  /// Answers with the stream's `answer`.
  void respond(http2_stream& stream, int status);

  /// Forgets the stream without an answer: the client gets RST_STREAM(INTERNAL_ERROR).
  void reset_stream(http2_stream& stream);

  /// No more streams than those that came; the client must open another connection.
  void go_away();

  /// Ends the connection at once with a TCP reset when it is destroyed.
  void abort();

  /// The stream in this slot, or null when it ended since.
  [[nodiscard]] http2_stream* find(std::uint32_t slot, std::uint32_t generation);

  [[nodiscard]] int socket() const noexcept { return socket_; }
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] bool wants_write() const noexcept { return wants_write_; }
  [[nodiscard]] std::uint32_t requests() const noexcept { return requests_; }
  [[nodiscard]] bool going_away() const noexcept { return going_away_; }

  bool dirty = false; ///< the loop's: whether the connection waits for flush()

private:
  struct callbacks;
  enum class io : std::uint8_t { done, blocked, over };

  bool open_session(const http2_connection_settings& settings);
  io shake_hands();
  io read_some(std::size_t& size);
  io write_some(const char* data, std::size_t size, std::size_t& written);
  http2_stream& take_stream(std::int32_t id);
  void release(http2_stream& stream);
  bool authorize(std::string_view value);

  int socket_;
  std::uint32_t number_;
  ssl_st* tls_ = nullptr;
  nghttp2_session* session_ = nullptr;
  http2_handler& handler_;
  std::size_t body_bytes_max_;
  bool shaken_ = false;
  bool over_ = false;
  bool going_away_ = false;
  bool half_closed_ = false;
  bool wants_write_ = false;
  std::uint32_t requests_ = 0;
  std::int32_t last_id_ = 0;
  std::int64_t drained_us_ = 0;
  std::int64_t read_us_ = 0;
  std::string known_authorization_;
  std::string out_;
  std::size_t out_written_ = 0;
  http2_stream* current_ = nullptr; ///< the stream whose frame is being read
  std::vector<std::unique_ptr<http2_stream>> streams_;
  std::vector<std::uint32_t> free_slots_;
};

} // namespace stentor::load
