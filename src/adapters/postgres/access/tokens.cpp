#include "adapters/postgres/access/tokens.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/access/rights.hpp"
#include "stentor/core/base/rfc3339.hpp"

#include <nlohmann/json.hpp>
#include <sodium.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <mutex>
#include <utility>

namespace stentor::postgres {

namespace {

using core::errc;
using core::error;

constexpr std::string_view token_prefix = "stn_";
constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_size_max = 200;
constexpr auto token_cache_time = std::chrono::seconds{5}; // so long a revoked token may still work
constexpr std::size_t token_cache_max = 10'000;

/// Tokens are random 256 bits, so a fast hash suffices; the key only separates this use from others
/// (BLAKE2b).
std::string token_hash(std::string_view token) {
  constexpr std::string_view key = "stentor api token v1";
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(token.data()),
                     token.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size());
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

std::string new_token() {
  std::array<unsigned char, token_bytes> random{};
  randombytes_buf(random.data(), random.size());
  std::string text(sodium_base64_ENCODED_LEN(token_bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING),
                   '\0');
  sodium_bin2base64(text.data(), text.size(), random.data(), random.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();
  return std::string{token_prefix} + text;
}

class tokens final : public ports::access_store {
public:
  explicit tokens(query_pool& pool) : pool_{pool} {
    if (sodium_init() < 0)
      std::abort(); // no randomness: nothing safe can be done
  }

  core::result<ports::token_created> create_token(const std::string& organization,
                                                  const std::string& name, const std::string& role,
                                                  std::optional<std::string> expires_at) override {
    if (organization.empty() || name.empty())
      return error{errc::invalid, "a token needs an organization and a name"};
    if (!core::is_role(role))
      return error{errc::invalid, "role: expected viewer, operator or admin, not '" + role + "'"};
    // PostgreSQL itself would read "yesterday" and "now" too.
    if (expires_at && !core::wall_time_from(*expires_at))
      return error{errc::invalid, "expiresAt: expected a time such as 2027-01-31T00:00:00Z"};
    return pool_.in_transaction([&](connection& db) -> core::result<ports::token_created> {
      if (auto r = db.call("token_organization", params{}.text(organization)); !r)
        return r.error();
      const auto token = new_token();
      params p;
      p.text(organization).text(name).text(role).text("\\x" + token_hash(token)).text(expires_at);
      auto r = db.call("token_create", std::move(p));
      if (!r)
        return r.error().code == errc::invalid
                   ? error{errc::invalid, "expiresAt: expected a time such as 2027-01-31T00:00:00Z"}
                   : r.error();
      const row_reader made{*r};
      if (made.boolean("is_over"))
        return error{errc::invalid, "expiresAt: lies in the past; such a token would never work"};
      const ports::principal who{made.id<core::organization_no>("organization_no"), "admin", "cli",
                                 ""};
      const nlohmann::json detail{{"name", name}, {"role", role}};
      if (auto s = write_audit(db, {who, "token.create", made.string("id"), detail.dump()}); !s)
        return s.error();
      return ports::token_created{made.string("id"), token};
    });
  }

  core::result<std::string> list_tokens(const std::string& organization) override {
    return pool_.json_of("token_list", params{}.text(organization));
  }

  core::status revoke_token(const std::string& id) override {
    auto revoked = pool_.in_transaction([&](connection& db) -> core::status {
      auto r = db.call("token_revoke", params{}.text(id));
      if (!r)
        return r.error();
      if (r->empty())
        return error{errc::not_found, "there is no token with this id that could be revoked"};
      const row_reader gone{*r};
      const ports::principal who{gone.id<core::organization_no>("organization_no"), "admin", "cli",
                                 ""};
      return write_audit(db, {who, "token.revoke", gone.string("id"), ""});
    });
    if (!revoked)
      return revoked;
    const std::lock_guard lock{mutex_};
    known_.clear();
    return core::ok{};
  }

  core::result<ports::principal> authenticate(std::string_view token) override {
    const error unknown{errc::not_found, "the token is unknown, expired or revoked"};
    if (!token.starts_with(token_prefix) || token.size() > token_size_max)
      return unknown;
    const auto hash = token_hash(token);
    const auto now = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock{mutex_};
      if (const auto at = known_.find(hash); at != known_.end() && at->second.until > now)
        return at->second.who;
    }
    auto r = pool_.ask("token_find", params{}.text("\\x" + hash));
    if (!r)
      return r.error();
    if (r->empty())
      return unknown;
    const row_reader found{*r};
    ports::principal who{found.id<core::organization_no>("organization_no"), found.string("role"),
                         "token " + found.string("name") + " (" + found.string("id") + ")", ""};
    if (found.boolean("use_is_old"))
      if (auto used = pool_.ask("token_used", params{}.text(found.text("id"))); !used)
        return used.error();
    const std::lock_guard lock{mutex_};
    if (known_.size() >= token_cache_max)
      known_.clear();
    known_[hash] = {who, now + token_cache_time};
    return who;
  }

private:
  struct known_token {
    ports::principal who;
    std::chrono::steady_clock::time_point until;
  };

  query_pool& pool_;
  std::mutex mutex_;
  std::map<std::string, known_token> known_; ///< by hash
};

} // namespace

std::unique_ptr<ports::access_store> make_access_store(query_pool& pool) {
  return std::make_unique<tokens>(pool);
}

} // namespace stentor::postgres
