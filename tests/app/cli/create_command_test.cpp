/// `campaign create` from options, words and files; what recurring campaigns look like.
#include "app/cli/campaign_text.hpp"
#include "app/cli/recurrence_words.hpp"
#include "tests/app/cli/support/fake_daemon.hpp"

#include <nlohmann/json.hpp>

namespace {

using nlohmann::json;
using stentor::app::recurrence_json;

json rule_of(std::string_view words) {
  const auto rule = recurrence_json(words);
  return rule ? json::parse(*rule) : json(rule.error().message);
}

TEST(recurrence_words, are_what_people_say) {
  EXPECT_EQ(rule_of("weekly on TH at 10:00 Asia/Kolkata until 2027-03-01"),
            json::parse(R"({"freq":"weekly","byDay":["TH"],"at":["10:00"],
                            "timeZone":"Asia/Kolkata","until":"2027-03-01"})"));
  EXPECT_EQ(rule_of("every 2 weeks on mo,th at 09:00,18:00 UTC from 2026-12-01 10 times"),
            json::parse(R"({"freq":"weekly","interval":2,"byDay":["MO","TH"],
                            "at":["09:00","18:00"],"timeZone":"UTC","from":"2026-12-01",
                            "count":10})"));
  EXPECT_EQ(rule_of("monthly on 1,-1,2TU,-1FR at 10:00 Europe/Berlin except 2027-01-01,2027-02-01"),
            json::parse(R"({"freq":"monthly","byMonthDay":[1,-1],"byDay":["2TU","-1FR"],
                            "at":["10:00"],"timeZone":"Europe/Berlin",
                            "except":["2027-01-01","2027-02-01"]})"));
  EXPECT_EQ(rule_of("  every day\tat 10:00 America/New_York "),
            json::parse(R"({"freq":"daily","at":["10:00"],"timeZone":"America/New_York"})"));
}

TEST(recurrence_words, that_nobody_understands_are_refused) {
  for (const auto* words : {"", "sometimes", "every 2", "every daily", "weeks on MO", "weekly on",
                            "weekly at", "weekly on TH at 10:00 Asia/Kolkata until",
                            "weekly on TH nonsense", "daily 3", "daily 3 x"})
    EXPECT_FALSE(recurrence_json(words)) << words;
  EXPECT_EQ(recurrence_json("weekly on TH near 10:00").error().message,
            "--recur: 'near' is not understood. It is: " +
                std::string{stentor::app::recurrence_grammar});
}

TEST_F(command_line, campaign_create_says_who_goes_first) {
  daemon.answers = {{201, R"({"id":"abc"})"}};
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--priority", "8",
                 "--ignore-caps"}),
            0);
  const auto body = json::parse(daemon.bodies.at(0));
  EXPECT_EQ(body["priority"], 8);
  EXPECT_EQ(body["ignoreCaps"], true);
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--priority", "10"}), 2);
  EXPECT_THAT(stentor::app::campaign_text(R"({"name":"n","priority":8,"ignoreCaps":true})"),
              HasSubstr("8 of 9, whatever people had already (ignoreCaps)"));
  EXPECT_THAT(stentor::app::campaign_text(R"({"name":"n","priority":5,"ignoreCaps":false})"),
              testing::Not(HasSubstr("priority")));
}

TEST_F(command_line, campaign_create_makes_recurring_campaigns) {
  daemon.answers = {{201, R"({"id":"abc"})"}};
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--segment",
                 R"({"conditions":[]})", "--recur", "weekly on TH at 10:00 Asia/Kolkata",
                 "--on-missed", "run_latest", "--overlap", "allow", "--lateness", "30m"}),
            0);
  const auto body = json::parse(daemon.bodies.at(0));
  EXPECT_EQ(body["targetType"], "segment");
  EXPECT_EQ(body["segmentQuery"], json::parse(R"({"conditions":[]})"));
  EXPECT_EQ(body["recurrence"]["byDay"], json::array({"TH"}));
  EXPECT_EQ(body["onMissed"], "run_latest");
  EXPECT_EQ(body["overlap"], "allow");
  EXPECT_EQ(body["lateness"], "30m");
  EXPECT_EQ(
      run({"campaign", "create", "--name", "n", "--template", "t", "--recur", "now and then"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("--recur: it has to begin with how often"));
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--everybody", "--segment",
                 "{}"}),
            2);
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--on-missed", "hope"}),
            2);
}

