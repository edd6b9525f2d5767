#pragma once
/// X-Hub-Signature-256: HMAC-SHA256 over the raw bytes of a webhook. The inner and outer states of
/// every secret are computed once. Immutable after construction; any thread.

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::meta {

class signature_checker {
public:
  /// @param secrets app secrets, several while one is being replaced; empty ones are left out.
  /// Without any, nothing fits.
  explicit signature_checker(const std::vector<std::string>& secrets);
  ~signature_checker();
  signature_checker(signature_checker&&) noexcept;
  signature_checker& operator=(signature_checker&&) noexcept;

  /// @param header the header's value: "sha256=" and 64 hex digits, nothing else
  [[nodiscard]] bool check(std::string_view header, std::string_view body) const noexcept;
  /// The header that the first secret gives, for simulators and tests; empty without a secret.
  [[nodiscard]] std::string sign(std::string_view body) const;

private:
  struct state;
  std::unique_ptr<std::vector<state>> states_;
};

} // namespace stentor::meta
