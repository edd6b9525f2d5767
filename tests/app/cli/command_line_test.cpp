/// The command line as a user types it, with a fake daemon behind it: help texts, exit statuses,
/// requests, and what is printed.

#include "app/cli/command_line.hpp"

#include "adapters/process/temporary_folder.hpp"
#include "stentor/core/campaign/draft.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace stentor;
using namespace stentor::app;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Answers what the test wants and remembers what it was asked.
struct fake_daemon {
  std::vector<remote_answer> answers;
  std::vector<std::string> asked;
  std::vector<std::string> bodies;
  std::string uploaded, exported;
  remote_options options;
  bool reachable = true;

  core::result<remote_answer> next(std::string_view method, std::string_view target,
                                   std::string body) {
    asked.push_back(std::string{method} + " " + std::string{target});
    bodies.push_back(std::move(body));
    if (!reachable)
      return core::error{core::errc::unavailable, "nobody answers at 127.0.0.1:8080"};
    auto answer = answers.empty() ? remote_answer{200, "{}"} : answers.front();
    if (answers.size() > 1)
      answers.erase(answers.begin());
    return answer;
  }
};

class fake_remote final : public remote {
public:
  explicit fake_remote(fake_daemon& d) : daemon_{d} {}
  core::result<remote_answer> request(std::string_view method, std::string_view target,
                                      std::string_view body) override {
    return daemon_.next(method, target, std::string{body});
  }
  core::result<remote_answer> upload(std::string_view target, std::istream& from,
                                     const std::function<void(std::uint64_t)>& progress) override {
    std::ostringstream all;
    all << from.rdbuf();
    daemon_.uploaded = all.str();
    progress(daemon_.uploaded.size());
    return daemon_.next("POST", target, "");
  }
  core::status download(std::string_view target,
                        const std::function<bool(std::string_view)>& write) override {
    daemon_.asked.push_back("GET " + std::string{target});
    if (!daemon_.reachable)
      return core::error{core::errc::not_found, "there is no such campaign"};
    (void)write(daemon_.exported);
    errno = EAGAIN; // as a socket leaves it
    return core::ok{};
  }

private:
  fake_daemon& daemon_;
};

class command_line : public ::testing::Test {
protected:
  int run(std::vector<std::string> arguments, bool terminal = false) {
    world w;
    w.version = "0.1.0";
    w.serve = [this](const ports::configuration& c, const std::string& path) {
      served = path;
      log_format = c.log.format;
      return 0;
    };
    w.demo = [this](const console&, const demo_options& o) {
      demo = o;
      return 0;
    };
    w.connect = [this](const remote_options& o) {
      daemon.options = o;
      return core::result<std::unique_ptr<remote>>{std::make_unique<fake_remote>(daemon)};
    };
    w.database.create_token = [this](const console&, const ports::configuration&,
                                     const database_commands::new_token& t, bool) {
      token = t;
      return 0;
    };
    w.database.list_tokens = [](const console&, const ports::configuration&, const std::string&,
                                bool) { return 0; };
    w.database.revoke_token = [](const console&, const ports::configuration&, const std::string&,
                                 bool) { return 3; };
    w.database.migrate = [](const console&, const ports::configuration&, bool) { return 6; };
    w.pause = [this](int) { ++pauses; };
    out.str("");
    err.str("");
    return app::run(arguments, w, console{out, err, terminal});
  }

  std::string file(const std::string& name, std::string_view text) {
    std::ofstream{folder / name, std::ios::binary} << text;
    return (folder / name).string();
  }

  process::temporary_folder own{"stentor-app"};
  std::filesystem::path folder = own.path();
  fake_daemon daemon;
  std::ostringstream out, err;
  std::string served;
  ports::log_format log_format = ports::log_format::text;
  demo_options demo;
  database_commands::new_token token;
  int pauses = 0;
};

TEST_F(command_line, version_and_help_succeed) {
  EXPECT_EQ(run({"--version"}), 0);
  EXPECT_EQ(out.str(), "stentor 0.1.0\n");
  EXPECT_EQ(run({"--help"}), 0);
  for (const auto* word :
       {"serve", "demo", "migrate", "config", "token", "campaign", "why", "Exit status"})
    EXPECT_THAT(out.str(), HasSubstr(word));
}

TEST_F(command_line, nothing_and_nonsense_are_usage_errors) {
  EXPECT_EQ(run({}), 2);
  EXPECT_EQ(run({"dance"}), 2);
  EXPECT_EQ(run({"campaign"}), 2);
  EXPECT_EQ(run({"campaign", "start"}), 2);
  EXPECT_EQ(run({"demo", "--recipients", "7"}), 2);
  EXPECT_EQ(run({"campaign", "list", "--status", "sleeping"}), 2);
  EXPECT_THAT(err.str(), Not(IsEmpty()));
}

