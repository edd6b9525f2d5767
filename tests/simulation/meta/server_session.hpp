#pragma once
/// The other end of one HTTP/2 connection: nghttp2's server side, bytes in, bytes out. One thread.

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace stentor::simulation {

class server_listener {
public:
  virtual ~server_listener() = default;
  /// The request has come to its end.
  virtual void on_request(std::int32_t stream, const std::string& body) = 0;
};

class server_session {
public:
  server_session(std::uint32_t streams_max, server_listener& listener);
  ~server_session();
  server_session(const server_session&) = delete;
  server_session& operator=(const server_session&) = delete;

  void feed(std::string_view bytes);
  /// What is to be written.
  [[nodiscard]] std::string produce();

  void respond(std::int32_t stream, int status, std::string_view content_type, std::string body);
  void reset(std::int32_t stream, std::uint32_t error_code);
  /// Says that nothing above the last request that was looked at will be.
  void goaway();

private:
  struct exchange {
    std::string request, answer;
    std::size_t answered = 0;
  };
  struct callbacks;
  friend struct callbacks;

  server_listener& listener_;
  nghttp2_session* session_ = nullptr;
  std::map<std::int32_t, exchange> open_;
  std::int32_t last_ = 0;
  bool said_goaway_ = false;
};

} // namespace stentor::simulation
