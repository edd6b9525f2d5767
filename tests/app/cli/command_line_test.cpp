/// The command line as a user types it, with a fake daemon behind it: help texts, exit statuses,
/// requests, and what is printed.

#include "tests/app/cli/support/fake_daemon.hpp"

namespace {

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

TEST_F(command_line, what_is_unknown_is_named) {
  EXPECT_EQ(run({"serv"}), 2);
  EXPECT_THAT(err.str(), HasSubstr("there is no command \"serv\"; did you mean serve?"));
  EXPECT_EQ(run({"campaign", "stop", an_id}), 2);
  EXPECT_THAT(err.str(),
              HasSubstr("there is no command \"campaign stop\"; `stentor campaign --help`"));
  EXPECT_EQ(run({"version"}), 0);
  EXPECT_EQ(out.str(), "stentor 0.1.0\n");
  EXPECT_EQ(run({"help"}), 0);
  EXPECT_THAT(out.str(), HasSubstr("campaign"));
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

INSTANTIATE_TEST_SUITE_P(
    commands, every_command,
    ::testing::Values("serve", "demo", "migrate", "config check", "config example", "token create",
                      "token list", "token revoke", "campaign create", "campaign import",
                      "campaign preflight", "campaign start", "campaign pause", "campaign resume",
                      "campaign cancel", "campaign status", "campaign watch", "campaign settle",
                      "campaign retry", "campaign list", "campaign export", "status",
                      "template list", "template sync", "number list", "number pause",
                      "number resume", "node list", "portfolio list", "suppression list",
                      "suppression add", "suppression remove", "segment list", "segment show",
                      "segment create", "segment count", "segment delete", "job list", "job show",
                      "job cancel", "why"));

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

TEST_F(command_line, config_check_is_as_strict_as_serve) {
  const auto path = file("good.yaml", "log: {level: debug}\n");
  start.warnings = {"somebody sees a secret"};
  EXPECT_EQ(run({"config", "check", "-c", path}), 0);
  EXPECT_THAT(err.str(), HasSubstr("warning: somebody sees a secret"));
  start.problems = {"no folder", "no certificate"};
  EXPECT_EQ(run({"config", "check", "-c", path}), 2);
  EXPECT_THAT(err.str(), HasSubstr(path + ": no folder\n" + path + ": no certificate"));
  EXPECT_EQ(run({"serve", "-c", path}), 2) << "which a supervisor must not repeat";
  EXPECT_EQ(served, "");
  EXPECT_EQ(run({"config", "check", "--json", "-c", path}), 2);
  EXPECT_THAT(out.str(), HasSubstr("\"ok\":false"));
  EXPECT_THAT(out.str(), HasSubstr("somebody sees a secret"));
}

TEST_F(command_line, serve_gets_the_configuration) {
  const auto path = file("good.yaml", "log: {level: debug}\n");
  EXPECT_EQ(run({"serve", "--config", path}), 0);
  EXPECT_TRUE(signals_waited_for_check) << "a reload during the start must not end the daemon";
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

} // namespace
