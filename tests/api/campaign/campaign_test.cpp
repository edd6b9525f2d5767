/// Campaigns over real sockets: drafts, preflight, launch, and every command in every state.

#include "tests/api/support/fakes.hpp"

#include <array>

using namespace stentor;
using namespace stentor::test;
using nlohmann::json;

namespace {

const std::string campaigns_path = "/api/whatsapp/campaigns";

std::string path_of(const std::string& id, const std::string& rest = {}) {
  return campaigns_path + "/" + id + rest;
}

std::map<std::string, std::string> errors_of(const http_server::client_answer& a) {
  std::map<std::string, std::string> named;
  const auto answered = json::parse(a.body);
  for (const auto& e : answered["errors"])
    named[e["field"]] = e["message"];
  return named;
}

class campaign_api : public api_test {};

} // namespace

TEST_F(campaign_api, wrong_fields_are_all_named) {
  const auto a = ask(
      "POST", campaigns_path,
      R"({"name":5,"colour":"red","rateLimit":"x","maxRetries":99,"retryFailed":"yes","scheduledFor":"tomorrow",
    "targetType":"some","tags":[1],"inDoubtPolicy":null,"sendWindow":{"from":"25:00","until":"21:00","days":[8]},"rate":1})");
  expect_problem(a, 422, "errors");
  auto named = errors_of(a);
  for (const auto* field :
       {"name", "colour", "rateLimit", "maxRetries", "retryFailed", "scheduledFor", "targetType",
        "tags[0]", "inDoubtPolicy", "sendWindow.from", "sendWindow.days", "sendWindow.timeZone",
        "rate", "templateName"})
    EXPECT_TRUE(named.contains(field)) << field << a.body;
  EXPECT_EQ(named["name"], "expected a string, found number") << "and nothing more";
  expect_problem(ask("POST", campaigns_path, "[]"), 422, "expected an object");
}

TEST_F(campaign_api, limits_of_core_come_with_their_path) {
  const std::pair<json, const char*> wrong[] = {
      {{{"name", std::string(201, 'n')}}, "name"},
      {{{"templateLanguage", std::string(16, 'e')}}, "templateLanguage"},
      {{{"templateId", std::string(101, '1')}}, "templateId"},
      {{{"tags", json(std::vector<std::string>(101, "t"))}}, "tags"},
      {{{"tags", {std::string("a\0b", 3)}}}, "tags[0]"},
      {{{"name", std::string("a\0b", 3)}}, "name"},
      {{{"scheduledFor", "2099-02-31T10:00:00Z"}}, "scheduledFor"},
      {{{"templateVariables", {{"1", std::string("a\0b", 3)}}}}, "templateVariables"},
      {{{"sendWindow", {{"from", "24:00"}, {"until", "21:00"}, {"timeZone", "UTC"}}}},
       "sendWindow.from"},
  };
  for (const auto& [change, field] : wrong) {
    json body{{"name", "n"}, {"templateName", "t"}};
    body.update(change);
    const auto a = ask("POST", campaigns_path, body.dump());
    expect_problem(a, 422, field);
    const auto named = errors_of(a);
    EXPECT_EQ(named.size(), 1U) << a.body;
    EXPECT_TRUE(named.contains(field)) << a.body;
  }
}

TEST_F(campaign_api, what_only_the_database_knows_is_told_the_same_way) {
  campaigns_made.problems = {{"numberIds", "'9' is no sending number of this organization"}};
  for (const auto& [method, path] :
       {std::pair{"POST", campaigns_path}, std::pair{"PUT", path_of(draft_id)}}) {
    const auto a = ask(method, path, R"({"name":"n","templateName":"t","numberIds":["9"]})");
    expect_problem(a, 422, "One field is wrong: numberIds '9' is no sending number");
    EXPECT_TRUE(errors_of(a).contains("numberIds"));
  }
}

