/// Advisory locks: the number before the key says what is locked. Two purposes with one number keep
/// each other waiting whenever their keys are the same.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

namespace fs = std::filesystem;

/// Locks that several files take on purpose: writers of the ledger and its fold, lists of
/// campaigns.
const std::map<std::string, std::set<std::string>> shared{
    {"21332", {"ledger.sql", "projection.sql"}},
    {"21333", {"partition.sql", "freeze.sql", "arbitration.sql"}}};

TEST(locks, have_numbers_of_their_own) {
  const std::regex number{R"((?:advisory\w*\(|classid = )(\d{5}))"};
  std::map<std::string, std::set<std::string>> files;
  for (const auto& entry :
       fs::recursive_directory_iterator{STENTOR_SOURCE_DIR "/src/adapters/postgres"}) {
    if (entry.path().extension() != ".sql")
      continue;
    std::ifstream in{entry.path()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    for (auto at = std::sregex_iterator{text.begin(), text.end(), number};
         at != std::sregex_iterator{}; ++at)
      files[(*at)[1]].insert(entry.path().filename());
  }
  EXPECT_GE(files.size(), 6U);
  for (const auto& [which, users] : files) {
    const auto meant = shared.find(which);
    if (meant != shared.end()) {
      EXPECT_EQ(users, meant->second) << which;
    } else {
      EXPECT_EQ(users.size(), 1U) << "the lock " << which << " has two purposes, " << *users.begin()
                                  << " and " << *users.rbegin() << ": give one a number of its own";
    }
  }
}

} // namespace
