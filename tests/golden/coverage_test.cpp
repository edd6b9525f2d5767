/// Whether the golden answers tell everything: each row of the router's table, each kind of
/// refusal, and no file that nobody asks for any more.

#include "api/http/router.hpp"
#include "tests/golden/golden_answers.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace stentor::testing {

namespace {

namespace fs = std::filesystem;

/// Name and content of every file.
std::map<std::string, json> golden_files() {
  std::map<std::string, json> all;
  for (const auto& entry : fs::directory_iterator{golden_answers::folder()}) {
    std::ifstream file{entry.path()};
    all[entry.path().stem().string()] = json::parse(file, nullptr, false);
  }
  return all;
}

/// At the end, when it is known what was asked for. A part of the tests asks for a part only.
class no_file_is_left_over : public ::testing::Environment {
public:
  void TearDown() override {
    const auto& program = *::testing::UnitTest::GetInstance();
    if (program.test_to_run_count() != program.total_test_count() || program.Failed())
      return;
    for (const auto& [name, content] : golden_files()) {
      if (golden_answers::one().names().contains(name))
        continue;
      if (golden_answers::writes())
        fs::remove(golden_answers::folder() + name + ".json");
      else
        ADD_FAILURE() << "Nothing asks for tests/golden/answers/" << name << ".json; remove it.";
    }
  }
};

[[maybe_unused]] const auto* const left_over =
    ::testing::AddGlobalTestEnvironment(new no_file_is_left_over);

TEST(golden_coverage, every_route_has_an_answer_that_is_no_refusal) {
  if (golden_answers::writes())
    GTEST_SKIP() << "the files are being written";
  std::set<std::string> told;
  for (const auto& [name, content] : golden_files())
    if (content.value("status", 0) / 100 == 2)
      told.insert(content.value("route", ""));
  const api::router router;
  ASSERT_FALSE(router.table().empty());
  for (const auto& each : router.table()) {
    const auto route = std::string{each.method} + " " + std::string{each.pattern};
    EXPECT_TRUE(told.contains(route)) << route << " has no golden answer; ask it in the scenario.";
  }
}

TEST(golden_coverage, every_kind_of_refusal_is_told) {
  if (golden_answers::writes())
    GTEST_SKIP() << "the files are being written";
  std::map<int, int> count;
  for (const auto& [name, content] : golden_files())
    ++count[content.value("status", 0)];
  for (const auto status : {400, 401, 403, 404, 405, 409, 413, 415, 422})
    EXPECT_GT(count[status], 0) << "no golden answer has the status " << status;
}

} // namespace
} // namespace stentor::testing