TEST_F(campaign_api, drafts_arrive_whole) {
  const auto a = ask(
      "POST", campaigns_path,
      R"({"name":"Bali","templateName":"tour","templateLanguage":"de","templateVariables":{"1":"{{name}} \\u0000"},
    "scheduledFor":"2025-06-01T10:00:00+02:00","rateLimit":600,"retryFailed":false,"maxRetries":0,"inDoubtPolicy":"resend",
    "segmentQuery":{"conditions":[]},"targetType":"segment",
    "sendWindow":{"days":[1,5],"from":"09:00","until":"24:00","timeZone":"Europe/Berlin"},"numberIds":["1"],"tags":["a","b"]})");
  ASSERT_EQ(a.status, 201) << a.body;
  const auto& d = campaigns_made.last_draft;
  EXPECT_EQ(d.name, "Bali");
  EXPECT_EQ(d.template_variables->text, R"({"1":"{{name}} \\u0000"})")
      << "the text \\u0000 is no NUL character";
  EXPECT_EQ(d.rate_limit_per_minute, 600);
  EXPECT_EQ(d.retry_failed, false);
  EXPECT_EQ(d.retries_max, 0);
  EXPECT_EQ(d.in_doubt, core::in_doubt_policy::resend);
  EXPECT_EQ(d.target, core::target_type::segment);
  EXPECT_EQ(d.scheduled_for.value()->time_since_epoch().count(), 1'748'764'800'000);
  const auto& window = d.window.value().value();
  EXPECT_EQ(window.time_zone, "Europe/Berlin");
  EXPECT_EQ(window.until_minute, 1440);
  EXPECT_EQ(window.days, (std::vector<std::uint8_t>{1, 5}));
  EXPECT_EQ(d.tags.value().size(), 2U);
  EXPECT_FALSE(d.description.has_value());
  EXPECT_FALSE(d.expires_at.has_value());
  expect_problem(ask("PUT", path_of(running_id), "{}"), 409, "drafts");
}

TEST_F(campaign_api, null_clears_or_gives_the_default) {
  ASSERT_EQ(ask("PUT", path_of(draft_id),
                R"({"scheduledFor":null,"expiresAt":"","rateLimit":null,"sendWindow":null,
                    "numberIds":null,"segmentQuery":null,"maxRetries":null,"tags":null})")
                .status,
            200);
  const auto& d = campaigns_made.last_draft;
  EXPECT_TRUE(d.scheduled_for && !*d.scheduled_for);
  EXPECT_TRUE(d.expires_at && !*d.expires_at);
  EXPECT_TRUE(d.rate_limit_per_minute && !*d.rate_limit_per_minute);
  EXPECT_TRUE(d.window && !*d.window);
  EXPECT_TRUE(d.segment && !*d.segment);
  EXPECT_TRUE(d.number_ids.value().empty());
  EXPECT_TRUE(d.tags.value().empty());
  EXPECT_EQ(d.retries_max, 3);
  EXPECT_EQ(ask("PUT", path_of(draft_id), R"({"rateLimit":0})").status, 200);
  EXPECT_TRUE(campaigns_made.last_draft.rate_limit_per_minute &&
              !*campaigns_made.last_draft.rate_limit_per_minute);
}

TEST_F(campaign_api, commands_reach_the_engine_and_the_audit_log) {
  const auto sent = ask("POST", path_of(draft_id, "/send"), {}, "operator");
  EXPECT_EQ(sent.status, 202) << sent.body;
  EXPECT_EQ(json::parse(sent.body)["status"], "sending");
  for (const auto* what : {"pause", "resume", "cancel"})
    EXPECT_EQ(ask("POST", path_of(running_id, "/") + what, {}, "operator").status, 200);
  using core::campaign_command;
  const std::vector<std::pair<core::campaign_no, campaign_command>> expected{
      {1, campaign_command::launch},
      {2, campaign_command::pause},
      {2, campaign_command::resume},
      {2, campaign_command::cancel}};
  EXPECT_EQ(engine.commands, expected);
  ASSERT_EQ(engine.log.size(), 3U) << "a launch is written by the store, in its transaction";
  EXPECT_EQ(engine.log[0].action, "campaign.pause");
  EXPECT_EQ(engine.log[0].who.actor, "token operator");
  EXPECT_EQ(engine.log[0].who.source, "127.0.0.1");
  EXPECT_EQ(engine.log[0].subject, running_id);
}

TEST_F(campaign_api, a_launch_that_is_written_is_answered_so_whatever_the_engine_says) {
  engine.commanded = core::error{core::errc::unavailable, "The engine is starting."};
  const auto sent = ask("POST", path_of(draft_id, "/send"), {}, "operator");
  EXPECT_EQ(sent.status, 202) << sent.body;
  EXPECT_EQ(json::parse(sent.body)["status"], "sending");
  EXPECT_EQ(ask("POST", path_of(running_id, "/pause"), {}, "operator").status, 503)
      << "its status was not written";
}

