#include "bench/load/harness/made_customers.hpp"

#include "adapters/postgres/client/connection.hpp"

#include <chrono>
#include <string>

namespace stentor::load {
namespace {

/// Zones by their names, so that each run takes the same ones.
std::string insert_places(unsigned places) {
  return "INSERT INTO place (country, zones) SELECT 'ZZ', ARRAY[name] FROM pg_timezone_names "
         "WHERE name ~ '^(Africa|America|Asia|Australia|Europe|Pacific)/' ORDER BY name LIMIT " +
         std::to_string(places) + " ON CONFLICT DO NOTHING";
}

std::string insert_people(std::uint64_t people) {
  return "WITH places AS (SELECT array_agg(no ORDER BY no) AS no, array_agg(zones[1] ORDER BY no) "
         "AS zone, count(*)::int AS size FROM place) "
         "INSERT INTO customer (organization_no, phone, name, country, time_zone, place, "
         "attributes) SELECT (SELECT min(no) FROM organization), 919000000000 + n, 'Person ' || n, "
         "'ZZ', p.zone[n % p.size + 1], p.no[n % p.size + 1], jsonb_build_object('spent', "
         "hashint4(n) & 131071, 'tier', (ARRAY['gold', 'silver', 'none', 'none'])[n % 4 + 1], "
         "'interest', (ARRAY['beaches', 'mountains', 'towns', 'food'])[(hashint4(n + 7) & 3) + 1], "
         "'city', 'city ' || (hashint4(n + 3) & 4095), 'since', '2024-05-01') FROM "
         "generate_series(1, " +
         std::to_string(people) + ") n, places p";
}

constexpr const char* insert_sales =
    "INSERT INTO customer_event (organization_no, customer_no, name, at, value_micros, currency, "
    "properties, source_id) SELECT organization_no, no, 'saleDetails', now() - no % 365 * "
    "interval '1 day', 45000000000, 'INR', jsonb_build_object('destination', (ARRAY['Bali "
    "Premium', 'Goa', 'Oslo', 'Rome'])[(hashint8(no) & 3) + 1], 'nights', no % 9), 's' || no "
    "FROM customer WHERE no % 2 = 0";

} // namespace

core::status make_customers(app::local_stack& stack, std::uint64_t people, unsigned places) {
  const auto conninfo = stack.daemon().conninfo();
  if (!conninfo)
    return conninfo.error();
  auto db = postgres::connection::open(
      {.conninfo = *conninfo, .statement_timeout = std::chrono::milliseconds{0}});
  if (!db)
    return db.error();
  const std::string statements[] = {
      insert_places(places), insert_people(people), insert_sales,
      "CREATE INDEX customer_attributes ON customer USING gin (attributes jsonb_path_ops)",
      // A daemon's own PostgreSQL has done so long before anybody asks.
      "VACUUM (ANALYZE) customer", "VACUUM (ANALYZE) customer_event", "CHECKPOINT"};
  for (const auto& statement : statements)
    if (auto s = db->run(statement); !s)
      return s;
  return core::ok{};
}

} // namespace stentor::load
