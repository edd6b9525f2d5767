#include "adapters/postgres/audience/audience.hpp"

#include "adapters/postgres/audience/condition_loader.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <string_view>

namespace stentor::postgres {

namespace {

audience_sql starting(const locked_campaign& c) {
  audience_sql made;
  made.arguments.integer(c.no).integer(c.organization);
  return made;
}

core::result<std::string> sql_of(connection& db, const row_reader& row, const locked_campaign& c,
                                 const ports::time_zones& zones, params& arguments) {
  auto loaded = load_condition(db, c.organization, row.text("query"));
  if (!loaded)
    return loaded.error();
  if (!loaded->problems.empty())
    return core::error{core::errc::invalid, core::text_of(loaded->problems, row.text("said_by"))};
  use_zone(loaded->terms, zones);
  return condition_to_sql(loaded->tree, loaded->terms, arguments);
}

} // namespace

core::result<audience_sql> audience_of(connection& db, const locked_campaign& c,
                                       const ports::time_zones& zones) {
  auto r = db.call("audience_query", params{}.integer(c.no));
  if (!r)
    return r.error();
  auto made = starting(c);
  made.arguments.boolean(c.marketing());
  const row_reader row{*r};
  if (row.is_null("query"))
    return made;
  auto sql = sql_of(db, row, c, zones, made.arguments);
  if (!sql)
    return sql.error();
  made.condition = std::move(*sql);
  return made;
}

core::result<std::optional<audience_sql>> exclusions_of(connection& db, const locked_campaign& c,
                                                        const ports::time_zones& zones) {
  auto r = db.call("audience_exclusions", params{}.integer(c.no));
  if (!r)
    return r.error();
  if (r->empty())
    return std::optional<audience_sql>{};
  auto made = starting(c);
  made.condition.clear();
  for (const auto row : each(*r)) {
    auto sql = sql_of(db, row, c, zones, made.arguments);
    if (!sql)
      return sql.error();
    made.condition += (made.condition.empty() ? "(" : " OR ") + *sql;
  }
  made.condition += ")";
  return std::optional{std::move(made)};
}

} // namespace stentor::postgres
