#pragma once
/// A blocking HTTP/1.1 client for the admin API of a running daemon: what the command line's
/// sub-commands use. Every call opens its own connection. An object may be used from one thread at
/// a time.

#include "stentor/core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <string_view>

namespace stentor::http_server {

struct client_settings {
  std::string url;     ///< "http://127.0.0.1:8080" or "https://host[:port]", without a path
  std::string token;   ///< bearer token, may be empty; never shown in an error
  std::string ca_file; ///< PEM file of trusted authorities for https; empty: the system's
  std::chrono::milliseconds timeout{
      60'000}; ///< without any progress; the server may need long for an import
};

struct client_answer {
  int status = 0; ///< HTTP status; anything that the server said is an answer, errors are in the
                  ///< body (problem+json)
  std::string content_type;
  std::string body;
};

class client {
public:
  explicit client(client_settings settings);

  /// @param target path with query, for example "/api/whatsapp/campaigns?limit=5"
  /// Errors: invalid (url), unavailable (nobody answers, with the address and what to check).
  [[nodiscard]] core::result<client_answer>
  request(std::string_view method, std::string_view target, std::string_view body = {},
          std::string_view content_type = "application/json");

  /// POSTs a stream in pieces, in constant memory. `progress` is told the bytes sent so far; it may
  /// be empty.
  [[nodiscard]] core::result<client_answer>
  upload(std::string_view target, std::string_view content_type, std::istream& from,
         const std::function<void(std::uint64_t)>& progress);

  /// GETs in pieces, in constant memory; `write` returns false to stop. A status other than 200 is
  /// an error with the problem's detail as its message.
  [[nodiscard]] core::status download(std::string_view target,
                                      const std::function<bool(std::string_view)>& write);

private:
  client_settings settings_;
};

/// The sentence for people in an answer that is no success: problem+json's detail, or the status.
[[nodiscard]] std::string explain(const client_answer& answer);

} // namespace stentor::http_server