class every_command : public command_line, public ::testing::WithParamInterface<const char*> {};

TEST_P(every_command, has_help_with_an_example_and_exit_codes) {
  std::istringstream words{GetParam()};
  std::vector<std::string> arguments{std::istream_iterator<std::string>{words}, {}};
  arguments.emplace_back("--help");
  EXPECT_EQ(run(arguments), 0);
  EXPECT_THAT(out.str(), HasSubstr(std::string{"Example: stentor "} + GetParam()));
  EXPECT_THAT(out.str(), HasSubstr("Exit status: 0 done"));
  EXPECT_THAT(out.str(), HasSubstr("--json"));
}

INSTANTIATE_TEST_SUITE_P(commands, every_command,
                         ::testing::Values("serve", "demo", "migrate", "config check",
                                           "config example", "token create", "token list",
                                           "token revoke", "campaign create", "campaign import",
                                           "campaign preflight", "campaign start", "campaign pause",
                                           "campaign resume", "campaign cancel", "campaign status",
                                           "campaign watch", "campaign list", "campaign export",
                                           "why"));

TEST_F(command_line, config_example_prints_a_file_that_config_check_accepts) {
  ASSERT_EQ(run({"config", "example"}), 0);
  const auto path = file("stentor.yaml", out.str());
  EXPECT_EQ(run({"config", "check", "--without-secrets", "-c", path}), 0);
  EXPECT_THAT(out.str(),
              HasSubstr("is in order: 1 sending number, embedded database in /var/lib/stentor"));
}

TEST_F(command_line, config_check_lists_mistakes) {
  const auto path = file("bad.yaml", "http:\n  lissen: x\n");
  EXPECT_EQ(run({"config", "check", "-c", path}), 2);
  EXPECT_THAT(err.str(),
              HasSubstr("bad.yaml:2:3: http.lissen: is no setting; did you mean http.listen?"));
  EXPECT_EQ(run({"config", "check", "--json", "-c", path}), 2);
  EXPECT_THAT(out.str(), HasSubstr("\"ok\":false"));
  EXPECT_EQ(run({"config", "check", "-c", (folder / "none.yaml").string()}), 3);
  EXPECT_THAT(err.str(), HasSubstr("stentor config example"));
}

TEST_F(command_line, serve_gets_the_configuration) {
  const auto path = file("good.yaml", "log: {level: debug}\n");
  EXPECT_EQ(run({"serve", "--config", path}), 0);
  EXPECT_EQ(served, path);
  EXPECT_EQ(log_format, ports::log_format::text);
  EXPECT_EQ(run({"serve", "--json", "--config", path}), 0);
  EXPECT_EQ(log_format, ports::log_format::json);
  EXPECT_EQ(run({"migrate", "--config", path}), 6);
}

TEST_F(command_line, token_create_takes_the_configured_organization) {
  const auto path = file("good.yaml", "organization: {name: Bali Tours}\n");
  EXPECT_EQ(run({"token", "create", "-c", path, "--name", "x", "--role", "operator"}), 0);
  EXPECT_EQ(token.organization, "Bali Tours");
  EXPECT_EQ(token.role, "operator");
  EXPECT_EQ(run({"token", "create", "-c", path, "--name", "x", "--role", "king"}), 2);
  EXPECT_EQ(run({"token", "revoke", "-c", path, "nobody"}), 3);
}

TEST_F(command_line, demo_options_arrive) {
  EXPECT_EQ(run({"demo", "--recipients", "500", "--once", "--json", "--seed", "7"}), 0);
  EXPECT_EQ(demo.recipients, 500);
  EXPECT_TRUE(demo.once && demo.json && !demo.keep);
  EXPECT_EQ(demo.seed, 7U);
}

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
  EXPECT_THAT(err.str(), HasSubstr("templateVariables must be a JSON object"));
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
    EXPECT_EQ(run({"campaign", action, "a/b"}), 0);
  EXPECT_EQ(run({"campaign", "start", "abc"}), 0);
  EXPECT_THAT(daemon.asked, ElementsAre("POST /api/whatsapp/campaigns/a%2Fb/pause",
                                        "POST /api/whatsapp/campaigns/a%2Fb/resume",
                                        "POST /api/whatsapp/campaigns/a%2Fb/cancel",
                                        "POST /api/whatsapp/campaigns/abc/send"));
}