TEST_F(command_line, campaign_create_takes_a_file) {
  daemon.answers = {{201, R"({"id":"abc"})"}};
  const auto draft =
      file("draft.json", R"({"name":"n","templateName":"t","targetType":"all","tags":["a"]})");
  EXPECT_EQ(run({"campaign", "create", "--file", draft, "--name", "other"}), 0);
  EXPECT_EQ(json::parse(daemon.bodies.at(0)),
            json::parse(R"({"name":"other","templateName":"t","targetType":"all","tags":["a"]})"));
  in.str(R"({"name":"n","templateName":"t"})");
  EXPECT_EQ(run({"campaign", "create", "--file", "-", "--everybody"}), 0);
  EXPECT_EQ(json::parse(daemon.bodies.at(1))["targetType"], "all");
  EXPECT_EQ(run({"campaign", "create", "--file", (folder / "none.json").string()}), 3);
  EXPECT_EQ(run({"campaign", "create", "--file", folder.string()}), 2);
  EXPECT_EQ(run({"campaign", "create", "--file", file("list.json", "[]")}), 2);
  EXPECT_THAT(err.str(), HasSubstr("holds no JSON object"));
  EXPECT_EQ(run({"campaign", "create", "--name", "n"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("give --name and --template, or a draft in --file"));
}

TEST_F(command_line, campaign_create_takes_languages) {
  daemon.answers = {{201, R"({"id":"abc"})"}};
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--languages",
                 "en_US,pt_BR", "--languages", "hi"}),
            0);
  const auto sent = json::parse(daemon.bodies.at(0));
  EXPECT_EQ(sent["templateLanguages"], json::parse(R"(["en_US","pt_BR","hi"])"));
  EXPECT_FALSE(sent.contains("templateLanguage"));
  const auto draft = file(
      "draft.json",
      R"({"name":"n","templateName":"t","templateLanguage":"de","templateLanguages":["de","en"]})");
  EXPECT_EQ(run({"campaign", "create", "--file", draft, "--languages", "fr"}), 0);
  EXPECT_EQ(json::parse(daemon.bodies.at(1))["templateLanguages"], json::parse(R"(["fr"])"));
  EXPECT_FALSE(json::parse(daemon.bodies.at(1)).contains("templateLanguage"));
  EXPECT_EQ(run({"campaign", "create", "--file", draft, "--language", "it"}), 0);
  EXPECT_EQ(json::parse(daemon.bodies.at(2))["templateLanguage"], "it");
  EXPECT_FALSE(json::parse(daemon.bodies.at(2)).contains("templateLanguages"));
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--languages", "fr",
                 "--language", "it"}),
            2);
}

TEST_F(command_line, campaign_show_tells_its_languages) {
  daemon.answers = {{200, R"({"id":"abc","name":"n","templateName":"t","templateLanguage":"en_US",
    "templateLanguages":["en_US","pt_BR"]})"}};
  EXPECT_EQ(run({"campaign", "show", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("t (en_US, pt_BR)"));
}

constexpr const char* recurring_campaign = R"({"id":"abc","name":"Deals","status":"scheduled",
  "templateName":"t","templateLanguage":"en_US","nextRunAt":"2026-12-03T04:30:00+00:00",
  "recurrence":{"freq":"monthly","interval":2,"byDay":["2TU"],"byMonthDay":[1],"at":["09:00","10:00"],
  "timeZone":"Asia/Kolkata","from":"2026-12-01","count":5,"except":["2026-12-24"]}})";

TEST_F(command_line, campaign_show_tells_the_next_run) {
  daemon.answers = {{200, recurring_campaign}};
  EXPECT_EQ(run({"campaign", "show", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("recurs        every 2 months on 2TU,1 at 09:00,10:00 "
                                   "Asia/Kolkata from 2026-12-01 5 times except 2026-12-24"));
  EXPECT_THAT(out.str(), HasSubstr("next run      2026-12-03"));
  daemon.answers = {{202, recurring_campaign}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Its first run is at 2026-12-03"));
}

TEST_F(command_line, campaign_runs_lists_them) {
  daemon.answers = {{200, R"({"data":[{"id":"r2","occurrenceAt":"2026-12-10T04:30:00+00:00",
    "status":"failed","statusReason":{"code":"run_refused","text":"The template is paused."}},
    {"id":"r1","occurrenceAt":"2026-12-03T04:30:00+00:00","status":"completed","totalRecipients":12,
    "sentCount":11,"failedCount":1}]})"}};
  EXPECT_EQ(run({"campaign", "runs", an_id, "--limit", "5"}), 0);
  EXPECT_THAT(daemon.asked,
              ElementsAre("GET /api/whatsapp/campaigns/" + std::string{an_id} + "/runs?limit=5"));
  EXPECT_THAT(out.str(), HasSubstr("failed"));
  EXPECT_THAT(out.str(), HasSubstr("\n  The template is paused.\n"));
  EXPECT_THAT(out.str(), HasSubstr("r1\n"));
  daemon.answers = {{200, R"({"data":[]})"}};
  EXPECT_EQ(run({"campaign", "runs", an_id}), 0);
  EXPECT_EQ(out.str(), "No runs.\n");
}

} // namespace
