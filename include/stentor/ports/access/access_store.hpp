#pragma once
/// Who may use the API. Thread-safe; every call blocks.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::ports {

/// The one time that a token is seen.
struct token_created {
  std::string id, token;
};

class access_store {
public:
  virtual ~access_store() = default;

  /// Makes the organization if it is new. @param role viewer, operator or admin @param expires_at
  /// RFC 3339
  [[nodiscard]] virtual core::result<token_created>
  create_token(const std::string& organization, const std::string& name, const std::string& role,
               std::optional<std::string> expires_at) = 0;
  /// JSON array; of every organization when the name is empty.
  [[nodiscard]] virtual core::result<std::string> list_tokens(const std::string& organization) = 0;
  [[nodiscard]] virtual core::status revoke_token(const std::string& id) = 0;
  /// Whose token this is; not_found when it is unknown, expired or revoked. Answers are cached for
  /// a few seconds.
  [[nodiscard]] virtual core::result<principal> authenticate(std::string_view token) = 0;
};

} // namespace stentor::ports
