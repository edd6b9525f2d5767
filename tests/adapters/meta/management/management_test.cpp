/// Management paths and answers.
#include "adapters/meta/management/management.hpp"

#include <gtest/gtest.h>

namespace {

using namespace stentor;

TEST(management, paths) {
  EXPECT_EQ(meta::messages_path("v25.0", "106"), "/v25.0/106/messages");
  EXPECT_TRUE(meta::templates_path("v25.0", "102")
                  .starts_with("/v25.0/102/message_templates?limit=200&fields=id,name,"));
  EXPECT_TRUE(meta::phone_number_path("v25.0", "106").starts_with("/v25.0/106?fields="));
}

TEST(management, template_pages) {
  const auto page = meta::read_template_page(
      200, R"({"data":[{"name":"a"},{"name":"b\u0000"}],"paging":{"cursors":{"after":"MjQZD"},
        "next":"https:\/\/graph.facebook.com\/v25.0\/102\/message_templates?access_token=EAAsecret&limit=200&after=MjQZD"}})",
      "graph.facebook.com");
  ASSERT_TRUE(page.ok()) << page.error().message;
  EXPECT_EQ(page.value().templates,
            (std::vector<std::string>{R"({"name":"a"})", R"({"name":"b\ufffd"})"}));
  EXPECT_EQ(page.value().next, "/v25.0/102/message_templates?limit=200&after=MjQZD");
  const auto last = meta::read_template_page(200, R"({"data":[]})", "graph.facebook.com");
  ASSERT_TRUE(last.ok());
  EXPECT_EQ(last.value().next, "");
}

TEST(management, pages_elsewhere_are_not_followed) {
  const auto page = meta::read_template_page(
      200, R"({"data":[],"paging":{"next":"https://evil.example/x"}})", "graph.facebook.com");
  ASSERT_FALSE(page.ok());
  EXPECT_NE(page.error().message.find("graph.facebook.com"), std::string::npos);
}

TEST(management, refusals_are_explained) {
  const auto expired = meta::read_template_page(
      401, R"({"error":{"message":"Session has expired","code":190}})", "h");
  ASSERT_FALSE(expired.ok());
  EXPECT_EQ(expired.error().code, core::errc::forbidden);
  EXPECT_EQ(expired.error().message, "Meta answered 401: Session has expired (code 190)");
  EXPECT_EQ(meta::read_template_page(502, "<html>", "h").error().code, core::errc::unavailable);
  EXPECT_EQ(meta::read_template_page(429, "{}", "h").error().code, core::errc::unavailable);
  EXPECT_EQ(meta::read_template_page(200, "{}", "h").error().code, core::errc::invalid);
  EXPECT_FALSE(meta::read_template_page(200, R"({"data":{}})", "h").ok());
}

TEST(management, phone_numbers) {
  const auto number = meta::read_phone_number(
      200,
      R"({"id":"1","display_phone_number":"+55 11","quality_rating":"GREEN","status":"CONNECTED",
    "throughput":{"level":"STANDARD"},"whatsapp_business_manager_messaging_limit":"TIER_10K"})");
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(number.value().quality_rating, "GREEN");
  EXPECT_EQ(number.value().throughput, "STANDARD");
  EXPECT_EQ(number.value().messaging_limit, "TIER_10K");
  EXPECT_FALSE(meta::read_phone_number(404, "{}").ok());
}

} // namespace