/// Columns: draft scheduled sending paused completed cancelled expired failed. Of a completed one
/// only the database knows whether it still tries somebody again, so the engine is asked.
TEST_F(campaign_api, takes_each_command_in_its_states_and_refuses_it_in_the_others) {
  const std::pair<const char*, std::string_view> table[] = {{"/send", "yy......"},
                                                            {"/pause", "..y.y..."},
                                                            {"/resume", "..yy...."},
                                                            {"/cancel", ".yyyy..."}};
  for (const auto& [command, taken] : table)
    for (std::size_t state = 0; state < taken.size(); ++state) {
      auto& status = campaigns_made.campaigns.find(draft_id)->second.status;
      status = static_cast<core::campaign_status>(state);
      engine.commands.clear();
      engine.log.clear();
      const auto a = ask("POST", path_of(draft_id, command), {}, "operator");
      const bool wanted = taken[state] == 'y';
      EXPECT_EQ(a.status / 100, wanted ? 2 : 4) << command << " in " << state << ": " << a.body;
      EXPECT_EQ(engine.commands.size(), wanted ? 1U : 0U) << command << " in " << state;
      if (!wanted) {
        expect_problem(a, 409, "The campaign is ");
        EXPECT_TRUE(engine.log.empty());
      }
    }
}

TEST_F(campaign_api, tells_what_the_engine_refuses) {
  campaigns_made.campaigns.find(draft_id)->second.status = core::campaign_status::completed;
  const auto refused =
      core::check_command(core::campaign_status::completed, core::campaign_command::pause);
  engine.commanded = refused.error();
  expect_problem(ask("POST", path_of(draft_id, "/pause"), {}, "operator"), 409,
                 "The campaign is completed and can't be paused: it is over.");
}

TEST_F(campaign_api, delete_means_delete_or_cancel) {
  EXPECT_EQ(ask("DELETE", path_of(draft_id)).status, 204);
  EXPECT_EQ(ask("GET", path_of(draft_id)).status, 404);
  EXPECT_EQ(ask("DELETE", path_of(running_id)).status, 200);
  ASSERT_EQ(engine.commands.size(), 1U);
  EXPECT_EQ(engine.commands[0].second, core::campaign_command::cancel);
  EXPECT_EQ(ask("DELETE", path_of(ended_id)).status, 204) << "what is over may go";
}

TEST_F(campaign_api, preflight_tells_what_would_happen) {
  campaigns_made.known.numbers[0].template_status =
      campaigns_made.known.numbers[1].template_status = "PAUSED";
  const auto p = json::parse(ask("POST", path_of(draft_id, "/preflight")).body);
  EXPECT_EQ(p["ready"], false);
  ASSERT_EQ(p["obstacles"].size(), 1U) << p;
  EXPECT_EQ(p["obstacles"][0]["code"], "template_not_approved");
  EXPECT_EQ(p["obstacles"][0]["params"]["template"], "promo");
  EXPECT_NE(p["obstacles"][0]["text"].get<std::string>().find("PAUSED"), std::string::npos);
  EXPECT_EQ(p["warnings"], json::array());
  EXPECT_EQ(p["sendable"], 1000);
  EXPECT_EQ(p["messagesPerSecond"], 100.0);
  EXPECT_EQ(p["expectedDurationSeconds"], 10.0);
  EXPECT_EQ(p["previews"][0]["message"]["variables"]["name"], "Ana");
  EXPECT_EQ(p["requiredVariables"][0], "name");
  EXPECT_EQ(p["audience"]["languages"], nullptr) << "there is no list yet";
  EXPECT_EQ(p["audience"]["variablesMissing"], nullptr);
}

