/// Migrations: a database applies only numbers above its own, so each number belongs to one file.
/// The message says what to do instead.

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

namespace {

namespace fs = std::filesystem;

TEST(migrations, have_numbers_of_their_own) {
  std::map<std::string, std::string> by_number;
  const fs::path folder{STENTOR_SOURCE_DIR "/src/adapters/postgres/schema/migrations"};
  for (const auto& entry : fs::directory_iterator{folder}) {
    const auto name = entry.path().filename().string();
    const auto number = name.substr(0, name.find('_'));
    EXPECT_EQ(number.size(), 4U) << name << ": begin its name with four digits and _.";
    const auto [other, is_new] = by_number.emplace(number, name);
    EXPECT_TRUE(is_new) << name << " and " << other->second
                        << " have one number: give the one that is not on main the next one.";
  }
  EXPECT_GT(by_number.size(), 30U);
}

} // namespace
