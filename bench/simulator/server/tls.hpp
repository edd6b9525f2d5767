#pragma once
/// TLS for the simulator's port: a server context that speaks HTTP/2, and a self-signed certificate
/// for loopback tests.

#include "stentor/core/base/result.hpp"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace stentor::load {

struct ssl_context_deleter {
  void operator()(ssl_ctx_st* context) const noexcept;
};
using ssl_context = std::unique_ptr<ssl_ctx_st, ssl_context_deleter>;

/// The names of the files that make_certificate() writes.
struct certificate_files {
  std::string certificate; ///< also what clients have to trust
  std::string key;
};

/// Makes `simulator.crt` and `simulator.key` for localhost, 127.0.0.1 and ::1 in the folder unless
/// they are there.
core::result<certificate_files> make_certificate(const std::string& folder);

/// TLS 1.2 and newer, ALPN h2 only.
core::result<ssl_context> make_server_context(const certificate_files& files);

} // namespace stentor::load
