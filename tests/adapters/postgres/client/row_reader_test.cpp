/// Rows by the names of their columns.

#include "adapters/postgres/client/row_reader.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class row_reading : public with_database {};

TEST_F(row_reading, gives_values_by_name) {
  const auto r = base.query("SELECT 7 AS no, 'x' AS status, 1.5::float8 AS rate, true AS active, "
                            "1000::int8 AS at, NULL::int8 AS never UNION ALL SELECT 8, 'y', 2, "
                            "false, 2000, 3 ORDER BY no");
  const row_reader row{r};
  EXPECT_EQ(row.id<core::campaign_no>("no"), core::campaign_no{7});
  EXPECT_EQ(row.string("status"), "x");
  EXPECT_EQ(row.real("rate"), 1.5);
  EXPECT_TRUE(row.boolean("active"));
  EXPECT_EQ(row.time("at"), core::wall_time{std::chrono::seconds{1}});
  EXPECT_EQ(row.time("never"), std::nullopt);
  EXPECT_EQ(row.integer_or_none("never"), std::nullopt);
  EXPECT_TRUE(row.is_null("never"));
  std::vector<std::int64_t> all;
  for (const auto one : each(r))
    all.push_back(one.integer("no"));
  EXPECT_EQ(all, (std::vector<std::int64_t>{7, 8}));
}

TEST_F(row_reading, a_wrong_name_ends_the_program) {
  const auto r = base.query("SELECT 7 AS no");
  EXPECT_DEATH(static_cast<void>(row_reader{r}.integer("number")), "no column 'number'");
}

} // namespace
