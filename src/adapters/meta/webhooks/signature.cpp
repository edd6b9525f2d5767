/// HMAC by hand over SHA256_CTX: copying a prepared state costs nothing, while EVP allocates per
/// message.
#include "adapters/meta/webhooks/signature.hpp"

#include "stentor/core/base/hex.hpp"

#define OPENSSL_SUPPRESS_DEPRECATED // SHA256_Init and friends: see above
#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace stentor::meta {

namespace {

constexpr std::string_view scheme = "sha256=";
constexpr std::size_t digest_size = SHA256_DIGEST_LENGTH;
using digest = std::array<unsigned char, digest_size>;

bool read_header(std::string_view header, digest& to) noexcept {
  return header.starts_with(scheme) && core::read_hex(header.substr(scheme.size()), to);
}

} // namespace

struct signature_checker::state {
  SHA256_CTX inner{};
  SHA256_CTX outer{};

  explicit state(const std::string& secret) noexcept {
    std::array<unsigned char, SHA256_CBLOCK> key{};
    if (secret.size() > key.size())
      SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), key.data());
    else
      std::copy(secret.begin(), secret.end(), key.begin());
    for (auto& byte : key)
      byte = static_cast<unsigned char>(byte ^ 0x36U);
    SHA256_Init(&inner);
    SHA256_Update(&inner, key.data(), key.size());
    for (auto& byte : key)
      byte = static_cast<unsigned char>(byte ^ 0x36U ^ 0x5CU);
    SHA256_Init(&outer);
    SHA256_Update(&outer, key.data(), key.size());
    OPENSSL_cleanse(key.data(), key.size());
  }

  [[nodiscard]] digest of(std::string_view body) const noexcept {
    digest result{};
    auto context = inner;
    SHA256_Update(&context, body.data(), body.size());
    SHA256_Final(result.data(), &context);
    context = outer;
    SHA256_Update(&context, result.data(), result.size());
    SHA256_Final(result.data(), &context);
    return result;
  }
};

signature_checker::signature_checker(const std::vector<std::string>& secrets)
    : states_{std::make_unique<std::vector<state>>()} {
  for (const auto& secret : secrets) {
    if (!secret.empty())
      states_->emplace_back(secret);
  }
}

signature_checker::~signature_checker() = default;
signature_checker::signature_checker(signature_checker&&) noexcept = default;
signature_checker& signature_checker::operator=(signature_checker&&) noexcept = default;

bool signature_checker::check(std::string_view header, std::string_view body) const noexcept {
  digest wanted{};
  if (!read_header(header, wanted))
    return false;
  bool fits = false;
  for (const auto& prepared : *states_) { // all of them, so that time does not tell which one fits
    const auto got = prepared.of(body);
    fits |= CRYPTO_memcmp(got.data(), wanted.data(), got.size()) == 0;
  }
  return fits;
}

std::string signature_checker::sign(std::string_view body) const {
  if (states_->empty())
    return {};
  std::string header{scheme};
  core::append_hex(header, states_->front().of(body));
  return header;
}

} // namespace stentor::meta
