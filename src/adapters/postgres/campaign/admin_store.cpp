#include "adapters/postgres/campaign/admin_store.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/campaign/admin_store_parts.hpp"

#include <utility>

namespace stentor::postgres {

using core::errc;
using core::error;

std::unique_ptr<ports::admin_store> make_admin_store(admin_store_options options,
                                                     const ports::phone_numbers& phones) {
  return std::make_unique<admin_store_on_postgres>(std::move(options), phones);
}

admin_store_on_postgres::admin_store_on_postgres(admin_store_options options,
                                                 const ports::phone_numbers& phones)
    : options_{std::move(options)}, phones_{phones}, pool_{options_.database,
                                                           options_.connections} {}

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

core::status write_audit(connection& db, const ports::principal& who, std::string_view action,
                         std::string_view subject, std::string_view detail_json) {
  return write_audit(db,
                     {who, std::string{action}, std::string{subject}, std::string{detail_json}});
}

} // namespace stentor::postgres
