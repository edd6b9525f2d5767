#pragma once
/// An HTTP/2 server that misbehaves on demand, in a thread of its own: what the gateway's tests
/// talk to. Scripts are set before or while it runs, from the test's thread; every request takes
/// the first script that is left, or the standing one.

#include "adapters/process/temporary_folder.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stentor::test {

/// What happens to one request.
struct reply {
  enum class kind { answer, never, reset, close, goaway_below, goaway_at, hold };
  kind what = kind::answer;
  int status = 200;
  std::string body;
  std::uint32_t reset_code = 0;
  std::string retry_after;

  static reply answer(int status, std::string body = {}) {
    return {kind::answer, status, std::move(body), 0, {}};
  }
  static reply never() { return {kind::never, 0, {}, 0, {}}; }
  static reply reset(std::uint32_t code) { return {kind::reset, 0, {}, code, {}}; }
  /// Closes the connection without a word.
  static reply close() { return {kind::close, 0, {}, 0, {}}; }
  /// GOAWAY that says this request was not processed.
  static reply goaway_below() { return {kind::goaway_below, 0, {}, 0, {}}; }
  /// GOAWAY that includes this request, then closes.
  static reply goaway_at() { return {kind::goaway_at, 0, {}, 0, {}}; }
  /// Answers 200 when release() is called.
  static reply hold() { return {kind::hold, 200, {}, 0, {}}; }
};

struct seen_request {
  std::string path, authorization, content_type, content_length, body;
  std::chrono::steady_clock::time_point at;
};

/// A self-signed certificate as PEM files in a temporary folder, removed with it.
class certificate {
public:
  explicit certificate(const std::string& host);
  [[nodiscard]] std::string file() const { return (folder_.path() / "cert.pem").string(); }
  [[nodiscard]] std::string key_file() const { return (folder_.path() / "key.pem").string(); }

private:
  process::temporary_folder folder_{"stentor-http2"};
};

class imposter {
public:
  struct options {
    bool tls = false;
    std::string host = "localhost"; ///< in the certificate
    bool offer_h2 = true;           ///< by ALPN
    bool answer_pings = true;
    bool speak_http1 = false; ///< answers the preface with HTTP/1.1 400
    std::uint32_t streams_max = 100;
    std::uint32_t window = 65'535; ///< INITIAL_WINDOW_SIZE
  };

  imposter();
  explicit imposter(options o);
  ~imposter();

  imposter& next(reply r);                   ///< for one request
  imposter& always(reply r);                 ///< when no other script is left
  void release();                            ///< answers what is held
  void set_streams_max(std::uint32_t count); ///< new SETTINGS on every connection
  void set_window(std::uint32_t size);

  [[nodiscard]] std::string url() const;
  [[nodiscard]] const std::string& ca_file() const { return ca_file_; }
  [[nodiscard]] std::vector<seen_request> requests() const;
  [[nodiscard]] std::size_t request_count() const { return count_; }
  [[nodiscard]] std::size_t connection_count() const { return connections_seen_; }
  [[nodiscard]] std::uint32_t open_streams_most() const { return open_most_; }

private:
  struct peer;
  friend struct peer;
  void serve();
  void wake();
  reply script();

  options options_;
  std::unique_ptr<certificate> certificate_;
  std::string ca_file_;
  void* tls_ = nullptr;
  int listening_ = -1;
  int wake_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  mutable std::mutex guard_;
  std::deque<reply> scripts_;
  reply standing_;
  std::vector<seen_request> seen_;
  std::atomic<std::size_t> count_ = 0;
  std::atomic<std::size_t> connections_seen_ = 0;
  std::atomic<std::uint32_t> open_most_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> release_ = false;
  std::atomic<std::int64_t> new_streams_max_ = -1;
  std::atomic<std::int64_t> new_window_ = -1;
  std::vector<std::unique_ptr<peer>> peers_;
  std::thread thread_;
};

} // namespace stentor::test
