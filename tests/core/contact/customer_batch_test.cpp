/// Many rows about customers, of which several are about one person.

#include "stentor/core/contact/customer_batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

namespace stentor::core {
namespace {

customer_row row_of(std::int64_t line, std::int64_t phone, std::string user_id) {
  customer_row row;
  row.line = line;
  row.phone = phone;
  row.user_id = std::move(user_id);
  return row;
}

TEST(customer_batch, makes_one_row_of_two_about_one_person) {
  customer_batch batch;
  auto first = row_of(1, 5, "");
  first.name = "Anna";
  first.attributes = {{"city", "\"Bonn\""}, {"spent", "1"}};
  auto second = row_of(2, 5, "DE.1");
  second.attributes = {{"spent", ""}, {"age", "7"}};
  ASSERT_TRUE(batch.add(first));
  ASSERT_TRUE(batch.add(second));
  ASSERT_EQ(batch.size(), 1U);
  const auto& row = batch.rows()[0];
  EXPECT_EQ(row.name, "Anna");
  EXPECT_EQ(row.user_id, "DE.1");
  EXPECT_EQ(row.attributes, (std::vector<std::pair<std::string, std::string>>{
                                {"city", "\"Bonn\""}, {"spent", ""}, {"age", "7"}}));
  EXPECT_EQ(batch.pairs(), (std::vector<std::pair<std::int64_t, std::string>>{{5, "DE.1"}}));
}

TEST(customer_batch, refuses_a_user_id_with_another_phone_number) {
  customer_batch batch;
  EXPECT_TRUE(batch.add(row_of(1, 5, "N/A")));
  EXPECT_FALSE(batch.add(row_of(2, 6, "N/A"))) << "nobody knows whose it is";
  EXPECT_TRUE(batch.add(row_of(3, 6, "")));
  EXPECT_FALSE(batch.add(row_of(4, 6, "N/A")));
  EXPECT_TRUE(batch.add(row_of(5, 5, "DE.2"))) << "a person can have another user id";
  EXPECT_EQ(batch.size(), 2U);
}

TEST(customer_batch, joins_who_was_seen_by_user_id_and_by_phone_number) {
  customer_batch batch;
  auto hidden = row_of(1, 0, "DE.1");
  hidden.name = "early";
  auto named = row_of(2, 5, "");
  named.name = "late";
  ASSERT_TRUE(batch.add(hidden));
  ASSERT_TRUE(batch.add(named));
  ASSERT_TRUE(batch.add(row_of(3, 5, "DE.1")));
  ASSERT_TRUE(batch.add(row_of(4, 0, "DE.1")));
  EXPECT_EQ(batch.rows()[1].name, "late");
  EXPECT_EQ(batch.rows()[1].user_id, "DE.1");
  EXPECT_EQ(batch.rows()[1].line, 4);
  EXPECT_EQ(batch.rows()[0], customer_row{});
}

TEST(customer_rows, of_one_person_keep_the_later_word) {
  const wall_time noon{std::chrono::hours{12}};
  const auto said = [](std::optional<said_word> yes, std::optional<said_word> no) {
    customer_row row;
    row.yes = yes;
    row.no = no;
    return row;
  };
  const auto both = [](customer_row a, customer_row b) {
    follow(a, std::move(b));
    return a;
  };
  const said_word now{};
  const said_word then{noon};
  EXPECT_EQ(both(said(now, {}), said({}, now)), said({}, now));
  EXPECT_EQ(both(said({}, now), said(now, {})), said(now, {}));
  EXPECT_EQ(both(said(then, {}), said({}, now)), said(then, now));
  EXPECT_EQ(both(said(now, {}), said(then, {})), said(now, {}));
  EXPECT_EQ(both(said(then, {}), said(said_word{noon + std::chrono::hours{1}}, {})),
            said(said_word{noon + std::chrono::hours{1}}, {}));
}

TEST(customer_rows, of_people_who_were_met_fill_an_empty_name_only) {
  auto listed = row_of(1, 5, "");
  listed.name = "Anna";
  auto met = row_of(2, 5, "");
  met.name = "~anna~";
  met.met = true;
  auto both = listed;
  follow(both, customer_row{met});
  EXPECT_EQ(both.name, "Anna");
  EXPECT_FALSE(both.met);
  follow(met, customer_row{listed});
  EXPECT_EQ(met.name, "Anna");
}

TEST(fate_of, a_row_is_that_of_the_phone_number) {
  const known_customer with_phone{1, 5, ""};
  const known_customer hidden{2, 0, "DE.1"};
  const known_customer other{3, 6, "DE.1"};
  const auto row = row_of(1, 5, "DE.1");
  using enum customer_fate::what;
  const auto fate = [&](const known_customer* phone, const known_customer* user) {
    const auto f = fate_of(row, phone, user);
    return std::tuple{f.is, f.no, f.same_as};
  };
  EXPECT_EQ(fate(nullptr, nullptr), std::tuple(added, 0, 0));
  EXPECT_EQ(fate(&with_phone, nullptr), std::tuple(changed, 1, 0));
  EXPECT_EQ(fate(nullptr, &hidden), std::tuple(changed, 2, 0));
  EXPECT_EQ(fate(&with_phone, &hidden), std::tuple(changed, 1, 2));
  EXPECT_EQ(fate(&with_phone, &other), std::tuple(refused, 0, 0));
  EXPECT_EQ(fate(nullptr, &other), std::tuple(refused, 0, 0));
  const auto by_user_only = fate_of(row_of(1, 0, "DE.1"), nullptr, &other);
  EXPECT_EQ(by_user_only.no, 3);
}

/// Whatever comes, no two rows have a key in common, and no row has two phone numbers.
TEST(customer_batch, never_holds_a_person_twice) {
  std::mt19937 random{11}; // NOLINT: the same in every run
  for (int round = 0; round < 2'000; ++round) {
    customer_batch batch;
    std::map<std::string, std::int64_t> phone_of_user;
    for (int i = 1; i <= 12; ++i) {
      const auto phone = static_cast<std::int64_t>(random() % 4);
      const auto user = random() % 4 == 0 ? std::string{} : "U" + std::to_string(random() % 4);
      if (phone == 0 && user.empty())
        continue;
      const bool taken = batch.add(row_of(i, phone, user));
      if (taken && phone != 0 && !user.empty()) {
        const auto [at, fresh] = phone_of_user.emplace(user, phone);
        ASSERT_EQ(at->second, phone) << "a user id was taken with two phone numbers";
      }
    }
    std::set<std::string> keys;
    for (const auto& row : batch.rows()) {
      if (row.phone != 0) {
        ASSERT_TRUE(keys.insert(std::to_string(row.phone)).second);
      }
      if (!row.user_id.empty()) {
        ASSERT_TRUE(keys.insert(row.user_id).second);
      }
    }
  }
}

} // namespace
} // namespace stentor::core
