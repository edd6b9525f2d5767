/// The table at the end: a broken promise is named, and nothing else fails the run.

#include "bench/torture/torture_report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace stentor::load;

TEST(torture_report, is_clean_when_every_promise_was_kept) {
  torture_report r;
  r.daemon_crashes = 500;
  r.gave_up = 3;
  r.truth.recipients = 1000;
  r.truth.in_doubt = 10;
  r.truth.resent = 2;
  EXPECT_TRUE(clean(r));
  EXPECT_NE(to_text(r).find("Every promise was kept."), std::string::npos);
  EXPECT_EQ(to_text(r).find("BROKEN"), std::string::npos);
  EXPECT_TRUE(nlohmann::json::parse(to_json(r))["good"].get<bool>());
}

TEST(torture_report, names_what_was_broken) {
  torture_report r;
  r.truth.duplicates = 2;
  r.hung = 1;
  r.folder = "/tmp/here";
  EXPECT_FALSE(clean(r));
  const auto text = to_text(r);
  EXPECT_NE(text.find("BROKEN duplicates"), std::string::npos) << text;
  EXPECT_NE(text.find("BROKEN hung"), std::string::npos) << text;
  EXPECT_NE(text.find("kept   lost"), std::string::npos) << text;
  EXPECT_NE(text.find("/tmp/here"), std::string::npos) << text;
  EXPECT_FALSE(nlohmann::json::parse(to_json(r))["good"].get<bool>());
}

TEST(torture_report, holds_the_limit_of_doubts) {
  torture_report r;
  r.settings.doubt_limit = 0.001;
  r.truth.recipients = 1000;
  r.truth.in_doubt = 1;
  EXPECT_TRUE(clean(r));
  r.truth.in_doubt = 2;
  EXPECT_FALSE(clean(r));
}
