/// The demo's list: its numbers are valid and unique, the same seed makes the same list, and what
/// it says about itself is true.

#include "adapters/phone/phone_numbers.hpp"
#include "adapters/process/text_file.hpp"
#include "app/demo/demo_people.hpp"
#include "app/demo/demo_promises.hpp"
#include "app/version.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <sstream>

namespace {

using namespace stentor;
using app::demo_phone;
using app::write_demo_list;

TEST(demo_people, have_valid_numbers) {
  const auto phones = phone::make_phone_numbers();
  for (std::uint64_t i = 0; i < 3000; ++i) {
    const auto number = demo_phone(i * 37, 5);
    EXPECT_EQ(phones->parse(number, "").problem, ports::phone_problem::none) << number;
  }
}

TEST(demo_people, are_all_different) {
  std::set<std::string> seen;
  for (std::uint64_t i = 0; i < 200'000; ++i)
    EXPECT_TRUE(seen.insert(demo_phone(i, 3)).second) << i;
}

TEST(demo_people, a_seed_makes_one_list) {
  std::ostringstream first, again, other;
  (void)write_demo_list(first, 2000, 1);
  (void)write_demo_list(again, 2000, 1);
  (void)write_demo_list(other, 2000, 2);
  EXPECT_EQ(first.str(), again.str());
  EXPECT_NE(first.str(), other.str());
}

TEST(demo_people, the_summary_is_what_the_list_holds) {
  const auto phones = phone::make_phone_numbers();
  std::ostringstream csv;
  const auto list = write_demo_list(csv, 5000, 1);
  std::istringstream lines{csv.str()};
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "phone,name,destination,marketing_opt_in");
  std::int64_t rows = 0, bad = 0, duplicates = 0, american = 0, without_consent = 0;
  std::set<std::string> seen;
  while (std::getline(lines, line)) {
    ++rows;
    const auto number = line.substr(0, line.find(','));
    if (phones->parse(number, "").problem != ports::phone_problem::none)
      ++bad;
    else if (!seen.insert(number).second)
      ++duplicates;
    else if (number.starts_with("+1"))
      ++american;
    else if (line.ends_with(",no"))
      ++without_consent;
  }
  EXPECT_EQ(rows, list.rows);
  EXPECT_EQ(bad, list.bad);
  EXPECT_EQ(duplicates, list.duplicates);
  EXPECT_EQ(american, list.united_states);
  EXPECT_EQ(without_consent, list.without_consent);
  EXPECT_GT(list.bad * list.duplicates * list.united_states * list.without_consent, 0);
  EXPECT_FALSE(list.stopped.empty());
}

TEST(demo_promises, that_are_broken_say_which_and_what_to_look_at) {
  const auto report =
      nlohmann::json::parse(R"({"duplicates":1234,"lost":0,"promises":["duplicates","lost"],
    "broken":[{"name":"duplicates","count":1234,"meaning":"people who got it twice","look_at":"the log"}]})");
  const auto said = app::broken_promises(report);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0],
            "duplicates is 1,234 and must be 0: people who got it twice.\n    Look at the log.");
  EXPECT_TRUE(app::broken_promises(nlohmann::json::object()).empty());
  EXPECT_EQ(app::unfinished("completed"), "");
  EXPECT_NE(app::unfinished("paused").find("`paused`"), std::string::npos);
}

TEST(version, is_the_one_of_the_build) {
  const auto text = process::text_of(STENTOR_SOURCE_DIR "/CMakeLists.txt");
  EXPECT_NE(text.find("project(stentor VERSION " + std::string{app::version} + " "),
            std::string::npos);
}

} // namespace
