/// The sides of people are the same in the database and in core.

#include "stentor/core/contact/person_mix.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <limits>
#include <random>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class person_sides : public with_database {};

TEST_F(person_sides, are_the_same_in_the_database_and_in_core) {
  using limits = std::numeric_limits<std::int64_t>;
  std::mt19937_64 random{7};
  std::vector<std::int64_t> people{0, -1, limits::min(), limits::max()};
  std::vector<std::int64_t> salts{0, limits::min(), -1, limits::max()};
  for (int i = 0; i < 5'000; ++i) {
    people.push_back(static_cast<std::int64_t>(random()));
    salts.push_back(static_cast<std::int64_t>(random()));
    people.push_back(4'915'112'345'678 + i);
    salts.push_back(i % 7);
  }
  params p;
  p.int8_array(people).int8_array(salts);
  const auto found = need(base.db().query("SELECT person_mix(p, s) FROM unnest($1::int8[], "
                                          "$2::int8[]) WITH ORDINALITY AS u(p, s, n) ORDER BY n",
                                          std::move(p)));
  ASSERT_EQ(found.size(), static_cast<int>(people.size()));
  for (int i = 0; i < found.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    ASSERT_EQ(found.integer(i, 0),
              core::person_mix(static_cast<core::person_key>(people[at]), salts[at]))
        << people[at] << " " << salts[at];
  }
}

TEST_F(person_sides, differ_from_campaign_to_campaign) {
  make_campaign(base, 1, 10);
  make_campaign(base, 2, 10);
  EXPECT_EQ(base.number("SELECT count(DISTINCT salt) FROM campaign"), 2);
}

} // namespace
