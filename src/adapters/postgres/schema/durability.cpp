#include "adapters/postgres/schema/durability.hpp"

#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

core::result<std::string> durability_problem(connection& db) {
  auto settings = db.call("durability_settings_off");
  if (!settings)
    return settings.error();
  std::string names;
  for (const auto row : each(*settings))
    names.append(names.empty() ? "" : " and ").append(row.string("name"));
  if (names.empty())
    return names;
  return "PostgreSQL runs without " + names +
         ": when its machine dies, what was committed may be lost or damaged, and with it whom "
         "stentor has written to. Set it to on.";
}

} // namespace stentor::postgres
