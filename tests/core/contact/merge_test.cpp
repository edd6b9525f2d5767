/// Two customers who turn out to be one person.

#include "stentor/core/contact/merge.hpp"

#include <gtest/gtest.h>

#include <random>

namespace stentor::core {
namespace {

wall_time at(std::int64_t ms) {
  return wall_time{std::chrono::milliseconds{ms}};
}

/// Few values, so that ties are frequent.
class random_customers {
public:
  mergeable_customer next() {
    mergeable_customer c;
    c.identity = {++no_, at(few()), few() > 1};
    c.phone = c.identity.has_phone ? text("49151") : written_text{};
    c.user_id = text("DE.");
    c.name = text("name ");
    c.language = text("de");
    c.time_zone = text("Europe/");
    for (auto n = few(); n > 0; --n)
      c.attributes["a" + std::to_string(few())] = text("v");
    for (auto n = few(); n > 0; --n)
      c.tags.insert("t" + std::to_string(few()));
    c.marketing = word();
    c.updated_at = at(few());
    return c;
  }

  marketing_word word() {
    marketing_word w;
    if (few() > 1)
      w.in_at = at(few());
    if (few() > 1)
      w.out_at = at(few());
    w.agrees = w.in_at || w.out_at ? w.in_at > w.out_at : few() > 1;
    return w;
  }

private:
  std::int64_t few() { return static_cast<std::int64_t>(random_() % 4); }
  written_text text(const std::string& begin) {
    return few() == 0 ? written_text{} : written_text{begin + std::to_string(few()), at(few())};
  }

  std::mt19937 random_{20261128}; // NOLINT: the same in every run
  std::int64_t no_ = 0;
};

/// Someone who has an old number is known by it under none of the current ones.
TEST(merged, is_associative_commutative_and_idempotent) {
  random_customers some;
  for (int i = 0; i < 20'000; ++i) {
    const auto a = some.next();
    const auto b = some.next();
    const auto c = some.next();
    ASSERT_EQ(merged(a, b), merged(b, a));
    ASSERT_EQ(merged(merged(a, b), c), merged(a, merged(b, c)));
    ASSERT_EQ(merged(a, a), a);
    ASSERT_EQ(merged(merged(a, b), b), merged(a, b));
  }
}

TEST(merged, never_makes_a_yes_of_a_no) {
  random_customers some;
  for (int i = 0; i < 20'000; ++i) {
    const auto a = some.word();
    const auto b = some.word();
    const auto m = merged(a, b);
    if (!m.agrees)
      continue;
    for (const auto& one : {a, b}) {
      if (one.agrees)
        continue;
      ASSERT_TRUE(m.in_at) << "a yes was said";
      ASSERT_GT(m.in_at, one.out_at) << "later than the no";
    }
  }
}

TEST(merged, keeps_the_older_one_with_a_phone_number) {
  const customer_identity hidden{1, at(1), false};
  const customer_identity old{3, at(2), true};
  const customer_identity fresh{2, at(3), true};
  EXPECT_TRUE(survives(old, hidden));
  EXPECT_FALSE(survives(hidden, old));
  EXPECT_TRUE(survives(old, fresh));
  EXPECT_FALSE(survives(fresh, old));
  EXPECT_TRUE(survives(old, old));
}

TEST(merged, keeps_what_was_written_later) {
  mergeable_customer a;
  a.identity = {1, at(1), true};
  a.phone = {"4915112345670", at(5)};
  a.name = {"Anna", at(5)};
  a.attributes = {{"city", {R"("Berlin")", at(5)}}, {"spent", {"10", at(5)}}};
  mergeable_customer b;
  b.identity = {2, at(2), true};
  b.phone = {"4915112345671", at(9)};
  b.user_id = {"DE.1", at(9)};
  b.attributes = {{"city", {R"("Bonn")", at(9)}}};
  const auto m = merged(a, b);
  EXPECT_EQ(m.identity.no, 1);
  EXPECT_EQ(m.phone.text, "4915112345671");
  EXPECT_EQ(m.former_phones, std::set<std::string>{"4915112345670"});
  EXPECT_EQ(m.user_id.text, "DE.1");
  EXPECT_TRUE(m.former_user_ids.empty());
  EXPECT_EQ(m.name.text, "Anna");
  EXPECT_EQ(m.attributes.at("city").text, R"("Bonn")");
  EXPECT_EQ(m.attributes.at("spent").text, "10");
}

} // namespace
} // namespace stentor::core
