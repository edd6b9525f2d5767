#include "adapters/postgres/campaign/admin_store.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/campaign/admin_store_parts.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;

namespace {

constexpr std::string_view token_prefix = "stn_";
constexpr std::size_t token_bytes = 32;
constexpr auto token_cache_time = std::chrono::seconds{5}; // so long a revoked token may still work
constexpr std::size_t token_cache_max = 10'000;

/// Tokens are random 256 bits, so a fast hash suffices; the key only separates this use from others
/// (BLAKE2b).
std::string hash_of(std::string_view token) {
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

} // namespace

std::unique_ptr<ports::admin_store> make_admin_store(admin_store_options options,
                                                     const ports::phone_numbers& phones) {
  return std::make_unique<admin_store_on_postgres>(std::move(options), phones);
}

admin_store_on_postgres::admin_store_on_postgres(admin_store_options options,
                                                 const ports::phone_numbers& phones)
    : options_{std::move(options)}, phones_{phones}, pool_{options_.database,
                                                           options_.connections} {
  if (sodium_init() < 0)
    std::abort(); // no randomness: nothing safe can be done
}

core::result<rows> admin_store_on_postgres::ask(const std::string& sql, params arguments) {
  auto db = pool_.take();
  if (!db)
    return db.problem();
  return (*db)->query(sql, std::move(arguments));
}

core::result<std::string> admin_store_on_postgres::json_of(const std::string& sql, params arguments,
                                                           const char* missing) {
  auto r = ask(sql, std::move(arguments));
  if (!r)
    return r.problem();
  if (r->empty())
    return error{errc::not_found, missing};
  return r->string(0, 0);
}

core::result<connection> admin_store_on_postgres::own_connection(const char* name) const {
  auto options = options_.database;
  options.application_name = name;
  options.statement_timeout = std::chrono::milliseconds{0};
  return connection::open(std::move(options));
}

core::result<std::string> admin_store_on_postgres::page_of(const std::string& select,
                                                           const std::string& count,
                                                           params arguments, ports::page wanted) {
  const auto p = bounded(wanted);
  const auto offset = static_cast<std::int64_t>(p.number - 1) * p.limit;
  return json_of("SELECT jsonb_build_object('data', coalesce((SELECT jsonb_agg(j) FROM (" + select +
                     " LIMIT " + std::to_string(p.limit) + " OFFSET " + std::to_string(offset) +
                     ") page), '[]'), 'page', " + std::to_string(p.number) + ", 'limit', " +
                     std::to_string(p.limit) + ", 'total', (" + count + "))",
                 std::move(arguments), "nothing");
}

core::result<core::campaign_no> admin_store_on_postgres::campaign_no_of(const principal& who,
                                                                        std::string_view id) {
  auto db = pool_.take();
  if (!db)
    return db.problem();
  auto r = (*db)->call("campaign_find", params{}.integer(who.organization).text(id));
  if (!r)
    return r.problem();
  if (r->empty())
    return error{errc::not_found, "there is no campaign with this id"};
  return static_cast<core::campaign_no>(r->integer(0, 0));
}

import_order admin_store_on_postgres::order(const principal& who, std::string_view id) const {
  return {options_.database, &phones_, options_.default_region, who, std::string{id}};
}

core::status write_audit(connection& db, const ports::principal& who, std::string_view action,
                         std::string_view subject, std::string_view detail_json) {
  return write_audit(db,
                     {who, std::string{action}, std::string{subject}, std::string{detail_json}});
}

void admin_store_on_postgres::audit(const principal& who, std::string_view action,
                                    std::string_view subject, std::string_view detail_json) {
  if (auto db = pool_.take(); db)
    // Nobody could do anything about a failure here: the action itself has been done.
    static_cast<void>(write_audit(**db, who, action, subject, detail_json).ok());
}

core::result<ports::admin_store::token_created>
admin_store_on_postgres::create_token(const std::string& organization, const std::string& name,
                                      const std::string& role,
                                      std::optional<std::string> expires_at) {
  if (organization.empty() || name.empty())
    return error{errc::invalid, "a token needs an organization and a name"};
  if (role != "viewer" && role != "operator" && role != "admin")
    return error{errc::invalid, "role: expected viewer, operator or admin, not '" + role + "'"};
  auto db = pool_.take();
  if (!db)
    return db.problem();
  auto t = transaction::begin(**db);
  if (!t)
    return t.problem();
  params o;
  o.text(organization);
  if (auto r =
          (*db)->query("INSERT INTO organization (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
                       std::move(o));
      !r)
    return r.problem();
  const auto token = new_token();
  params p;
  p.text(organization).text(name).text(role).text("\\x" + hash_of(token)).text(expires_at);
  auto r = (*db)->query("INSERT INTO api_token (organization_no, name, role, hash, expires_at) "
                        "SELECT no, $2, $3, $4::bytea, $5::timestamptz FROM organization WHERE "
                        "name = $1 RETURNING id, organization_no",
                        std::move(p));
  if (!r)
    return r.problem().code == errc::invalid
               ? error{errc::invalid, "expiresAt: expected a time such as 2027-01-31T00:00:00Z"}
               : r.problem();
  const auto id = r->string(0, 0);
  const principal who{static_cast<core::organization_no>(r->integer(0, 1)), "admin", "cli", ""};
  if (auto s = write_audit(**db, who, "token.create", id,
                           nlohmann::json{{"name", name}, {"role", role}}.dump());
      !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return token_created{id, token};
}

core::result<std::string> admin_store_on_postgres::list_tokens(const std::string& organization) {
  params p;
  p.text(organization);
  return json_of("SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'role', "
                 "t.role, 'organization', o.name, "
                 "'createdAt', t.created_at, 'lastUsedAt', t.last_used_at, 'expiresAt', "
                 "t.expires_at, 'revokedAt', t.revoked_at) "
                 "ORDER BY t.created_at), '[]') FROM api_token t JOIN organization o ON o.no = "
                 "t.organization_no WHERE $1::text IN ('', o.name)",
                 std::move(p), "nothing");
}

core::status admin_store_on_postgres::revoke_token(const std::string& id) {
  params p;
  p.text(id);
  auto r = ask("WITH t AS (UPDATE api_token SET revoked_at = now() WHERE id::text = lower($1) AND "
               "revoked_at IS NULL "
               "RETURNING id, organization_no) INSERT INTO audit_log (organization_no, actor, "
               "action, subject) "
               "SELECT organization_no, 'cli', 'token.revoke', id::text FROM t",
               std::move(p));
  if (!r)
    return r.problem();
  if (r->affected() == 0)
    return error{errc::not_found, "there is no token with this id that could be revoked"};
  const std::lock_guard lock{tokens_mutex_};
  tokens_.clear();
  return core::done{};
}

core::result<ports::principal> admin_store_on_postgres::authenticate(std::string_view token) {
  const error unknown{errc::not_found, "the token is unknown, expired or revoked"};
  if (!token.starts_with(token_prefix) || token.size() > 200)
    return unknown;
  const auto hash = hash_of(token);
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock{tokens_mutex_};
    if (const auto at = tokens_.find(hash); at != tokens_.end() && at->second.until > now)
      return at->second.who;
  }
  params p;
  p.text("\\x" + hash);
  auto r = ask("SELECT organization_no, role, name, id, coalesce(last_used_at < now() - interval "
               "'1 minute', true) FROM api_token "
               "WHERE hash = $1::bytea AND revoked_at IS NULL AND (expires_at IS NULL OR "
               "expires_at > now())",
               std::move(p));
  if (!r)
    return r.problem();
  if (r->empty())
    return unknown;
  principal who{static_cast<core::organization_no>(r->integer(0, 0)), r->string(0, 1),
                "token " + r->string(0, 2) + " (" + r->string(0, 3) + ")", ""};
  if (r->boolean(0, 4)) {
    params used;
    used.text(r->text(0, 3));
    if (auto u =
            ask("UPDATE api_token SET last_used_at = now() WHERE id = $1::uuid", std::move(used));
        !u)
      return u.problem();
  }
  const std::lock_guard lock{tokens_mutex_};
  if (tokens_.size() >= token_cache_max)
    tokens_.clear();
  tokens_[hash] = {who, now + token_cache_time};
  return who;
}

} // namespace stentor::postgres
