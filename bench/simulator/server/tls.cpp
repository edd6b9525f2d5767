#include "bench/simulator/server/tls.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

namespace stentor::load {
namespace {

constexpr long certificate_days = 3650;

core::error tls_error(const std::string& what) {
  char text[256] = "no further explanation";
  if (const auto code = ERR_get_error(); code != 0)
    ERR_error_string_n(code, text, sizeof text);
  return {core::errc::internal, what + ": " + text};
}

using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

bool add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  if (extension == nullptr)
    return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool fill_certificate(X509* certificate, EVP_PKEY* key) {
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), certificate_days * 24 * 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* common = reinterpret_cast<const unsigned char*>("Stentor's simulated Meta");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, common, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  return add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
         add_extension(certificate, NID_subject_alt_name,
                       "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1") &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

template <class Write>
bool write_file(const std::string& path, mode_t mode, Write write) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr)
    return false;
  const bool restricted = ::fchmod(::fileno(file), mode) == 0;
  const bool written = write(file) == 1;
  return (std::fclose(file) == 0) && written && restricted;
}

int choose_h2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
              unsigned in_size, void*) {
  for (unsigned at = 0; at < in_size; at += in[at] + 1U)
    if (in[at] == 2 && at + 2 < in_size && std::memcmp(in + at + 1, "h2", 2) == 0) {
      *out = in + at + 1;
      *size = 2;
      return SSL_TLSEXT_ERR_OK;
    }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

} // namespace

void ssl_context_deleter::operator()(ssl_ctx_st* context) const noexcept {
  SSL_CTX_free(context);
}

core::result<certificate_files> make_certificate(const std::string& folder) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  certificate_files files{folder + "/simulator.crt", folder + "/simulator.key"};
  if (std::filesystem::exists(files.certificate) && std::filesystem::exists(files.key))
    return files;
  const key_ptr key{EVP_EC_gen("P-256"), &EVP_PKEY_free};
  const certificate_ptr certificate{X509_new(), &X509_free};
  if (!key || !certificate || !fill_certificate(certificate.get(), key.get()))
    return tls_error("the simulator's certificate could not be made");
  const bool written =
      write_file(files.key, 0600,
                 [&](std::FILE* f) {
                   return PEM_write_PrivateKey(f, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
                 }) &&
      write_file(files.certificate, 0644,
                 [&](std::FILE* f) { return PEM_write_X509(f, certificate.get()); });
  if (!written)
    return core::error{core::errc::invalid, "the simulator's certificate could not be written to " +
                                                folder +
                                                ": does the folder exist, and may we write there?"};
  return files;
}

core::result<ssl_context> make_server_context(const certificate_files& files) {
  ssl_context context{SSL_CTX_new(TLS_server_method())};
  if (!context)
    return tls_error("no TLS context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Reading ahead takes header and body of a record, and many records, with one system call.
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_default_read_buffer_len(context.get(), 64 * 1024);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_h2, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
    return tls_error("the certificate " + files.certificate + " could not be used");
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return tls_error("the key " + files.key + " could not be used");
  return context;
}

} // namespace stentor::load
