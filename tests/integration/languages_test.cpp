/// A campaign in several languages on real parts: each person gets his own, held against the
/// simulator's own record.

#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace stentor::testing {
namespace {

class languages : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }

  /// In English, Portuguese and Hindi; approved.
  void make_template() {
    json all = json::array();
    for (const auto* language : {"en_US", "pt_BR", "hi"})
      all.push_back({{"language", language},
                     {"components",
                      {{{"type", "BODY"},
                        {"text", std::string{"For {{1}} in "} + language + "."},
                        {"example", {{"body_text", {{"Ana"}}}}}}}}});
    const auto made = env.api.call(
        "POST", "/api/whatsapp/templates",
        json{{"name", "in_languages"}, {"category", "UTILITY"}, {"languages", all}}.dump());
    ASSERT_LT(made.status, 300) << made.text;
    ASSERT_TRUE(env.daemon.wait("the review", 30s, [&] {
      env.api.call("POST", "/api/whatsapp/templates/sync");
      return env.api.call("GET", "/api/whatsapp/templates?name=in_languages&status=approved")
                 .body()
                 .value("total", 0) == 3;
    }));
  }

  test_environment& env = test_environment::one();
};

TEST_F(languages, of_each_person_are_his_own_in_every_try) {
  make_template();
  env.simulator.faults({{"errors", {{"131000", 0.2}}}});
  auto c = env.campaigns.create_for(
      {}, {{"templateName", "in_languages"},
           {"templateLanguage", nullptr},
           {"templateLanguages", {"en_US", "pt_BR", "hi"}},
           {"templateVariables", {{"1", "{{name}}"}, {"2", nullptr}, {"button.0", nullptr}}}});
  c.phones = env.campaigns.people(60);
  const std::pair<const char*, const char*> said[] = {{"pt_BR", "pt_BR"}, {"hi-IN", "hi"},
                                                      {"fr", "en_US"},    {"", "pt_BR"},
                                                      {"", "en_US"},      {"english", "en_US"}};
  std::string csv = "phone,name,language,marketing_opt_in\n";
  std::map<std::uint64_t, std::string> wanted;
  for (std::size_t i = 0; i < c.phones.size(); ++i) {
    const auto& [cell, language] = said[i % std::size(said)];
    csv += c.phones[i] + ",Ana," + cell + ",yes\n";
    wanted[std::stoull(c.phones[i].substr(1))] = language;
    if (i % std::size(said) == 3) {
      ASSERT_EQ(
          env.api
              .call("POST", "/api/whatsapp/customers",
                    json{{"customers", {{{"phoneNumber", c.phones[i]}, {"language", "pt_PT"}}}}}
                        .dump())
              .status,
          200);
    }
  }
  ASSERT_EQ(env.api.call("POST", path_of(c, "/recipients"), csv, "text/csv").status, 200);
  const auto preflight = env.api.call("POST", path_of(c, "/preflight")).body();
  EXPECT_EQ(preflight["ready"], true) << preflight.dump(1);
  EXPECT_EQ(preflight["audience"]["languages"], json::parse(R"({"en_US":30,"pt_BR":20,"hi":10})"));
  EXPECT_EQ(preflight["audience"]["variablesMissing"], json::object());
  std::set<std::string> previewed;
  for (const auto& one : preflight["previews"]) {
    previewed.insert(one["language"]);
    EXPECT_EQ(one["rendered"]["body"], "For Ana in " + one["language"].get<std::string>() + ".");
  }
  EXPECT_EQ(previewed.size(), 3U);
  const auto second = env.api.call("GET", path_of(c, "/recipients/2/preview")).body();
  EXPECT_EQ(second["body"], "For Ana in hi.");
  env.campaigns.send(c);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c, 120s)), "");
  std::map<std::string, std::set<std::uint16_t>> templates;
  std::size_t tries = 0;
  for (const auto& each : env.simulator.truth().requests)
    if (const auto found = wanted.find(each.person); found != wanted.end()) {
      ++tries;
      templates[found->second].insert(each.tpl);
    }
  EXPECT_GT(tries, c.phones.size()) << "some were tried again";
  std::set<std::uint16_t> all;
  for (const auto& [language, used] : templates) {
    EXPECT_EQ(used.size(), 1U) << language;
    all.insert(used.begin(), used.end());
  }
  EXPECT_EQ(all.size(), 3U);
  const auto told = env.api.call("GET", path_of(c, "/recipients?limit=1")).body();
  EXPECT_EQ(told["data"][0]["language"], "pt_BR");
}

} // namespace
} // namespace stentor::testing