TEST_F(campaign_api, preflight_tells_languages_and_what_is_missing) {
  auto& what = campaigns_made.known.what;
  what.template_language = "en_US";
  what.translations = {{"pt_BR", "[]"}, {"hi", "[]"}};
  for (auto& number : campaigns_made.known.numbers)
    number.translation_statuses = {"APPROVED", "APPROVED"};
  campaigns_made.listed = {.people = {700, 300, 0},
                           .first = {{"r1", "+4915100000001", {R"({"name":"Ana"})"}, 0},
                                     {"r9", "+5511912345678", {R"({"name":"Rui"})"}, 1}},
                           .lacking = {{"destination", 311}}};
  const auto p = json::parse(ask("POST", path_of(draft_id, "/preflight")).body);
  EXPECT_EQ(p["ready"], true) << p["obstacles"];
  EXPECT_EQ(p["audience"]["languages"], json::parse(R"({"en_US":700,"pt_BR":300,"hi":0})"));
  EXPECT_EQ(p["audience"]["variablesMissing"], json::parse(R"({"destination":311})"));
  EXPECT_EQ(campaigns_made.last_required.size(), 3U);
  ASSERT_EQ(p["previews"].size(), 2U) << "one in each language that somebody gets";
  EXPECT_EQ(p["previews"][0]["language"], "en_US");
  EXPECT_EQ(p["previews"][1]["language"], "pt_BR");
  EXPECT_EQ(p["previews"][1]["message"]["variables"]["name"], "Rui");
  EXPECT_TRUE(p["previews"][1]["rendered"].contains("buttons"));
}

TEST_F(campaign_api, a_recipients_message_is_shown_before_it_is_sent) {
  const auto shown = ask("GET", path_of(draft_id, "/recipients/1/preview"));
  EXPECT_EQ(shown.status, 200);
  const auto p = json::parse(shown.body);
  for (const auto* member : {"header", "body", "footer", "buttons", "cards"})
    EXPECT_TRUE(p.contains(member)) << member;
  EXPECT_EQ(p["language"], "en_US");
  EXPECT_EQ(p["problems"], json::array());
  EXPECT_EQ(ask("GET", path_of(draft_id, "/recipients/2/preview")).status, 404);
  EXPECT_EQ(ask("GET", path_of(foreign_id, "/recipients/1/preview")).status, 404);
}

TEST_F(campaign_api, the_plan_says_what_binds_and_when_it_ends) {
  // It is 22:13 UTC and 03:43 in India when the tests begin.
  campaigns_made.quiet = {{{}, {}, 21 * 60, 9 * 60}};
  const auto p = json::parse(ask("GET", path_of(running_id, "/plan")).body);
  EXPECT_EQ(p["status"], "sending");
  EXPECT_EQ(p["now"]["limitedBy"], "quiet_hours");
  EXPECT_EQ(p["now"]["perSecond"], 0.0);
  EXPECT_EQ(p["now"]["left"], 1000);
  EXPECT_EQ(p["now"]["leftOpen"], 0);
  ASSERT_EQ(p["now"]["parts"].size(), 1U);
  const auto& part = p["now"]["parts"][0];
  EXPECT_EQ(part["closedBy"], "quiet_hours");
  EXPECT_EQ(part["country"], "IN");
  EXPECT_EQ(part["timeZones"], json({"Asia/Kolkata"}));
  EXPECT_EQ(part["changesAt"], "2023-11-15T03:30:00+00:00");
  const auto& f = p["forecast"];
  EXPECT_EQ(f["firstMessage"], "2023-11-15T03:30:00+00:00");
  EXPECT_EQ(f["finish"], "2023-11-15T03:30:10+00:00");
  EXPECT_EQ(f["binding"], "quiet_hours");
  EXPECT_EQ(f["days"], json::parse(R"([{"date":"2023-11-15","people":1000}])"));
  EXPECT_EQ(f["without"]["quiet_hours"], "2023-11-14T22:13:30+00:00");
  EXPECT_EQ(json::parse(ask("POST", path_of(draft_id, "/preflight")).body)["plan"], f);
}

TEST_F(campaign_api, a_plan_without_a_list_foresees_nothing) {
  campaigns_made.known.recipients = campaigns_made.known.screened = 0;
  const auto p = json::parse(ask("GET", path_of(draft_id, "/plan")).body);
  EXPECT_EQ(p["now"]["limitedBy"], "start");
  EXPECT_EQ(p["forecast"], nullptr);
  EXPECT_EQ(ask("GET", path_of(foreign_id, "/plan")).status, 404);
  const auto preflight = json::parse(ask("POST", path_of(draft_id, "/preflight")).body);
  EXPECT_EQ(preflight["expectedDurationSeconds"], nullptr);
}

