/// What the scenario react computes: times from causes to arrivals, and the record that it reads
/// while the simulator writes it.

#include "adapters/process/temporary_folder.hpp"
#include "bench/load/report/react_metrics.hpp"
#include "bench/simulator/ground_truth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>

using namespace stentor;
using namespace stentor::load;
using testing::ElementsAre;

namespace {

constexpr std::int64_t second_us = 1'000'000;

/// Messages that were read at these moments, in seconds.
ground_truth arrivals(std::initializer_list<double> seconds) {
  ground_truth facts;
  for (const auto each : seconds) {
    ground_truth::request request;
    request.latest_us = std::llround(each * second_us);
    request.earliest_us = request.latest_us - 1'000;
    facts.requests.push_back(request);
  }
  return facts;
}

/// Started at 1, paused at 3 and at 6, each time for two seconds, killed at 9.
react_moments moments() {
  react_moments m;
  m.launch_us = 1 * second_us;
  m.launched_us = m.launch_us + 200'000;
  for (const std::int64_t at : {3, 6})
    m.rounds.push_back({at * second_us, at * second_us + 10'000, (at + 2) * second_us});
  m.killed_us = 9 * second_us;
  m.restarted_us = m.killed_us + 50'000;
  m.ready_us = m.killed_us + second_us;
  return m;
}

} // namespace

TEST(react_times, count_from_the_cause_to_the_arrival) {
  const auto t =
      react_times_of(arrivals({1.5, 2.9, 3.004, 5.02, 5.9, 8.03, 9.04, 11.05}), moments());
  ASSERT_TRUE(t);
  EXPECT_DOUBLE_EQ(t->start_ms, 500);
  EXPECT_DOUBLE_EQ(t->start_answer_ms, 200);
  EXPECT_THAT(t->pause_ms, ElementsAre(4, 0)); // nothing came after the second pause
  EXPECT_THAT(t->pause_answer_ms, ElementsAre(10, 10));
  EXPECT_THAT(t->resume_ms, ElementsAre(20, 30));
  EXPECT_DOUBLE_EQ(t->restart_ms, 2'000); // 9.04 is the dead process's
  EXPECT_DOUBLE_EQ(t->restart_ready_ms, 950);
  EXPECT_DOUBLE_EQ(t->kill_ms, 2'050);
  EXPECT_EQ(t->late_messages, 0U);
}

TEST(react_times, blame_what_came_while_it_was_paused) {
  const auto t = react_times_of(arrivals({1.5, 4.5, 5.1, 8.1, 11}), moments());
  ASSERT_TRUE(t);
  EXPECT_EQ(t->late_messages, 1U);
  EXPECT_DOUBLE_EQ(t->pause_ms.front(), 1'500);
}

TEST(react_times, need_a_message_after_each_cause) {
  EXPECT_FALSE(react_times_of(arrivals({}), moments()));
  EXPECT_FALSE(react_times_of(arrivals({1.5, 2.9}), moments()));
  EXPECT_FALSE(react_times_of(arrivals({1.5, 5.1, 8.1}), moments()));
}

TEST(react_measure, says_the_worst_and_the_median) {
  react_measure m;
  m.status = "completed";
  m.times.pause_ms = {3, 9, 1};
  const auto all = nlohmann::json::parse(to_json(m));
  EXPECT_EQ(all["pause_to_last_message_ms"], 9);
  EXPECT_EQ(all["pause_to_last_message_p50_ms"], 3);
  EXPECT_TRUE(clean(m));
  m.times.late_messages = 1;
  EXPECT_FALSE(clean(m));
}

TEST(ground_truth_tail, reads_on_while_the_record_grows) {
  const process::temporary_folder folder{"stentor-truth"};
  const auto path = folder.path() / "truth";
  ground_truth_tail tail{path.string()};
  EXPECT_FALSE(tail.read_more()); // there is no file yet
  {
    ground_truth_writer writer;
    ASSERT_TRUE(writer.open(path.string()));
    ASSERT_TRUE(tail.read_more());
    EXPECT_EQ(tail.requests(), 0U);
    ground_truth_request request;
    for (int round = 1; round <= 3; ++round) {
      request.latest_us = round * second_us;
      writer.add_number(0, 80, "106540352242900");
      writer.add_request(request, "v1:1:1:0:");
      ASSERT_TRUE(writer.flush());
      ASSERT_TRUE(tail.read_more());
      EXPECT_EQ(tail.requests(), static_cast<std::uint64_t>(round));
      EXPECT_EQ(tail.last_us(), request.latest_us);
    }
    // Half a record waits for its other half.
    writer.add_request(request, "v1:1:2:0:");
    ASSERT_TRUE(writer.flush());
  }
  const auto whole = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, whole - 5);
  ASSERT_TRUE(tail.read_more());
  EXPECT_EQ(tail.requests(), 3U);
}
