#include "adapters/postgres/schema/migrations.hpp"

#include "adapters/postgres/client/embedded.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::postgres {

namespace {

/// Any constant does, as long as nobody else uses it in this database: "stentor" in hexadecimal,
/// shortened.
constexpr const char* lock_sql = "SELECT pg_advisory_lock(x'7374656e746f'::bigint)";
constexpr const char* unlock_sql = "SELECT pg_advisory_unlock(x'7374656e746f'::bigint)";

core::result<int> current_version(connection& db) {
  auto made = db.run(
      "CREATE TABLE IF NOT EXISTS schema_migration (number int PRIMARY KEY, name text NOT NULL, "
      "applied_at timestamptz NOT NULL DEFAULT now())");
  if (!made)
    return made.problem();
  auto r = db.query("SELECT coalesce(max(number), 0) FROM schema_migration");
  if (!r)
    return r.problem();
  return static_cast<int>(r->integer(0, 0));
}

core::status apply(connection& db, const migration& m) {
  auto t = transaction::begin(db);
  if (!t)
    return t.problem();
  if (auto s = db.run(m.text); !s)
    return core::error{s.problem().code, "migration " + m.name + ": " + s.problem().message};
  auto noted = db.query("INSERT INTO schema_migration (number, name) VALUES ($1, $2)",
                        params{}.integer(m.number).text(m.name));
  if (!noted)
    return noted.problem();
  return t->commit();
}

core::result<migration_report> migrate_locked(connection& db, const std::vector<migration>& known) {
  auto version = current_version(db);
  if (!version)
    return version.problem();
  migration_report report{.from = *version, .to = *version};
  const int newest = known.empty() ? 0 : known.back().number;
  if (*version > newest)
    return core::error{core::errc::conflict,
                       "the database has schema version " + std::to_string(*version) +
                           ", this program knows only " + std::to_string(newest) +
                           ": install a newer stentor, or use another database"};
  for (const auto& m : known) {
    if (m.number <= *version)
      continue;
    if (auto s = apply(db, m); !s)
      return s.problem();
    report.to = m.number;
  }
  return report;
}

} // namespace

std::vector<migration> known_migrations() {
  std::vector<migration> all;
  for (const auto& file : embedded::migrations()) {
    migration m{.number = 0, .name = std::string{file.name}, .text = std::string{file.text}};
    std::from_chars(m.name.data(), m.name.data() + m.name.size(), m.number);
    all.push_back(std::move(m));
  }
  std::ranges::sort(all, {}, &migration::number);
  return all;
}

core::result<migration_report> migrate(connection& db) {
  return migrate(db, known_migrations());
}

core::result<migration_report> migrate(connection& db, const std::vector<migration>& known) {
  // Waiting for another process's migration may take longer than any statement should.
  if (auto s = db.run("SET lock_timeout=0;SET statement_timeout=0"); !s)
    return s.problem();
  if (auto locked = db.query(lock_sql); !locked)
    return locked.problem();
  auto report = migrate_locked(db, known);
  if (db.alive())
    static_cast<void>(db.query(unlock_sql).ok());
  const auto& o = db.options();
  if (auto s = db.run("SET lock_timeout=" + std::to_string(o.lock_timeout.count()) +
                      ";SET statement_timeout=" + std::to_string(o.statement_timeout.count()));
      !s && report.ok())
    return s.problem();
  return report;
}

} // namespace stentor::postgres
