/// The Prometheus text of a known snapshot.

#include "adapters/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

using namespace stentor;

namespace {

/// A histogram's series have three endings.
std::string family_of(std::string name) {
  for (const std::string_view ending : {"_bucket", "_sum", "_count"})
    if (name.starts_with("stentor_gateway_") && name.ends_with(ending))
      name.resize(name.size() - ending.size());
  return name;
}

} // namespace

TEST(metrics, every_family_has_help_type_and_value) {
  metrics::snapshot now;
  now.version = "1.2 \"x\"";
  now.engine.outcomes_total[4] = 7;
  now.engine.longest_commit_ms = 12.5;
  now.engine.alarms = {{1, core::bare_text("one")}, {0, core::bare_text("two")}};
  now.engine.disk_used_ratio = 0.625;
  now.engine.numbers = {
      {.phone_number_id = "111", .per_second = 80, .ceiling = 81.5},
      {.phone_number_id = "222", .per_second = 40, .ceiling = 40, .stopped = true}};
  now.gateway.latency.counts[11] = 3; // up to 0.25 s
  now.gateway.latency.counts[12] = 4; // up to 0.4 s
  now.gateway.latency.counts.back() = 1;
  now.gateway.latency.sum_s = 42.5;
  now.database.up = true;
  now.database.held = 5;
  now.database.tier_used_ratio = {{"Acme", 0.5}};
  now.endpoint.responses_total[5] = 3;
  const auto text = metrics::to_text(now);
  for (const auto* line :
       {"stentor_outcomes_total{class=\"accepted\"} 7\n",
        "stentor_ledger_longest_commit_seconds 0.0125\n", "stentor_alarms{code=\"text\"} 2\n",
        "stentor_gateway_latency_seconds_bucket{le=\"0.25\"} 3\n",
        "stentor_gateway_latency_seconds_bucket{le=\"0.4\"} 7\n",
        "stentor_gateway_latency_seconds_bucket{le=\"+Inf\"} 8\n",
        "stentor_gateway_latency_seconds_count 8\n", "stentor_gateway_latency_seconds_sum 42.5\n",
        "stentor_number_rate{phone_number_id=\"111\"} 80\n", "stentor_disk_used_ratio 0.625\n",
        "stentor_number_rate_ceiling{phone_number_id=\"111\"} 81.5\n",
        "stentor_number_stopped{phone_number_id=\"222\"} 1\n",
        "stentor_number_rate{phone_number_id=\"222\"} 0\n", "stentor_recipients_held 5\n",
        "stentor_tier_used_ratio{portfolio=\"Acme\"} 0.5\n", "stentor_database_up 1\n",
        "stentor_http_responses_total{status=\"5xx\"} 3\n",
        "stentor_build_info{version=\"1.2 \\\"x\\\"\"} 1\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;

  std::istringstream lines{text};
  std::set<std::string> helped;
  std::set<std::string> typed;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string hash;
    std::string what;
    std::string name;
    words >> hash >> what >> name;
    if (what == "HELP")
      EXPECT_TRUE(helped.insert(name).second) << name << " is there twice";
    else if (what == "TYPE")
      typed.insert(name);
    else
      EXPECT_TRUE(typed.contains(family_of(hash.substr(0, hash.find('{'))))) << line;
  }
  EXPECT_EQ(helped, typed);
  EXPECT_GE(helped.size(), 40U);
  for (const auto& name : helped)
    EXPECT_TRUE(name.starts_with("stentor_") || name.starts_with("process_")) << name;
}
