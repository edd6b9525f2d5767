/// A short form of each scenario, as a check that it works: the program itself, with a daemon and a
/// PostgreSQL of its own. Nothing is timed.

#include "adapters/process/temporary_folder.hpp"
#include "bench/load/harness/h2load.hpp"
#include "bench/load/report/plot.hpp"
#include "bench/load/report/trend.hpp"
#include "bench/load/scenario/scenario_output.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <future>
#include <map>
#include <semaphore>
#include <string>
#include <vector>

using namespace stentor;
using namespace stentor::load;
using nlohmann::json;

namespace {

/// Whether the programs carry a sanitizer, which keeps memory of its own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

struct outcome {
  int code = -1;
  std::string output;
  json figures; ///< the object on the last line
};

outcome run(const std::string& arguments) {
  const auto program = std::string{STENTOR_BINARY_DIR} + "/bin/stentor-load ";
  outcome o;
  FILE* pipe = ::popen((program + arguments + " --json 2>&1").c_str(), "r");
  if (pipe == nullptr)
    return o;
  std::array<char, 4096> piece{};
  while (const auto size = std::fread(piece.data(), 1, piece.size(), pipe))
    o.output.append(piece.data(), size);
  const int status = ::pclose(pipe);
  o.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  const auto line = o.output.rfind('\n', o.output.size() < 2 ? 0 : o.output.size() - 2);
  o.figures =
      json::parse(line == std::string::npos ? o.output : o.output.substr(line), nullptr, false);
  return o;
}

void expect(const outcome& o, const std::vector<const char*>& keys,
            const std::vector<const char*>& zeros) {
  ASSERT_EQ(o.code, 0) << o.output;
  ASSERT_TRUE(o.figures.is_object()) << o.output;
  for (const auto* key : keys)
    EXPECT_TRUE(o.figures.contains(key)) << key << " is not in " << o.figures;
  for (const auto* key : zeros)
    EXPECT_EQ(o.figures.value(key, -1), 0) << key;
}

/// Most of a scenario's time is waiting for its servers to start and stop, so those that are wanted
/// run beside each other.
class scenario : public testing::Test {
protected:
  static void SetUpTestSuite() {
    static std::counting_semaphore<4> room{4};
    const auto* suite = testing::UnitTest::GetInstance()->current_test_suite();
    for (int i = 0; i < suite->total_test_count(); ++i) {
      const auto* test = suite->GetTestInfo(i);
      if (!test->should_run())
        continue;
      outcomes_[test->name()] =
          std::async(std::launch::async, [arguments = arguments_.at(test->name())] {
            room.acquire();
            auto o = run(arguments);
            room.release();
            return o;
          });
    }
  }
  static void TearDownTestSuite() { outcomes_.clear(); }

  static outcome take() {
    return outcomes_.at(testing::UnitTest::GetInstance()->current_test_info()->name()).get();
  }

  static inline const process::temporary_folder plots_{"stentor-scenario-plots"};

private:
  static inline const std::map<std::string, std::string> arguments_{
      {"dispatch_writes_its_plots",
       "dispatch --recipients 3000 --numbers 3 --plots " + plots_.path().string()},
      {"the_daemons_memory_is_bounded_over_a_whole_send",
       "dispatch --recipients 100000 --numbers 50 --rate 1000 --receipts 50 --time-scale 1000"},
      {"dispatch_goes_to_nginx_too", "dispatch --server nginx --recipients 3000 --numbers 3"},
      {"lifecycle_brings_receipts_back",
       "lifecycle --recipients 1000 --numbers 3 --time-scale 20000"},
      {"ingest_loses_no_status",
       "ingest --statuses 6000 --half --connections 64 --inbound-share 0.05"},
      {"import_counts_every_fault_of_the_list", "import --rows 20000"},
      {"segments_are_counted_exactly", "segments --customers 20000 --rounds 2"},
      {"paced_breaks_no_limit", "paced --numbers 3 --rate 80 --seconds 4"},
      {"soak_says_when_it_was_too_short",
       "soak --hours 0.001 --rate 500 --numbers 2 --sample-seconds 0.2 --receipts 0"},
      {"react_survives_a_kill", "react --recipients 3000 --numbers 3 --rate 200 --pauses 2"},
      {"compare_gives_the_ratio", "compare --recipients 3000 --numbers 5"},
  };
  static inline std::map<std::string, std::future<outcome>> outcomes_;
};

const std::vector<const char*> campaign_zeros{"duplicates", "lost", "rate_violations",
                                              "wrong_states", "stop_violations"};
const std::vector<const char*> campaign_keys{"messages_per_s",
                                             "daemon_cpu_us_per_message",
                                             "postgres_cpu_us_per_message",
                                             "postgres_projection_cpu_us_per_message",
                                             "wal_bytes_per_message",
                                             "rss_mb"};

} // namespace

TEST_F(scenario, dispatch_writes_its_plots) {
  const auto o = take();
  expect(o, campaign_keys, campaign_zeros);
  EXPECT_EQ(o.figures.value("messages", 0), 3000);
  EXPECT_TRUE(std::filesystem::exists(plots_.path() / "dispatch-throughput.tsv"));
}