TEST_F(command_line, problems_become_sentences_and_exit_codes) {
  const std::pair<int, int> expected[] = {{400, 2}, {401, 5}, {403, 5}, {404, 3}, {409, 4},
                                          {422, 2}, {429, 6}, {500, 1}, {503, 6}};
  for (const auto& [status, code] : expected) {
    daemon.answers = {
        {status, R"({"title":"No","detail":"it is running","errors":["first thing"]})"}};
    EXPECT_EQ(run({"campaign", "start", "abc"}), code) << status;
    EXPECT_THAT(err.str(), HasSubstr("stentor: it is running\n  first thing"));
  }
  daemon.answers = {{502, "<html>"}};
  EXPECT_EQ(run({"campaign", "status", "abc"}), 1);
  EXPECT_THAT(err.str(), HasSubstr("status 502"));
  daemon.reachable = false;
  EXPECT_EQ(run({"campaign", "status", "abc"}), 6);
  EXPECT_THAT(err.str(), HasSubstr("nobody answers"));
}

TEST_F(command_line, wrong_fields_are_a_line_each) {
  daemon.answers = {{422, R"({"detail":"2 fields are wrong: a is required.","errors":[
      {"field":"a","message":"is required"},{"field":"b","message":"expected a number"}]})"}};
  EXPECT_EQ(run({"campaign", "start", "abc"}), 2);
  EXPECT_EQ(err.str(), "stentor: 2 fields are wrong: a is required.\n  a is required\n"
                       "  b expected a number\n");
  daemon.answers = {{422, R"({"detail":"One field is wrong: a is required.","errors":[
      {"field":"a","message":"is required"}]})"}};
  EXPECT_EQ(run({"campaign", "start", "abc"}), 2);
  EXPECT_EQ(err.str(), "stentor: One field is wrong: a is required.\n") << "once is enough";
}

