#include "adapters/http2/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>

namespace stentor::http2 {

namespace {

std::string openssl_text() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  if (code == 0)
    return "no further reason";
  const char* const reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "OpenSSL error " + std::to_string(code);
}

} // namespace

/// Lets OpenSSL read from and write to a channel's strings, without the copies that its own memory
/// BIO makes.
struct memory_bio {
  static int write(BIO* bio, const char* data, int size) {
    auto& channel = *static_cast<tls_channel*>(BIO_get_data(bio));
    channel.records_.append(data, static_cast<std::size_t>(size));
    return size;
  }

  static int read(BIO* bio, char* to, int size) {
    auto& channel = *static_cast<tls_channel*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (channel.input_.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const auto count = std::min(static_cast<std::size_t>(size), channel.input_.size());
    std::memcpy(to, channel.input_.data(), count);
    channel.input_.remove_prefix(count);
    return static_cast<int>(count);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static BIO_METHOD* method() {
    static BIO_METHOD* const shared = [] {
      auto* const m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stentor channel");
      BIO_meth_set_write(m, write);
      BIO_meth_set_read(m, read);
      BIO_meth_set_ctrl(m, control);
      return m;
    }();
    return shared;
  }
};

core::result<std::shared_ptr<tls_context>> tls_context::create(const std::string& ca_file) {
  auto* const context = SSL_CTX_new(TLS_client_method());
  if (context == nullptr)
    return core::error{core::errc::internal,
                       "OpenSSL gives no TLS context: " + openssl_text() + "."};
  std::shared_ptr<tls_context> made{new tls_context{context}};
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context, SSL_MODE_AUTO_RETRY);
  SSL_CTX_set_read_ahead(context, 1);
  static constexpr unsigned char h2[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context, h2, sizeof h2);
  const int loaded = ca_file.empty()
                         ? SSL_CTX_set_default_verify_paths(context)
                         : SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr);
  if (loaded != 1)
    return core::error{core::errc::invalid,
                       "The CA certificates" +
                           (ca_file.empty() ? std::string{" of the system"} : " in " + ca_file) +
                           " cannot be read: " + openssl_text() + "."};
  return made;
}

tls_context::~tls_context() {
  SSL_CTX_free(context_);
}

tls_channel::tls_channel(const tls_context& context, const std::string& host)
    : ssl_{SSL_new(context.context_)}, host_{host} {
  if (ssl_ == nullptr) {
    problem_ = "OpenSSL gives no TLS connection: " + openssl_text() + ".";
    return;
  }
  auto* const bio = BIO_new(memory_bio::method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  auto* const wanted = SSL_get0_param(ssl_);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1) {
    ERR_clear_error();
    SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(ssl_, host.c_str());
    // What the macro SSL_set_tlsext_host_name() does, without its cast in the style of C.
    SSL_ctrl(ssl_, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(host.c_str()));
  }
  SSL_set_connect_state(ssl_);
}

tls_channel::~tls_channel() {
  SSL_free(ssl_);
}

void tls_channel::explain(int result, std::string_view during) {
  if (!problem_.empty())
    return;
  const auto kind = SSL_get_error(ssl_, result);
  if (kind == SSL_ERROR_ZERO_RETURN) {
    problem_ = "The other side closed the connection.";
    return;
  }
  const auto verified = SSL_get_verify_result(ssl_);
  if (verified != X509_V_OK)
    problem_ = "The certificate of " + host_ + " is not trusted (" +
               X509_verify_cert_error_string(verified) +
               "); nothing was sent. Check the host name and the CA file.";
  else
    problem_ = "TLS with " + host_ + " failed " + std::string{during} + ": " + openssl_text() + ".";
  ERR_clear_error();
}

tls_channel::progress tls_channel::handshake(std::string_view records_in) {
  if (ssl_ == nullptr)
    return progress::failed;
  input_ = records_in;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  if (result != 1) {
    if (SSL_get_error(ssl_, result) == SSL_ERROR_WANT_READ)
      return progress::going_on;
    explain(result, "in the handshake");
    return progress::failed;
  }
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &protocol, &size);
  if (size != 2 || std::memcmp(protocol, "h2", 2) != 0) {
    problem_ = host_ + " does not offer HTTP/2 (ALPN h2); nothing was sent.";
    return progress::failed;
  }
  return progress::done;
}

bool tls_channel::decrypt(std::string_view records_in, std::vector<char>& plain,
                          std::size_t& size) {
  // Without new bytes, what the handshake left over is read.
  if (!records_in.empty())
    input_ = records_in;
  size = 0;
  ERR_clear_error();
  for (;;) {
    if (plain.size() < size + tls_record_size)
      plain.resize(std::max(plain.size() * 2, size + tls_record_size));
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_, plain.data() + size, plain.size() - size, &count);
    if (result == 1) {
      size += count;
      continue;
    }
    if (SSL_get_error(ssl_, result) == SSL_ERROR_WANT_READ)
      return true;
    explain(result, "while reading");
    return false;
  }
}

bool tls_channel::encrypt(std::string_view plain) {
  ERR_clear_error();
  std::size_t count = 0;
  const int result = SSL_write_ex(ssl_, plain.data(), plain.size(), &count);
  if (result == 1 && count == plain.size())
    return true;
  explain(result, "while writing");
  return false;
}

} // namespace stentor::http2