TEST_F(scenario, the_daemons_memory_is_bounded_over_a_whole_send) {
  const auto o = take();
  expect(o, campaign_keys, campaign_zeros);
  EXPECT_EQ(o.figures.value("messages", 0), 100'000);
  const auto peak_mb = o.figures.value("rss_mb", 0.0);
  EXPECT_GT(peak_mb, 1);
  if (sanitized)
    GTEST_SKIP() << "a sanitizer's memory is not the daemon's: " << peak_mb << " MiB";
  EXPECT_LT(peak_mb, 190) << "MiB; 200 MB are promised";
}

TEST_F(scenario, dispatch_goes_to_nginx_too) {
  if (find_program("nginx").empty())
    GTEST_SKIP() << "there is no nginx on this machine";
  const auto o = take();
  expect(o, campaign_keys, {"duplicates", "lost"});
  EXPECT_EQ(o.figures.value("messages", 0), 3000);
  EXPECT_EQ(o.figures.value("requests", 0), 3000);
}

TEST_F(scenario, lifecycle_brings_receipts_back) {
  const auto o = take();
  expect(o, campaign_keys, campaign_zeros);
  EXPECT_GE(o.figures.value("statuses", 0), 1000);
}

TEST_F(scenario, ingest_loses_no_status) {
  const auto o = take();
  expect(o,
         {"statuses_per_s", "latency_p50_ms", "latency_p99_ms", "latency_p999_ms", "latency_max_ms",
          "daemon_cpu_us_per_status", "postgres_cpu_us_per_status", "half_latency_p99_ms"},
         {"lost_statuses", "lost_inbound", "duplicates", "refused_posts"});
  EXPECT_EQ(o.figures.value("acknowledged_statuses", 0) +
                o.figures.value("half_acknowledged_statuses", 0),
            12'000);
}

TEST_F(scenario, import_counts_every_fault_of_the_list) {
  const auto o = take();
  expect(o, {"rows_per_s", "upload_seconds", "finish_seconds", "rss_mb"}, {"count_errors"});
  EXPECT_GT(o.figures.value("bad_rows", 0), 0);
}

TEST_F(scenario, paced_breaks_no_limit) {
  const auto o = take();
  expect(o, {"utilisation", "steady_utilisation", "least_utilisation"}, campaign_zeros);
}

TEST_F(scenario, soak_says_when_it_was_too_short) {
  const auto o = take();
  expect(o, campaign_keys, campaign_zeros);
  for (const auto* key : {"flat", "memory_mb_per_hour", "handles_per_hour"})
    EXPECT_TRUE(o.figures.at(key).is_null()) << key;
}

TEST_F(scenario, react_survives_a_kill) {
  const auto o = take();
  expect(o,
         {"start_to_first_message_ms", "pause_to_last_message_ms", "pause_to_last_message_p50_ms",
          "resume_to_first_message_ms", "restart_to_first_message_ms"},
         {"duplicates", "lost", "rate_violations", "late_messages"});
  EXPECT_EQ(o.figures.value("status", ""), "completed");
  EXPECT_EQ(o.figures.value("recipients", 0), 3000);
  EXPECT_EQ(o.figures.value("pauses", 0), 2);
}

TEST_F(scenario, compare_gives_the_ratio) {
  if (find_program("h2load").empty())
    GTEST_SKIP() << "there is no h2load on this machine";
  const auto o = take();
  expect(o, campaign_keys, campaign_zeros);
  expect(o, {"h2load_requests_per_s", "ratio_to_h2load"}, {});
}

TEST(h2load_report, is_read) {
  const auto figures = parse_h2load(
      "finished in 1.04s, 96024.10 req/s, 3.11MB/s\n"
      "requests: 100000 total, 100000 started, 100000 done, 100000 succeeded, 0 failed\n"
      "status codes: 99998 2xx, 0 3xx, 2 4xx, 0 5xx\n");
  ASSERT_TRUE(figures);
  EXPECT_DOUBLE_EQ(figures->requests_per_s, 96024.10);
  EXPECT_EQ(figures->succeeded, 99998U);
  EXPECT_FALSE(parse_h2load("Could not connect"));
}

TEST(scenario_output, takes_medians_and_sums_faults_up) {
  const auto all = json::parse(summarize({R"({"scenario":"x","messages_per_s":10,"lost":0})",
                                          R"({"scenario":"x","messages_per_s":40,"lost":1})",
                                          R"({"scenario":"x","messages_per_s":20,"lost":1})"}));
  EXPECT_EQ(all["messages_per_s"], 20);
  EXPECT_EQ(all["minimum"]["messages_per_s"], 10);
  EXPECT_EQ(all["maximum"]["messages_per_s"], 40);
  EXPECT_EQ(all["lost"], 2);
  EXPECT_EQ(all["runs"], 3);
}

TEST(trend, tells_growth_from_noise) {
  measured_points grows, wavers;
  for (int i = 0; i < 100; ++i) {
    grows.emplace_back(i, 5 + 0.5 * i);
    wavers.emplace_back(i, 5 + (i % 2));
  }
  EXPECT_NEAR(trend_of(grows).slope, 0.5, 1e-9);
  EXPECT_FALSE(is_flat(trend_of(grows), 0.1));
  EXPECT_TRUE(is_flat(trend_of(wavers), 0.0));
}

TEST(trend, leaves_out_the_warm_up_and_the_end) {
  measured_points minutes; // ten of them, with a sample every ten seconds
  for (int i = 0; i <= 60; ++i)
    minutes.emplace_back(10 * i, i);
  const auto steady = steady_part(minutes);
  ASSERT_TRUE(steady);
  EXPECT_EQ(steady->front().first, 120);
  EXPECT_EQ(steady->back().first, 570);
  minutes.resize(31); // five minutes leave 17 samples
  EXPECT_FALSE(steady_part(minutes));
  EXPECT_FALSE(steady_part({}));
}

TEST(plot, is_a_table_with_a_block_for_each_line) {
  EXPECT_EQ(to_tsv({"name", "A < B", "x", "y", {{"one", {{0, 1}, {1, 2.5}}}, {"two", {}}}, true}),
            "# title: A < B\n# x: x\n# y: y\n# axis: percentiles\n"
            "\"one\"\n0\t1\n1\t2.5\n\n\n\"two\"\n");
}
