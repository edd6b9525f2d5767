/// Templates made, changed and taken away by the API.

#include "tests/api/support/fakes.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace stentor;
using namespace stentor::test;
using nlohmann::json;

class template_changes : public api_test {
protected:
  static std::string wanted() {
    return R"({"name":"sale","category":"UTILITY","languages":[
      {"language":"pt_BR","components":[{"type":"BODY","text":"x"}]},
      {"language":"en_US","components":[{"type":"BODY","text":"y"}]}]})";
  }
};

TEST_F(template_changes, are_made_for_each_language_and_account) {
  templates.holders = {{"w1", ""}, {"w2", ""}};
  accounts = {{"w1", "a"}, {"w2", "b"}};
  const auto made = ask("POST", "/api/whatsapp/templates", wanted());
  EXPECT_EQ(made.status, 201);
  ASSERT_EQ(template_api.asked.size(), 4U);
  EXPECT_EQ(template_api.asked[1].substr(0, 10), "create w2 ");
  const auto sent = json::parse(template_api.asked[0].substr(10));
  EXPECT_EQ(sent["language"], "pt_BR");
  EXPECT_EQ(sent["parameter_format"], "POSITIONAL");
  const auto all = json::parse(made.body)["data"];
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[3]["id"], "77");
  EXPECT_EQ(all[3]["status"], "PENDING");
  EXPECT_EQ(all[3]["warnings"][0]["code"], "template_category_changed");
}

TEST_F(template_changes, are_checked_before_meta_is_asked) {
  const auto refused = ask("POST", "/api/whatsapp/templates",
                           R"({"name":"Sale","category":"UTILITY","languages":[
        {"language":"pt_BR","components":[{"type":"FOOTER","text":"x"}]}]})");
  EXPECT_EQ(refused.status, 422);
  const auto errors = json::parse(refused.body)["errors"];
  EXPECT_EQ(errors[0]["field"], "name");
  EXPECT_EQ(errors[1]["field"], "languages[0].components");
  EXPECT_TRUE(template_api.asked.empty());
}

TEST_F(template_changes, bring_metas_own_words) {
  template_api.refuses = "Meta answered 400: there is one already";
  const auto refused = ask("POST", "/api/whatsapp/templates", wanted());
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(json::parse(refused.body)["errors"][1]["message"], template_api.refuses);
  EXPECT_EQ(ask("DELETE", "/api/whatsapp/templates/1").status, 422);
}

TEST_F(template_changes, need_a_token) {
  accounts.clear();
  for (const auto& answer : {ask("POST", "/api/whatsapp/templates", wanted()),
                             ask("DELETE", "/api/whatsapp/templates/1"),
                             ask("POST", "/api/whatsapp/templates/1/unpause")}) {
    EXPECT_EQ(answer.status, 503);
    const auto problem = json::parse(answer.body);
    EXPECT_EQ(problem["type"], "urn:stentor:problem:no-token");
    EXPECT_NE(problem["detail"].get<std::string>().find("node-a"), std::string::npos);
  }
}

TEST_F(template_changes, tell_a_token_that_is_missing_for_one_account) {
  templates.holders = {{"w1", ""}, {"w2", "node-b"}};
  const auto made = ask("POST", "/api/whatsapp/templates", wanted());
  EXPECT_EQ(made.status, 201);
  const auto all = json::parse(made.body)["data"];
  EXPECT_TRUE(all[0]["problem"].is_null());
  EXPECT_NE(all[1]["problem"]["text"].get<std::string>().find("node-b"), std::string::npos);
}

TEST_F(template_changes, go_to_the_account_of_the_template) {
  EXPECT_EQ(ask("PUT", "/api/whatsapp/templates/1", R"({"category":"UTILITY"})").status, 204);
  EXPECT_EQ(ask("DELETE", "/api/whatsapp/templates/1").status, 204);
  EXPECT_EQ(ask("POST", "/api/whatsapp/templates/1/unpause").status, 204);
  EXPECT_EQ(template_api.asked, (std::vector<std::string>{R"(edit w1 1 {"category":"UTILITY"})",
                                                          "delete w1 promo 1", "unpause w1 1"}));
  EXPECT_EQ(ask("DELETE", "/api/whatsapp/templates/2").status, 404);
  EXPECT_EQ(ask("PUT", "/api/whatsapp/templates/1", "{}").status, 422);
}

} // namespace
