#include "app/daemon/database.hpp"

#include "adapters/postgres/access/tokens.hpp"
#include "adapters/postgres/client/query_pool.hpp"
#include "adapters/postgres/cluster/embedded_cluster.hpp"
#include "adapters/postgres/schema/migrations.hpp"
#include "app/cli/json_text.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

core::result<postgres::cluster_access> open_database(const ports::configuration& c) {
  if (!c.database.embedded())
    return postgres::cluster_access{nullptr, c.database.url};
  postgres::cluster_options options;
  options.folder = c.state_folder;
  return postgres::embedded_cluster::join_or_start(std::move(options));
}

/// The schema first, so that `token create` works before the daemon ever ran.
core::result<postgres::migration_report> migrate_schema(const postgres::cluster_access& db) {
  auto connection =
      postgres::connection::open({.conninfo = db.conninfo, .application_name = "stentor migrate"});
  if (!connection)
    return connection.error();
  return postgres::migrate(*connection);
}

int migrate(const console& to, const ports::configuration& c, bool as_json) {
  const auto db = open_database(c);
  if (!db)
    return report(to, db.error());
  const auto done = migrate_schema(*db);
  if (!done)
    return report(to, done.error());
  if (as_json)
    to.out << json{{"from", done->from}, {"to", done->to}}.dump() << "\n";
  else if (done->from == done->to)
    to.out << "The schema is at version " << done->to << " already.\n";
  else
    to.out << "The schema went from version " << done->from << " to " << done->to << ".\n";
  return number_of(exit_code::ok);
}

/// Runs `action` with the tokens of the configured database.
template <class Action>
int with_store(const console& to, const ports::configuration& c, const Action& action) {
  const auto db = open_database(c);
  if (!db)
    return report(to, db.error());
  if (const auto migrated = migrate_schema(*db); !migrated)
    return report(to, migrated.error());
  postgres::query_pool pool{{.conninfo = db->conninfo, .application_name = "stentor token"}, 1};
  const auto store = postgres::make_access_store(pool);
  return action(*store);
}

int create_token(const console& to, const ports::configuration& c,
                 const database_commands::new_token& wanted, bool as_json) {
  return with_store(to, c, [&](ports::access_store& store) {
    const auto expires =
        wanted.expires_at.empty() ? std::nullopt : std::optional<std::string>{wanted.expires_at};
    const auto made = store.create_token(wanted.organization, wanted.name, wanted.role, expires);
    if (!made)
      return report(to, made.error());
    if (as_json) {
      to.out << json{{"id", made->id}, {"token", made->token}}.dump() << "\n";
    } else {
      // Only the token goes to standard output, so that it can be redirected into a file.
      to.err << "Token " << made->id << " for " << wanted.organization
             << ". Keep it now: it is not shown again.\n";
      to.out << made->token << "\n";
    }
    return number_of(exit_code::ok);
  });
}

int list_tokens(const console& to, const ports::configuration& c, const std::string& organization,
                bool as_json) {
  return with_store(to, c, [&](ports::access_store& store) {
    const auto tokens = store.list_tokens(organization);
    if (!tokens)
      return report(to, tokens.error());
    if (as_json) {
      to.out << *tokens << "\n";
      return number_of(exit_code::ok);
    }
    const auto list = json::parse(*tokens, nullptr, false);
    if (!list.is_array() || list.empty())
      to.out << "No tokens. 'stentor token create' makes one.\n";
    for (const auto& t : list.is_array() ? list : json::array()) {
      const auto expires = time_text(text_of(t, "expiresAt"));
      const auto used = time_text(text_of(t, "lastUsedAt"));
      to.out << text_of(t, "id") << "  " << text_of(t, "role") << "  " << text_of(t, "organization")
             << "  " << text_of(t, "name") << "  ("
             << (used.empty() ? "never used" : "used " + used)
             << (expires.empty()
                     ? ""
                     : (t.value("expired", false) ? ", expired " : ", until ") + expires)
             << (text_of(t, "revokedAt").empty() ? "" : ", revoked") << ")\n";
    }
    return number_of(exit_code::ok);
  });
}

int revoke_token(const console& to, const ports::configuration& c, const std::string& id,
                 bool as_json) {
  return with_store(to, c, [&](ports::access_store& store) {
    const auto done = store.revoke_token(id);
    if (!done)
      return report(to, done.error());
    if (as_json)
      to.out << json{{"revoked", id}}.dump() << "\n";
    else
      to.out << "Revoked. A running daemon may still know it for a few seconds.\n";
    return number_of(exit_code::ok);
  });
}

} // namespace

database_commands make_database_commands() {
  return {migrate, create_token, list_tokens, revoke_token};
}

} // namespace stentor::app
