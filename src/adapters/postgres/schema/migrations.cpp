#include "adapters/postgres/schema/migrations.hpp"

#include "adapters/postgres/client/embedded.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::postgres {

namespace {

core::result<int> current_version(connection& db) {
  auto made = db.run(sql_script("migration_table"));
  if (!made)
    return made.error();
  auto r = db.query(sql_script("migration_version"));
  if (!r)
    return r.error();
  return row_reader{*r}.id<int>("version");
}

core::status apply(connection& db, const migration& m) {
  auto t = transaction::begin(db);
  if (!t)
    return t.error();
  if (auto s = db.run(m.text); !s)
    return core::error{s.error().code, "migration " + m.name + ": " + s.error().message};
  auto noted = db.query(sql_script("migration_note"), params{}.integer(m.number).text(m.name));
  if (!noted)
    return noted.error();
  return t->commit();
}

core::result<migration_report> migrate_locked(connection& db, const std::vector<migration>& known) {
  auto version = current_version(db);
  if (!version)
    return version.error();
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
      return s.error();
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
  if (auto s = db.set_timeouts({}, {}); !s)
    return s.error();
  if (auto locked = db.query(sql_script("migration_lock")); !locked)
    return locked.error();
  auto report = migrate_locked(db, known);
  if (db.alive())
    static_cast<void>(db.query(sql_script("migration_unlock")).ok());
  const auto& o = db.options();
  if (auto s = db.set_timeouts(o.statement_timeout, o.lock_timeout); !s && report.ok())
    return s.error();
  return report;
}

} // namespace stentor::postgres
