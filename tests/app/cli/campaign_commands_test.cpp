/// Commands about campaigns, people, numbers and templates: what is asked, what is printed.

#include "tests/app/cli/support/fake_daemon.hpp"

#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include <thread>

namespace {

TEST_F(command_line, campaign_create_sends_what_was_given) {
  daemon.answers = {{201, R"({"id":"abc"})"}};
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--variables",
                 R"({"1":"{{name}}"})", "--number", "12", "--number", "13", "--rate-limit", "600",
                 "--url", "http://h:1", "--token-file", "f"}),
            0);
  EXPECT_EQ(out.str(), "abc\n");
  EXPECT_THAT(daemon.asked, ElementsAre("POST /api/whatsapp/campaigns"));
  EXPECT_THAT(daemon.bodies[0], HasSubstr(R"("templateVariables":{"1":"{{name}}"})"));
  EXPECT_THAT(daemon.bodies[0], HasSubstr(R"("numberIds":["12","13"])"));
  EXPECT_THAT(daemon.bodies[0], HasSubstr(R"("rateLimit":600)"));
  EXPECT_THAT(daemon.bodies[0], Not(HasSubstr("maxRetries")));
  EXPECT_EQ(daemon.options.url, "http://h:1");
  EXPECT_EQ(daemon.options.token_file, "f");
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--variables", "{oops"}),
            2);
  EXPECT_THAT(err.str(), HasSubstr("--variables must be a JSON object"));
}

TEST_F(command_line, a_draft_has_the_limits_of_core) {
  const auto create = [&](const char* option, std::int32_t value) {
    return run(
        {"campaign", "create", "--name", "x", "--template", "t", option, std::to_string(value)});
  };
  daemon.answers = {{201, R"({"id":"abc"})"}};
  EXPECT_EQ(create("--rate-limit", core::draft_limits::rate_limit_max), 0);
  EXPECT_EQ(create("--rate-limit", core::draft_limits::rate_limit_max + 1), 2);
  EXPECT_EQ(create("--max-retries", core::draft_limits::retries_max), 0);
  EXPECT_EQ(create("--max-retries", core::draft_limits::retries_max + 1), 2);
}

TEST_F(command_line, actions_are_requests) {
  for (const auto* action : {"pause", "resume", "cancel"})
    EXPECT_EQ(run({"campaign", action, an_id}), 0);
  EXPECT_EQ(run({"campaign", "start", an_id}), 0);
  EXPECT_THAT(
      daemon.asked,
      ElementsAre("POST /api/whatsapp/campaigns/3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e/pause",
                  "POST /api/whatsapp/campaigns/3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e/resume",
                  "POST /api/whatsapp/campaigns/3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e/cancel",
                  "POST /api/whatsapp/campaigns/3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e/send"));
}

TEST_F(command_line, problems_become_sentences_and_exit_codes) {
  const std::pair<int, int> expected[] = {{400, 2}, {401, 5}, {403, 5}, {404, 3}, {409, 4},
                                          {422, 2}, {429, 6}, {500, 1}, {503, 6}};
  for (const auto& [status, code] : expected) {
    daemon.answers = {
        {status, R"({"title":"No","detail":"it is running","errors":["first thing"]})"}};
    EXPECT_EQ(run({"campaign", "start", an_id}), code) << status;
    EXPECT_THAT(err.str(), HasSubstr("stentor: it is running\n  first thing"));
  }
  daemon.answers = {{502, "<html>"}};
  EXPECT_EQ(run({"campaign", "status", an_id}), 1);
  EXPECT_THAT(err.str(), HasSubstr("status 502"));
  daemon.reachable = false;
  EXPECT_EQ(run({"campaign", "status", an_id}), 6);
  EXPECT_THAT(err.str(), HasSubstr("nobody answers"));
}

