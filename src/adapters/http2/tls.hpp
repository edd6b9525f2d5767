#pragma once
/// OpenSSL for the transport: one context for the process, one channel per connection between plain
/// bytes and records in memory. No sockets. For the network thread only.

#include "stentor/core/base/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace stentor::http2 {

/// The most that TLS puts into one record (RFC 8446, 5.1), in bytes.
constexpr std::size_t tls_record_size = 16 * 1024;

/// TLS 1.2 or newer, ALPN h2, the other side's certificate verified against `ca_file` or the
/// system's store.
class tls_context {
public:
  [[nodiscard]] static core::result<std::shared_ptr<tls_context>>
  create(const std::string& ca_file);
  ~tls_context();
  tls_context(const tls_context&) = delete;
  tls_context& operator=(const tls_context&) = delete;

private:
  friend class tls_channel;
  explicit tls_context(ssl_ctx_st* context) : context_{context} {}
  ssl_ctx_st* context_;
};

class tls_channel {
public:
  /// @param host its certificate must name it; an IP address must be named as such
  tls_channel(const tls_context& context, const std::string& host);
  ~tls_channel();
  tls_channel(const tls_channel&) = delete;
  tls_channel& operator=(const tls_channel&) = delete;

  enum class progress { going_on, done, failed };

  /// Drives the handshake with what has come in; what it wants to send is appended to records().
  [[nodiscard]] progress handshake(std::string_view records_in);
  /// Decrypts to the front of `plain`, which grows as needed and never shrinks. False when the
  /// channel is broken or was closed; `size` bytes are good all the same.
  [[nodiscard]] bool decrypt(std::string_view records_in, std::vector<char>& plain,
                             std::size_t& size);
  /// Encrypts at most one record's worth, 16 KiB. False when the channel is broken.
  [[nodiscard]] bool encrypt(std::string_view plain);
  /// What is to be written to the socket; the owner takes it away.
  [[nodiscard]] std::string& records() noexcept { return records_; }
  /// In a sentence, once something failed.
  [[nodiscard]] const std::string& error() const noexcept { return problem_; }

private:
  friend struct memory_bio;
  void explain(int result, std::string_view during);

  ssl_st* ssl_ = nullptr;
  std::string host_;
  std::string_view input_;
  std::string records_;
  std::string problem_;
};

} // namespace stentor::http2
