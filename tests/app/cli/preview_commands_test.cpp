/// What the command line says of a campaign's messages before they are sent.
#include "tests/app/cli/support/fake_daemon.hpp"

namespace {

TEST_F(command_line, preflight_tells_languages_and_who_lacks_something) {
  daemon.answers = {{200, R"({"ready":true,"obstacles":[],"warnings":[],
      "audience":{"languages":{"en_US":300120,"pt_BR":168000},"variablesMissing":{"destination":311}}})"}};
  EXPECT_EQ(run({"campaign", "preflight", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("in en_US              300,120"));
  EXPECT_THAT(out.str(), HasSubstr("in pt_BR              168,000"));
  EXPECT_THAT(out.str(), HasSubstr("without destination   311"));
  daemon.answers = {
      {200, R"({"ready":true,"audience":{"languages":null,"variablesMissing":null}})"}};
  EXPECT_EQ(run({"campaign", "preflight", an_id}), 0);
}

TEST_F(command_line, campaign_preview_shows_one_persons_message) {
  daemon.answers = {{200, R"({"header":null,"body":"Oi Ana","footer":"","buttons":[],"cards":[],
      "language":"pt_BR","problems":[]})"}};
  EXPECT_EQ(run({"campaign", "preview", an_id, "+49151"}), 0);
  EXPECT_EQ(daemon.asked.back(),
            "GET /api/whatsapp/campaigns/" + std::string{an_id} + "/recipients/%2B49151/preview");
  EXPECT_EQ(out.str(), "In pt_BR\nOi Ana\n");
  daemon.answers = {{200, R"({"header":null,"body":"Oi {{1}}","footer":"","buttons":[],"cards":[],
      "language":"pt_BR","problems":[{"slot":"body.1","text":"It has no value."}]})"}};
  EXPECT_EQ(run({"campaign", "preview", an_id, "1"}), 4);
  EXPECT_THAT(out.str(), HasSubstr("Problem: It has no value."));
  EXPECT_EQ(run({"campaign", "preview", an_id, ""}), 2);
}

} // namespace
