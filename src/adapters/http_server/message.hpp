#pragma once
/// Requests, responses and what lies between them, as the API sees them: no type of the HTTP
/// library appears here.

#include "stentor/core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::http_server {

using fields = std::vector<std::pair<std::string, std::string>>;

struct response {
  int status = 200;
  std::string content_type; ///< empty: no Content-Type line
  std::string body;
  fields headers; ///< further header lines; Content-Length, Date and Connection are the server's
                  ///< business
};

/// A request's head. Views stay valid as long as its exchange.
class request {
public:
  virtual ~request() = default;

  std::string_view method;
  std::string_view target; ///< as it came, in origin form
  std::vector<std::string>
      path;                   ///< percent-decoded segments: "/a/b%20c" is {"a", "b c"}; "/" is {}
  fields query;               ///< percent-decoded, '+' is a space
  std::string client_address; ///< of the peer, without port

  /// The first header line of that name in any case, empty when there is none.
  [[nodiscard]] virtual std::string_view header(std::string_view name) const = 0;
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

/// What shall become of a request, decided on an io thread as soon as its head is there and before
/// its body is read.
struct plan {
  std::uint64_t body_max =
      1 << 20; ///< bytes; more is answered 413. 0 refuses any body. Ignored when `streamed`
  bool streamed = false; ///< handle() is called at once and takes the body by exchange::receive()
  bool on_stream_thread =
      false; ///< the body comes, or the answer goes, for long: on the stream threads, no more at
             ///< once than there are; further ones are answered 503
  bool ask_first = false;    ///< admit() is asked before more of the body is read than came at once
  bool unverified = false;   ///< nobody knows whose body it is before it is whole (webhooks)
  bool on_io_thread = false; ///< handle() never blocks and runs where the bytes came in (webhooks)
  std::chrono::milliseconds answer_within{
      0}; ///< answered 503 when the handler has not; 0: no limit
  std::optional<response>
      refuse;                  ///< answered at once, the body is not read and the connection ends
  const void* route = nullptr; ///< for the application itself
};

/// One request and the way to answer it. Every method may be called from any thread; the exchange
/// keeps its connection alive, and one that is dropped without an answer is answered 500. After an
/// answer, further ones are ignored.
class exchange : public std::enable_shared_from_this<exchange> {
public:
  virtual ~exchange() = default;

  [[nodiscard]] virtual const request& head() const = 0;
  [[nodiscard]] virtual const plan& planned() const = 0;
  /// The whole body of a request that is not streamed.
  [[nodiscard]] virtual const std::string& body() const = 0;

  virtual void respond(response answer) = 0;

  /// Takes a streamed body: `on_piece` is called with one piece after the other, `on_end` once
  /// after the last or with the reason why there will be no more (the peer left, was too slow, or
  /// on_piece said stop by returning false). All on worker threads, never two at a time; the socket
  /// is read only as fast as the pieces are eaten.
  virtual void receive(std::function<bool(std::string_view)> on_piece,
                       std::function<void(core::status)> on_end) = 0;

  /// A response in pieces: begin, write as often as needed, end. write() blocks while the peer is
  /// slower than the writer, so it may be used on worker threads only; it returns false when the
  /// peer is gone or too slow.
  virtual void begin(response head) = 0;
  [[nodiscard]] virtual bool write(std::string_view piece) = 0;
  /// @param complete false cuts the connection, so that the peer cannot take a part for the whole
  virtual void end(bool complete) = 0;

  /// Runs something that blocks on a worker thread, for answers that arrive elsewhere.
  virtual void defer(std::function<void()> work) = 0;
};

/// Who answers the requests of a server.
class application {
public:
  virtual ~application() = default;
  /// On an io thread; must not block or throw.
  [[nodiscard]] virtual plan expect(const request& head) = 0;
  /// On a worker thread, before the body is there: the refusal, or nothing. Only where the plan
  /// says `ask_first`.
  [[nodiscard]] virtual std::optional<response> admit(const exchange& /*e*/) { return {}; }
  /// On a worker thread, or on the io thread if the plan says so. What it throws is answered 500.
  virtual void handle(std::shared_ptr<exchange> e) = 0;
  /// The body of an error that the server itself answers (400, 408, 413, 431, 500, 503, …).
  [[nodiscard]] virtual response problem(int status, std::string_view detail) = 0;
};

} // namespace stentor::http_server
