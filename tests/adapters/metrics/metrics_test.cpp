/// The Prometheus text of a known snapshot.

#include "adapters/metrics/metrics.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

using namespace stentor;

TEST(metrics, every_family_has_help_type_and_value) {
  metrics::snapshot now;
  now.version = "1.2 \"x\"";
  now.engine.outcomes_total[4] = 7;
  now.engine.longest_commit_ms = 12.5;
  now.engine.alarms = {{1, core::bare_text("one")}, {0, core::bare_text("two")}};
  now.gateway.latency_p50_ms = 250;
  now.endpoint.responses_total[5] = 3;
  const auto text = metrics::to_text(now);
  for (const auto* line : {"stentor_outcomes_total{class=\"accepted\"} 7\n",
                           "stentor_ledger_longest_commit_seconds 0.0125\n", "stentor_alarms 2\n",
                           "stentor_gateway_latency_seconds{quantile=\"0.5\"} 0.25\n",
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
      EXPECT_TRUE(typed.contains(hash.substr(0, hash.find('{')))) << line;
  }
  EXPECT_EQ(helped, typed);
  EXPECT_GE(helped.size(), 40U);
  for (const auto& name : helped)
    EXPECT_TRUE(name.starts_with("stentor_")) << name;
}