TEST_F(campaign_api, a_launch_refuses_what_the_preflight_refuses) {
  campaigns_made.known.samples = {{"r1", "+4915100000001", {"{}"}},
                                  {"r2", "+4915100000002", {"{}"}}};
  const auto p = json::parse(ask("POST", path_of(draft_id, "/preflight")).body);
  EXPECT_EQ(p["ready"], false);
  const auto refused = ask("POST", path_of(draft_id, "/send"));
  expect_problem(refused, 422,
                 "The campaign can't start. None of the first 2 recipients' messages can be "
                 "rendered: The variable ");
  EXPECT_EQ(json::parse(refused.body)["obstacles"], p["obstacles"]);
  EXPECT_TRUE(engine.commands.empty());
  EXPECT_EQ(campaigns_made.campaigns.find(draft_id)->second.status, core::campaign_status::draft);
  campaigns_made.known.samples[1].variables.text = R"({"name":"Ben"})";
  const auto warned = json::parse(ask("POST", path_of(draft_id, "/preflight")).body);
  EXPECT_EQ(warned["ready"], true);
  EXPECT_EQ(warned["warnings"][0]["code"], "some_cannot_be_rendered");
  EXPECT_EQ(ask("POST", path_of(draft_id, "/send")).status, 202);
}

TEST_F(campaign_api, only_an_administrator_overrides_quiet_hours) {
  const auto body = R"({"name":"Night","templateName":"offer","overrideQuietHours":true})";
  expect_problem(ask("POST", "/api/whatsapp/campaigns", body, "operator"), 403, "admin");
  EXPECT_EQ(ask("POST", "/api/whatsapp/campaigns", body, "admin").status, 201);
  expect_problem(ask("PUT", path_of(draft_id), R"({"overrideQuietHours":true})", "operator"), 403,
                 "admin");
  EXPECT_EQ(ask("PUT", path_of(draft_id), R"({"overrideQuietHours":false})", "operator").status,
            200);
}

TEST_F(campaign_api, a_preflight_tells_whom_a_list_that_is_drawn_would_be_for) {
  const auto asked = [&] {
    return json::parse(ask("POST", path_of(draft_id, "/preflight")).body)["audience"];
  };
  campaigns_made.counted = ports::counted_audience{
      .people = 10, .exact = true, .sendable = 7, .waiting = 2, .screened = {{"frequency", 3}}};
  EXPECT_TRUE(asked()["people"].is_null()) << "its list is there";
  campaigns_made.known.list_is_made_at_launch = true;
  EXPECT_EQ(asked()["people"], 10);
  EXPECT_EQ(asked()["sendable"], 7);
  EXPECT_EQ(asked()["waiting"], 2);
  EXPECT_EQ(asked()["screened"], json::parse(R"({"frequency":3})"));
  campaigns_made.counted = ports::counted_audience{.people = 9'000'000, .screened = {}};
  EXPECT_EQ(asked()["exact"], false);
  EXPECT_EQ(asked()["people"], 9'000'000);
  EXPECT_TRUE(asked()["sendable"].is_null());
  EXPECT_TRUE(asked()["screened"].is_null());
}

TEST_F(campaign_api, only_an_administrator_ignores_caps) {
  const auto body = R"({"name":"Recall","templateName":"offer","ignoreCaps":true})";
  expect_problem(ask("POST", "/api/whatsapp/campaigns", body, "operator"), 403,
                 "people who had enough marketing");
  EXPECT_EQ(ask("POST", "/api/whatsapp/campaigns", body, "admin").status, 201);
  expect_problem(ask("PUT", path_of(draft_id), R"({"ignoreCaps":true})", "operator"), 403, "admin");
  EXPECT_EQ(ask("PUT", path_of(draft_id), R"({"ignoreCaps":false})", "operator").status, 200);
}

TEST_F(campaign_api, a_priority_is_one_to_nine) {
  for (const auto* wrong : {"0", "10", "-1", "5.5", "\"high\""})
    EXPECT_EQ(ask("PUT", path_of(draft_id), std::string{R"({"priority":)"} + wrong + "}").status,
              422)
        << wrong;
  EXPECT_EQ(ask("PUT", path_of(draft_id), R"({"priority":9})").status, 200);
  EXPECT_EQ(ask("PUT", path_of(draft_id), R"({"priority":null})").status, 200);
}