TEST_F(command_line, start_says_whether_it_starts_or_waits) {
  daemon.answers = {{202, R"({"status":"sending"})"}};
  EXPECT_EQ(run({"campaign", "start", "abc"}), 0);
  EXPECT_EQ(out.str(), "Started.\n");
  daemon.answers = {
      {202, R"({"status":"scheduled","scheduledFor":"2030-01-01T08:00:00.123456+00:00"})"}};
  EXPECT_EQ(run({"campaign", "start", "abc"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Scheduled for 2030-01-01T08:00:00Z"));
}

TEST_F(command_line, start_and_preflight_call_an_obstacle_by_the_same_status) {
  daemon.answers = {{422, R"({"detail":"The campaign can't start. There is no number.",
      "obstacles":[{"code":"no_number","params":{},"text":"There is no number."}]})"}};
  EXPECT_EQ(run({"campaign", "start", "abc"}), 4);
  EXPECT_EQ(err.str(), "stentor: The campaign can't start. There is no number.\n");
}

TEST_F(command_line, preflight_tells_a_script_whether_to_go_on) {
  daemon.answers = {
      {200, R"({"ready":true,"obstacles":[],"warnings":[{"text":"one is paused"}]})"}};
  EXPECT_EQ(run({"campaign", "preflight", "abc"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("Nothing is in the way.\nNote: one is paused\n"));
  daemon.answers = {
      {200,
       R"({"ready":false,"obstacles":[{"code":"no_number","params":{},"text":"no number"}]})"}};
  EXPECT_EQ(run({"campaign", "preflight", "abc"}), 4);
  EXPECT_THAT(out.str(), HasSubstr("In the way: no number"));
  EXPECT_EQ(run({"campaign", "preflight", "abc", "--json"}), 4);
  EXPECT_EQ(out.str(), daemon.answers[0].body + "\n");
}

TEST_F(command_line, import_streams_the_file_and_reports) {
  const auto path = file("list.csv", "phone\n+4915100000001\n");
  daemon.answers = {{200, R"({"rowsRead":1200,"rowsAdded":1100,"rowsBad":2,"sendable":1000,
      "screened":{"no_consent":100,"duplicate":0},"problems":[{"line":7,"problem":{"code":"text","params":{},"text":"no phone number"}}]})"}};
  EXPECT_EQ(run({"campaign", "import", "abc", path}), 0);
  EXPECT_EQ(daemon.uploaded, "phone\n+4915100000001\n");
  EXPECT_EQ(out.str(), "1,200 rows read, 1,100 added, 1,000 of them can be sent to, 2 bad\n"
                       "  screened out, no consent: 100\n  line 7: no phone number\n");
  EXPECT_THAT(err.str(), IsEmpty()) << "no progress when nobody looks on";
  EXPECT_EQ(run({"campaign", "import", "abc", path}, true), 0);
  EXPECT_THAT(err.str(), HasSubstr("importing [####"));
  EXPECT_EQ(run({"campaign", "import", "abc", (folder / "none.csv").string()}), 3);
}

TEST_F(command_line, import_takes_the_phone_column_by_name) {
  const auto path = file("list.csv", "Mobile No,x\n+4915100000001,1\n");
  daemon.answers = {{200, R"({"rowsRead":1,"rowsAdded":1,"rowsBad":0,"sendable":1,
      "columns":{"phoneNumber":"Mobile No"}})"}};
  EXPECT_EQ(run({"campaign", "import", "abc", path, "--phone-column", "Mobile No"}), 0);
  EXPECT_EQ(daemon.asked.back(), "POST /api/whatsapp/campaigns/abc/recipients?map="
                                 "%7B%22phoneNumber%22%3A%22Mobile%20No%22%7D");
  EXPECT_THAT(out.str(), HasSubstr("column \"Mobile No\""));
}

TEST_F(command_line, watch_ends_with_the_campaign) {
  daemon.answers = {
      {200, R"({"name":"n","status":"sending","totalRecipients":10,"sentCount":4})"},
      {200, R"({"name":"n","status":"completed","totalRecipients":10,"sentCount":10})"}};
  EXPECT_EQ(run({"campaign", "watch", "abc"}), 0);
  EXPECT_EQ(pauses, 1);
  EXPECT_THAT(out.str(), HasSubstr("100.0 %"));
  daemon.answers = {
      {200, R"({"status":"completed","totalRecipients":10,"sentCount":9,"failedCount":1})"}};
  EXPECT_EQ(run({"campaign", "watch", "--json", "abc"}), 7);
  EXPECT_THAT(out.str(), HasSubstr("\"failedCount\":1"));
  daemon.answers = {{200, R"({"status":"cancelled","totalRecipients":10})"}};
  EXPECT_EQ(run({"campaign", "watch", "abc"}), 7);
}

TEST_F(command_line, export_writes_where_it_is_told) {
  daemon.exported = "phone,status\n+49151,sent\n";
  EXPECT_EQ(run({"campaign", "export", "abc"}), 0);
  EXPECT_EQ(out.str(), daemon.exported);
  const auto path = (folder / "out.csv").string();
  EXPECT_EQ(run({"campaign", "export", "abc", "-o", path}), 0);
  EXPECT_EQ(std::filesystem::file_size(path), daemon.exported.size());
  EXPECT_EQ(run({"campaign", "export", "abc", "-o", path, "--json"}), 0);
  EXPECT_EQ(out.str(), R"({"bytes":25,"file":")" + path + "\"}\n");
  EXPECT_EQ(run({"campaign", "export", "abc", "--raw"}), 0);
  EXPECT_EQ(daemon.asked.back(), "GET /api/whatsapp/campaigns/abc/export?raw=1");
  EXPECT_EQ(run({"campaign", "export", "abc", "--json"}), 2) << "it has no place for both";
  EXPECT_EQ(run({"campaign", "export", "abc", "-o", (folder / "no" / "out.csv").string()}), 3);
  EXPECT_THAT(err.str(), HasSubstr("No such file or directory"));
  daemon.reachable = false;
  EXPECT_EQ(run({"campaign", "export", "abc"}), 3);
  EXPECT_EQ(run({"campaign", "export", "abc", "-o", path}), 3);
  EXPECT_EQ(std::filesystem::file_size(path), daemon.exported.size()) << "the old file stays";
}

TEST_F(command_line, why_tells_the_story) {
  daemon.answers = {
      {200,
       R"({"recipient":{"phoneNumber":"+49151","status":"failed","errorCode":"131026","errorMessage":"undeliverable"},
    "events":[{"at":"2026-01-01T00:00:00Z","kind":"accepted","attempt":0},
    {"at":"2026-01-01T00:00:02Z","kind":"failed","attempt":0,"code":131026}]})"}};
  EXPECT_EQ(run({"why", "abc", "+49151"}), 0);
  EXPECT_THAT(daemon.asked, ElementsAre("GET /api/whatsapp/campaigns/abc/recipients/%2B49151"));
  EXPECT_THAT(out.str(), HasSubstr("error 131026: undeliverable"));
  EXPECT_THAT(out.str(), HasSubstr("2026-01-01T00:00:02Z"));
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