TEST_F(command_line, wrong_fields_are_a_line_each) {
  daemon.answers = {{422, R"({"detail":"2 fields are wrong: a is required.","errors":[
      {"field":"a","message":"is required"},{"field":"b","message":"expected a number"}]})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 2);
  EXPECT_EQ(err.str(), "stentor: 2 fields are wrong: a is required.\n  a is required\n"
                       "  b expected a number\n");
  daemon.answers = {{422, R"({"detail":"One field is wrong: a is required.","errors":[
      {"field":"a","message":"is required"}]})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 2);
  EXPECT_EQ(err.str(), "stentor: One field is wrong: a is required.\n") << "once is enough";
}

TEST_F(command_line, campaign_create_wishes_of_the_planner) {
  const auto plan_of = [&](std::initializer_list<std::string> options) {
    std::vector<std::string> words{"campaign", "create", "--name", "n", "--template", "t"};
    words.insert(words.end(), options);
    daemon.answers = {{201, R"({"id":"abc"})"}};
    EXPECT_EQ(run(words), 0) << err.str();
    return nlohmann::json::parse(daemon.bodies.back())["plan"];
  };
  EXPECT_EQ(plan_of({"--spread", "6h"}), nlohmann::json::parse(R"({"spread":{"over":"6h"}})"));
  EXPECT_EQ(plan_of({"--spread", "2026-12-01T18:00:00Z"}),
            nlohmann::json::parse(R"({"spread":{"until":"2026-12-01T18:00:00Z"}})"));
  EXPECT_EQ(
      plan_of({"--plan", R"({"audienceAt":"start","spread":{"over":"1h"}})", "--spread", "2h"}),
      nlohmann::json::parse(R"({"audienceAt":"start","spread":{"over":"2h"}})"));
  EXPECT_EQ(plan_of({"--on-cap", "wait"}), nlohmann::json::parse(R"({"onCap":"wait"})"));
  EXPECT_EQ(plan_of({"--max-recipients", "500"}),
            nlohmann::json::parse(R"({"maxRecipients":500})"));
  EXPECT_EQ(run({"campaign", "create", "--name", "n", "--template", "t", "--plan", "fast"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("--plan must be a JSON object"));
}

TEST_F(command_line, start_says_whether_it_starts_or_waits) {
  daemon.answers = {{202, R"({"status":"sending"})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 0);
  EXPECT_EQ(out.str(), "Started.\n");
  daemon.answers = {
      {202, R"({"status":"scheduled","scheduledFor":"2030-01-01T08:00:00.123456+00:00"})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Scheduled for 2030-01-01T08:00:00Z"));
}

TEST_F(command_line, start_and_preflight_call_an_obstacle_by_the_same_status) {
  daemon.answers = {{422, R"({"detail":"The campaign can't start. There is no number.",
      "obstacles":[{"code":"no_number","params":{},"text":"There is no number."}]})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 4);
  EXPECT_EQ(err.str(), "stentor: The campaign can't start. There is no number.\n");
}

TEST_F(command_line, preflight_tells_a_script_whether_to_go_on) {
  daemon.answers = {
      {200, R"({"ready":true,"obstacles":[],"warnings":[{"text":"one is paused"}]})"}};
  EXPECT_EQ(run({"campaign", "preflight", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Nothing is in the way.\nNote: one is paused\n"));
  daemon.answers = {
      {200,
       R"({"ready":false,"obstacles":[{"code":"no_number","params":{},"text":"no number"}]})"}};
  EXPECT_EQ(run({"campaign", "preflight", an_id}), 4);
  EXPECT_THAT(out.str(), HasSubstr("In the way: no number"));
  EXPECT_EQ(run({"campaign", "preflight", an_id, "--json"}), 4);
  EXPECT_EQ(out.str(), daemon.answers[0].body + "\n");
}

TEST_F(command_line, import_streams_the_file_and_reports) {
  const auto path = file("list.csv", "phone\n+4915100000001\n");
  daemon.answers = {{200, R"({"rowsRead":1200,"rowsAdded":1100,"rowsBad":2,"sendable":1000,
      "screened":{"no_consent":100,"duplicate":0},"problems":[{"line":7,"problem":{"code":"text","params":{},"text":"no phone number"}}]})"}};
  EXPECT_EQ(run({"campaign", "import", an_id, path}), 0);
  EXPECT_EQ(daemon.uploaded, "phone\n+4915100000001\n");
  EXPECT_EQ(out.str(), "1,200 rows read, 1,100 added, 1,000 of them can be sent to, 2 bad\n"
                       "  screened out, no consent: 100\n  line 7: no phone number\n");
  EXPECT_THAT(err.str(), IsEmpty()) << "no progress when nobody looks on";
  EXPECT_EQ(run({"campaign", "import", an_id, path}, true), 0);
  EXPECT_THAT(err.str(), HasSubstr("importing [####"));
  EXPECT_EQ(run({"campaign", "import", an_id, (folder / "none.csv").string()}), 3);
  EXPECT_EQ(run({"campaign", "import", an_id, folder.string()}), 3);
  EXPECT_THAT(err.str(), HasSubstr("it is a folder"));
}

TEST_F(command_line, import_reads_a_pipe) {
  in.str("phone\n+4915100000002\n");
  daemon.answers = {{200, R"({"rowsRead":1,"rowsAdded":1,"rowsBad":0,"sendable":1,
      "screened":{},"problems":[]})"}};
  EXPECT_EQ(run({"campaign", "import", an_id, "-"}), 0);
  EXPECT_EQ(daemon.uploaded, "phone\n+4915100000002\n");
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer{[&] { std::ofstream{pipe} << "phone\n+4915100000003\n"; }};
  EXPECT_EQ(run({"campaign", "import", an_id, pipe.string()}, true), 0);
  writer.join();
  EXPECT_EQ(daemon.uploaded, "phone\n+4915100000003\n");
  EXPECT_THAT(err.str(), HasSubstr("importing 21 B"));
}

TEST_F(command_line, import_takes_the_phone_column_by_name) {
  const auto path = file("list.csv", "Mobile No,x\n+4915100000001,1\n");
  daemon.answers = {{200, R"({"rowsRead":1,"rowsAdded":1,"rowsBad":0,"sendable":1,
      "columns":{"phoneNumber":"Mobile No"}})"}};
  EXPECT_EQ(run({"campaign", "import", an_id, path, "--phone-column", "Mobile No"}), 0);
  EXPECT_EQ(daemon.asked.back(),
            "POST /api/whatsapp/campaigns/3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e/recipients?map="
            "%7B%22phoneNumber%22%3A%22Mobile%20No%22%7D");
  EXPECT_THAT(out.str(), HasSubstr("column \"Mobile No\""));
}

TEST_F(command_line, watch_ends_with_the_campaign) {
  daemon.answers = {
      {200, R"({"name":"n","status":"sending","totalRecipients":10,"sentCount":4})"},
      {200, R"({"name":"n","status":"completed","totalRecipients":10,"sentCount":10})"}};
  EXPECT_EQ(run({"campaign", "watch", an_id}), 0);
  EXPECT_EQ(pauses, 1);
  EXPECT_THAT(out.str(), HasSubstr("100.0 %"));
  daemon.answers = {
      {200, R"({"status":"completed","totalRecipients":10,"sentCount":9,"failedCount":1})"}};
  EXPECT_EQ(run({"campaign", "watch", "--json", an_id}), 7);
  EXPECT_THAT(out.str(), HasSubstr("\"failedCount\":1"));
  daemon.answers = {{200, R"({"status":"cancelled","totalRecipients":10})"}};
  EXPECT_EQ(run({"campaign", "watch", an_id}), 7);
}

TEST_F(command_line, an_id_that_is_none_is_a_usage_error) {
  for (const auto* wrong :
       {"", "?limit=1", "abc", "../campaigns", "3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e/"})
    for (const auto* command :
         {"status", "watch", "start", "pause", "resume", "cancel", "preflight", "export"})
      EXPECT_EQ(run({"campaign", command, wrong}), 2) << command << wrong;
  EXPECT_EQ(run({"campaign", "import", "", "list.csv"}), 2);
  EXPECT_EQ(run({"why", "", "1"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("is no campaign's id"));
  EXPECT_EQ(run({"why", an_id, ""}), 2);
  EXPECT_THAT(daemon.asked, IsEmpty());
}

TEST_F(command_line, what_strangers_wrote_moves_no_terminal) {
  daemon.answers = {
      {200, R"({"recipient":{"phoneNumber":"+49151","status":"sent"},"events":[{"at":"t",
      "kind":"inbound","text":"\u001b]0;x\u0007\r\n  2026-01-01  opted out"}]})"}};
  EXPECT_EQ(run({"why", an_id, "+49151"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("\\x1b]0;x\\x07\\x0d\\x0a  2026-01-01  opted out"));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
  daemon.answers = {{200, R"({"data":[{"id":"1","name":"\u001b[31mred\u009b"}]})"}};
  EXPECT_EQ(run({"campaign", "list"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("\\x1b[31mred\\x9b"));
  daemon.answers = {{200, "{\"name\":\"\xc2\x9b\"}"}};
  EXPECT_EQ(run({"campaign", "status", an_id, "--json"}), 0);
  EXPECT_EQ(out.str(), "{\"name\":\"\\u009b\"}\n");
  daemon.answers = {{409, R"({"detail":"the campaign \u001b[2J is running"})"}};
  EXPECT_EQ(run({"campaign", "start", an_id}), 4);
  EXPECT_THAT(err.str(), HasSubstr("campaign \\x1b[2J is"));
}

TEST_F(command_line, watch_fits_the_terminal) {
  daemon.answers = {
      {200,
       R"({"status":"sending","totalRecipients":2000000,"sentCount":1234567,"deliveredCount":1234000,"readCount":1000000})"},
      {200, R"({"status":"completed","totalRecipients":2000000,"sentCount":2000000})"}};
  EXPECT_EQ(run({"campaign", "watch", an_id}, true), 0);
  const auto drawn = err.str().substr(0, err.str().find("\x1b[K"));
  EXPECT_THAT(drawn, HasSubstr("1,234,567 sent"));
  EXPECT_LE(drawn.size(), 80U) << drawn; // the carriage return and at most 79 characters
  EXPECT_FALSE(can_draw("dumb") || can_draw("") || can_draw(nullptr));
  EXPECT_TRUE(can_draw("xterm-256color"));
}

TEST_F(command_line, watch_says_why_it_stands_still) {
  daemon.answers = {
      {200,
       R"({"status":"paused","totalRecipients":10,"statusReason":{"code":"x","params":{},"text":"Meta has paused the template."}})"},
      {200, R"({"status":"completed","totalRecipients":10,"sentCount":10})"}};
  EXPECT_EQ(run({"campaign", "watch", an_id}, true), 0);
  EXPECT_THAT(err.str(), HasSubstr("Meta has paused the template.\n"));
  EXPECT_THAT(err.str(), HasSubstr("stentor campaign resume " + an_id));
  daemon.answers = {{200, R"({"status":"draft","totalRecipients":10})"}};
  EXPECT_EQ(run({"campaign", "watch", an_id}), 4);
  EXPECT_THAT(err.str(), HasSubstr("stentor campaign start " + an_id));
}

TEST_F(command_line, watch_survives_a_restart_of_the_daemon) {
  daemon.answers = {{200, R"({"status":"sending","totalRecipients":10,"sentCount":4})"},
                    {503, R"({"detail":"not ready"})"},
                    {503, R"({"detail":"not ready"})"},
                    {200, R"({"status":"completed","totalRecipients":10,"sentCount":10})"}};
  EXPECT_EQ(run({"campaign", "watch", an_id}), 0);
  EXPECT_THAT(err.str(), HasSubstr("can't be reached; trying again"));
  daemon.answers = {{503, R"({"detail":"not ready"})"}};
  EXPECT_EQ(run({"campaign", "watch", an_id}), 6) << "one that was never there is not waited for";
  daemon.answers = {{200, R"({"status":"sending","totalRecipients":10,"sentCount":4})"},
                    {503, R"({"detail":"not ready"})"}};
  pauses = 0;
  EXPECT_EQ(run({"campaign", "watch", an_id}), 6);
  EXPECT_EQ(pauses, 121) << "a minute of half seconds";
}

TEST_F(command_line, export_writes_where_it_is_told) {
  daemon.exported = "phone,status\n+49151,sent\n";
  EXPECT_EQ(run({"campaign", "export", an_id}), 0);
  EXPECT_EQ(out.str(), daemon.exported);
  const auto path = (folder / "out.csv").string();
  EXPECT_EQ(run({"campaign", "export", an_id, "-o", path}), 0);
  EXPECT_EQ(std::filesystem::file_size(path), daemon.exported.size());
  EXPECT_EQ(run({"campaign", "export", an_id, "-o", path, "--json"}), 0);
  EXPECT_EQ(out.str(), R"({"bytes":25,"file":")" + path + "\"}\n");
  EXPECT_EQ(run({"campaign", "export", an_id, "--raw"}), 0);
  EXPECT_EQ(daemon.asked.back(), "GET /api/whatsapp/campaigns/" + an_id + "/export?raw=1");
  EXPECT_EQ(run({"campaign", "export", an_id, "--json"}), 2) << "it has no place for both";
  EXPECT_EQ(run({"campaign", "export", an_id, "-o", (folder / "no" / "out.csv").string()}), 3);
  EXPECT_THAT(err.str(), HasSubstr("No such file or directory"));
  daemon.reachable = false;
  EXPECT_EQ(run({"campaign", "export", an_id}), 3);
  EXPECT_EQ(run({"campaign", "export", an_id, "-o", path}), 3);
  EXPECT_EQ(std::filesystem::file_size(path), daemon.exported.size()) << "the old file stays";
}

TEST_F(command_line, why_tells_the_story) {
  daemon.answers = {
      {200,
       R"({"recipient":{"phoneNumber":"+49151","status":"failed","language":"pt_BR","errorCode":"131026","errorMessage":"undeliverable"},
    "events":[{"at":"2026-01-01T00:00:00Z","kind":"accepted","attempt":0},
    {"at":"2026-01-01T00:00:02Z","kind":"failed","attempt":0,"code":131026}]})"}};
  EXPECT_EQ(run({"why", an_id, "+49151"}), 0);
  EXPECT_THAT(
      daemon.asked,
      ElementsAre(
          "GET /api/whatsapp/campaigns/3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e/recipients/%2B49151"));
  EXPECT_THAT(out.str(), HasSubstr("+49151  failed, in pt_BR (error 131026: undeliverable)"));
  EXPECT_THAT(out.str(), HasSubstr("2026-01-01T00:00:02Z"));
}

TEST_F(command_line, settle_tells_the_risk_and_goes_on_until_all_is_settled) {
  daemon.answers = {{200, R"({"data":[],"total":1234})"}};
  EXPECT_EQ(run({"campaign", "settle", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("1,234 recipients are held"));
  EXPECT_THAT(out.str(), HasSubstr("gets it twice"));
  daemon.asked.clear();
  daemon.bodies.clear();
  daemon.answers = {{200, R"({"settled":100000,"more":true})"},
                    {200, R"({"settled":5,"more":false})"}};
  EXPECT_EQ(run({"campaign", "settle", an_id, "--resend", "--all"}), 0);
  EXPECT_THAT(daemon.asked, ElementsAre("POST /api/whatsapp/campaigns/" + an_id + "/held",
                                        "POST /api/whatsapp/campaigns/" + an_id + "/held"));
  EXPECT_THAT(daemon.bodies[0], HasSubstr(R"("action":"resend","all":true)"));
  EXPECT_THAT(err.str(), HasSubstr("gets it a second time"));
  daemon.answers = {{200, R"({"settled":1,"more":false})"}};
  EXPECT_EQ(run({"campaign", "settle", an_id, "--fail", "--recipient", "+49151"}), 0);
  EXPECT_THAT(daemon.bodies.back(), HasSubstr(R"("recipients":["+49151"])"));
  EXPECT_EQ(run({"campaign", "settle", an_id, "--fail"}), 2);
  EXPECT_EQ(run({"campaign", "settle", an_id, "--all"}), 2);
  EXPECT_EQ(run({"campaign", "settle", an_id, "--fail", "--resend", "--all"}), 2);
}

TEST_F(command_line, status_tells_who_is_held) {
  daemon.answers = {
      {200,
       R"({"id":"x","status":"completed","totalRecipients":10,"inDoubtCount":5,"heldCount":3})"}};
  EXPECT_EQ(run({"campaign", "status", an_id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("in doubt                 2"));
  EXPECT_THAT(out.str(), HasSubstr("held                     3"));
  EXPECT_THAT(out.str(), HasSubstr("stentor campaign settle x"));
}

TEST_F(command_line, status_tells_alarms_and_by_its_exit_status) {
  daemon.answers = {{200, R"({"version":"1","ready":true,"alarms":[],"campaignsRunning":2})"}};
  EXPECT_EQ(run({"status"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("stentor 1 is ready"));
  EXPECT_THAT(out.str(), HasSubstr("No alarms"));
  daemon.answers = {
      {200,
       R"({"version":"1","ready":true,"alarms":[{"code":"x","params":{},"text":"number 1: It does not send."}]})"}};
  EXPECT_EQ(run({"status"}), 4);
  EXPECT_THAT(out.str(), HasSubstr("Alarm: number 1: It does not send."));
  EXPECT_THAT(daemon.asked, ElementsAre("GET /api/status", "GET /api/status"));
}

TEST_F(command_line, numbers_are_listed_paused_and_resumed) {
  daemon.answers = {
      {200,
       R"({"data":[{"phoneNumberId":"111","messagesPerSecond":80,"active":true,"qualityRating":"GREEN",
      "stoppedReason":{"code":"x","params":{},"text":"An operator paused it."}}]})"}};
  EXPECT_EQ(run({"number", "list"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("An operator paused it."));
  EXPECT_THAT(out.str(), HasSubstr("GREEN"));
  const auto listed = daemon.answers;
  daemon.answers = {
      {200,
       R"({"data":[{"phoneNumberId":"111","messagesPerSecond":80,"active":true,"qualityRating":null,
      "stoppedReason":null,"rateNow":59.1,"rateCeiling":60.0,"pace":"learned"}]})"}};
  EXPECT_EQ(run({"number", "list"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("59.1"));
  EXPECT_THAT(out.str(), HasSubstr("sends; Meta takes 60"));
  daemon.answers = listed;
  EXPECT_EQ(run({"number", "pause", "111"}), 0);
  EXPECT_EQ(run({"number", "resume", "111"}), 0);
  EXPECT_EQ(run({"number", "pause", "1/../2"}), 2);
  EXPECT_THAT(daemon.asked, ElementsAre("GET /api/whatsapp/numbers", "GET /api/whatsapp/numbers",
                                        "POST /api/whatsapp/numbers/111/pause",
                                        "POST /api/whatsapp/numbers/111/resume"));
}

TEST_F(command_line, templates_are_shown_and_previewed) {
  daemon.answers = {
      {200,
       R"({"name":"offer","language":"en_US","category":"MARKETING","status":"APPROVED","problem":null,
          "components":[{"type":"BODY","text":"Hi {{1}}"}],
          "slots":[{"slot":"button.0","kind":"url","example":"bali","variable":"button.0","text":"https://x/{{1}}"}]})"}};
  EXPECT_EQ(run({"template", "show", "17"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("BODY: Hi {{1}}"));
  EXPECT_THAT(out.str(), HasSubstr("{{button.0}} without a text"));
  EXPECT_THAT(out.str(), HasSubstr("in: https://x/{{1}}"));
  EXPECT_EQ(run({"template", "show", "1/../2"}), 2);
  EXPECT_EQ(run({"template", "show", ""}), 2);
  daemon.answers = {
      {200,
       R"({"rendered":{"header":{"type":"image","url":"https://x/y.png"},"body":"Hi Ana","footer":"Bye",
          "buttons":[{"text":"See","value":"https://x/bali"}],"cards":[]},
          "problems":[{"slot":"body.2","text":"The slot has no value."}]})"}};
  EXPECT_EQ(run({"template", "preview", "17", "--variables", R"({"1":"{{name}}"})", "--values",
                 R"({"name":"Ana"})"}),
            4);
  EXPECT_THAT(out.str(),
              HasSubstr("[image: https://x/y.png]\nHi Ana\nBye\n[ See ] https://x/bali"));
  EXPECT_THAT(out.str(), HasSubstr("Problem: The slot has no value."));
  EXPECT_EQ(daemon.asked.back(), "POST /api/whatsapp/templates/17/preview");
  EXPECT_EQ(daemon.bodies.back(), R"({"values":{"name":"Ana"},"variables":{"1":"{{name}}"}})");
  EXPECT_EQ(run({"template", "preview", "17", "--variables", "[oops"}), 2);
}

TEST_F(command_line, templates_are_made_and_deleted) {
  const auto file = (own.path() / "sale.json").string();
  std::ofstream{file} << R"({"name":"sale"})";
  daemon.answers = {
      {201,
       R"({"name":"sale","data":[{"language":"pt_BR","wabaId":"1","id":"77","status":"PENDING","category":"MARKETING",
          "warnings":[{"text":"Meta made it MARKETING."}],"problem":null},
          {"language":"en","wabaId":"1","id":null,"warnings":[],"problem":{"code":"x","text":"No."}}]})"}};
  EXPECT_EQ(run({"template", "create", "--file", file}), 4);
  EXPECT_EQ(daemon.bodies.back(), R"({"name":"sale"})");
  EXPECT_THAT(out.str(), HasSubstr("Warning: Meta made it MARKETING."));
  EXPECT_THAT(out.str(), HasSubstr("No."));
  daemon.answers = {{204, ""}};
  EXPECT_EQ(run({"template", "delete", "77"}), 0);
  EXPECT_EQ(run({"template", "unpause", "77"}), 0);
  EXPECT_EQ(daemon.asked.back(), "POST /api/whatsapp/templates/77/unpause");
  EXPECT_EQ(run({"template", "create", "--file", file + "x"}), 2);
}

TEST_F(command_line, templates_and_suppressions_have_commands) {
  daemon.answers = {
      {200,
       R"({"data":[{"name":"offer","language":"en_US","category":"MARKETING","status":"APPROVED"}]})"}};
  EXPECT_EQ(run({"template", "list", "--name", "o r"}), 0);
  EXPECT_EQ(daemon.asked.back(), "GET /api/whatsapp/templates?limit=1000&page=1&name=o%20r");
  EXPECT_THAT(out.str(), HasSubstr("APPROVED"));
  EXPECT_EQ(run({"template", "sync"}), 0);
  daemon.answers = {
      {200,
       R"({"data":[{"phoneNumber":"+49151","reason":"STOP","stoppedAt":"2026-01-01T00:00:00.5+00:00"}],"total":1})"}};
  EXPECT_EQ(run({"suppression", "list"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("2026-01-01T00:00:00Z"));
  EXPECT_THAT(out.str(), HasSubstr("1 in all"));
  daemon.answers = {{204, ""}};
  EXPECT_EQ(run({"suppression", "add", "+49151"}), 0);
  EXPECT_EQ(run({"suppression", "add", "user.9"}), 0);
  EXPECT_EQ(run({"suppression", "remove", "+49151"}), 0);
  EXPECT_EQ(run({"suppression", "add", ""}), 2);
  EXPECT_THAT(daemon.asked.back(), "DELETE /api/whatsapp/suppressions/%2B49151");
  EXPECT_THAT(daemon.bodies[3], HasSubstr(R"({"phoneNumber":"+49151"})"));
  EXPECT_THAT(daemon.bodies[4], HasSubstr(R"({"userId":"user.9"})"));
}

TEST_F(command_line, segments_have_commands) {
  const std::string id = "3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e";
  const std::string query = R"({"conditions":[{"field":"a","operator":"exists"}]})";
  daemon.answers = {{200, R"({"data":[{"id":")" + id +
                              R"(","name":"rich","people":1234,"exact":false,
          "countedAt":"2026-01-01T00:00:00+00:00"},{"name":"new","people":null}],"total":2})"}};
  EXPECT_EQ(run({"segment", "list"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("~1,234"));
  daemon.answers = {{201, R"({"id":")" + id + "\"}"}};
  EXPECT_EQ(run({"segment", "create", "--name", "rich", "--query", query}), 0);
  EXPECT_THAT(out.str(), HasSubstr(id));
  EXPECT_THAT(daemon.bodies.back(), HasSubstr(query));
  EXPECT_EQ(run({"segment", "create", "--name", "rich", "--query", "rich people"}), 2);
  daemon.answers = {{200, R"({"people":1000,"reachable":900,"exact":true})"}};
  EXPECT_EQ(run({"segment", "count", id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("1,000 people, 900 of them can be reached"));
  EXPECT_EQ(run({"segment", "show", "rich"}), 2);
  daemon.answers = {{204, ""}};
  EXPECT_EQ(run({"segment", "delete", id}), 0);
  EXPECT_EQ(daemon.asked.back(), "DELETE /api/whatsapp/segments/" + id);
}

TEST_F(command_line, jobs_have_commands) {
  const std::string id = "3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e";
  daemon.answers = {{200, R"({"data":[{"id":")" + id +
                              R"(","kind":"freeze","state":"running","done":3,"total":8,
          "campaignId":null,"createdAt":"2026-01-01T00:00:00+00:00"}],"total":1})"}};
  EXPECT_EQ(run({"job", "list", "--state", "running"}), 0);
  EXPECT_EQ(daemon.asked.back(), "GET /api/whatsapp/jobs?limit=100&page=1&state=running");
  EXPECT_THAT(out.str(), HasSubstr("3 of 8"));
  EXPECT_EQ(run({"job", "list", "--state", "ready"}), 2);
  daemon.answers = {{200, R"({"id":")" + id +
                              R"(","kind":"freeze","state":"failed","done":1,"total":8,
          "problem":{"code":"no_customers","params":{},"text":"Nobody."},"result":{"people":7}})"}};
  EXPECT_EQ(run({"job", "show", id}), 0);
  EXPECT_THAT(out.str(), HasSubstr("freeze is failed, 1 of 8 steps"));
  EXPECT_THAT(out.str(), HasSubstr("Nobody."));
  EXPECT_THAT(out.str(), HasSubstr("7"));
  EXPECT_EQ(run({"job", "show", "1"}), 2);
  EXPECT_EQ(run({"job", "cancel", id}), 0);
  EXPECT_EQ(daemon.asked.back(), "DELETE /api/whatsapp/jobs/" + id);
}

TEST_F(command_line, list_shows_a_table) {
  daemon.answers = {
      {200,
       R"({"campaigns":[{"id":"abc","name":"Bali","status":"sending","totalRecipients":1234567}]})"}};
  EXPECT_EQ(run({"campaign", "list", "--status", "sending"}), 0);
  EXPECT_THAT(daemon.asked,
              ElementsAre("GET /api/whatsapp/campaigns?page=1&limit=20&status=sending"));
  EXPECT_THAT(out.str(), HasSubstr("1,234,567"));
}

} // namespace
