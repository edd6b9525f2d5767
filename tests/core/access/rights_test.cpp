/// Which role may do what.

#include "stentor/core/access/rights.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

TEST(rights_of_roles, as_the_table_says) {
  constexpr right all[] = {right::none, right::read, right::write, right::send, right::administer};
  const struct {
    const char* role;
    bool may[5];
  } table[] = {
      {"viewer", {true, true, false, false, false}}, {"operator", {true, true, true, true, false}},
      {"admin", {true, true, true, true, true}},     {"king", {true, false, false, false, false}},
      {"", {true, false, false, false, false}},      {"Admin", {true, false, false, false, false}},
  };
  for (const auto& row : table)
    for (std::size_t i = 0; i < std::size(all); ++i)
      EXPECT_EQ(rights_of(row.role).has(all[i]), row.may[i]) << row.role << " right " << i;
}

TEST(rights_of_roles, name_the_least_role_that_suffices) {
  EXPECT_EQ(least_role_with(right::none), "");
  EXPECT_EQ(least_role_with(right::read), "viewer");
  EXPECT_EQ(least_role_with(right::write), "operator");
  EXPECT_EQ(least_role_with(right::send), "operator");
  EXPECT_EQ(least_role_with(right::administer), "admin");
}

TEST(rights_of_roles, know_the_roles) {
  for (const char* role : {"viewer", "operator", "admin"})
    EXPECT_TRUE(is_role(role)) << role;
  EXPECT_FALSE(is_role("king"));
  EXPECT_FALSE(is_role(""));
}

} // namespace
} // namespace stentor::core
