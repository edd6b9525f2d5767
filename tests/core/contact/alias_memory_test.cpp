#include "stentor/core/contact/alias_memory.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::core {
namespace {

constexpr organization_no ours{1}, theirs{2};
constexpr person_key ana = person_from_user_id("BR.1"), ben = person_from_user_id("BR.2");

TEST(alias_memory, tells_what_is_new) {
  alias_memory memory;
  EXPECT_TRUE(memory.note(ours, ana, 4915112345678));
  EXPECT_FALSE(memory.note(ours, ana, 4915112345678));
  EXPECT_TRUE(memory.note(ours, ben, 4915112345679));
  EXPECT_FALSE(memory.note(ours, ana, 4915112345678));
}

TEST(alias_memory, keeps_organizations_apart) {
  alias_memory memory;
  EXPECT_TRUE(memory.note(ours, ana, 4915112345678));
  EXPECT_TRUE(memory.note(theirs, ana, 4915112345678));
}

TEST(alias_memory, takes_every_change_for_news) {
  alias_memory memory;
  EXPECT_TRUE(memory.note(ours, ana, 4915112345678));
  EXPECT_TRUE(memory.note(ours, ana, 4915112345679));
  EXPECT_TRUE(memory.note(ours, ana, 4915112345678));
}

TEST(alias_memory, tells_again_what_it_had_to_forget_and_nothing_else) {
  alias_memory memory{16}; // four times four
  auto known = 0;
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 64; ++i)
      known += memory.note(ours, person_from_user_id("BR." + std::to_string(i)),
                           static_cast<person_key>(4915100000000 + i))
                   ? 0
                   : 1;
  EXPECT_LE(known, 16); // no two people are ever taken for one
}

} // namespace
} // namespace stentor::core
