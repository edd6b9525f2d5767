/// The admin API, the command line and the plain endpoints of a real daemon: who may do what, bad
/// input, and how programs end.

#include "tests/adapters/http_server/support/raw_client.hpp"
#include "tests/support/test_environment.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace stentor::testing {
namespace {

class from_outside : public ::testing::Test {
protected:
  void SetUp() override { env.reset(); }
  answer upload(const made_campaign& c, const std::string& csv) {
    return env.api.call("POST", path_of(c, "/recipients"), csv, "text/csv");
  }
  test_environment& env = test_environment::one();
};

std::string utf16(std::string_view ascii) {
  std::string text = "\xff\xfe";
  for (const char c : ascii)
    (text += c) += '\0';
  return text;
}

} // namespace

TEST_F(from_outside, plain_endpoints_answer) {
  EXPECT_EQ(env.api.call_as("", "GET", "/healthz").status, 200);
  EXPECT_EQ(env.api.call_as("", "GET", "/readyz").status, 200);
  const auto metrics = env.api.call_as("", "GET", "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.text.find("# TYPE stentor_"), std::string::npos);
  const auto described = env.api.call_as("", "GET", "/api/openapi.json");
  EXPECT_EQ(described.status, 200);
  EXPECT_TRUE(described.body().contains("paths"));
  EXPECT_EQ(env.api.call_as("", "GET", "/nowhere").status, 404);
}

TEST_F(from_outside, tokens_see_their_organization_and_end_when_revoked) {
  const auto c = env.campaigns.create(3);
  EXPECT_EQ(env.api.call_as("", "GET", path_of(c)).status, 401);
  EXPECT_EQ(env.api.call_as("stentor_wrong", "GET", path_of(c)).status, 401);
  const auto [other_id, other] = env.daemon.make_token("Somebody else", "admin");
  for (const auto* rest : {"", "/stats", "/recipients", "/export", "/recipients/1"})
    EXPECT_EQ(env.api.call_as(other, "GET", path_of(c, rest)).status, 404) << rest;
  for (const auto* rest : {"/send", "/pause", "/cancel", "/preflight"})
    EXPECT_EQ(env.api.call_as(other, "POST", path_of(c, rest)).status, 404) << rest;
  const auto [viewer_id, viewer] = env.daemon.make_token("Tests", "viewer");
  EXPECT_EQ(env.api.call_as(viewer, "GET", path_of(c)).status, 200);
  EXPECT_EQ(env.api.call_as(viewer, "POST", path_of(c, "/send")).status, 403);
  EXPECT_EQ(
      env.daemon.run({"token", "revoke", viewer_id, "--config", env.configuration_file()}).status,
      0);
  EXPECT_TRUE(env.daemon.wait("the token's end", 15s, [&] {
    return env.api.call_as(viewer, "GET", path_of(c)).status == 401;
  }));
}

TEST_F(from_outside, a_running_campaign_is_not_changed) {
  const auto c = env.campaigns.launch(40, {{"rateLimit", 60}});
  EXPECT_EQ(env.api.call("PUT", path_of(c), R"({"name":"Another"})").status, 409);
  EXPECT_EQ(env.api.call("POST", path_of(c, "/send")).status, 409);
  EXPECT_EQ(
      upload(c, "phone,marketing_opt_in\n" + env.campaigns.people(1).front() + ",yes\n").status,
      409);
  EXPECT_EQ(env.api.call("POST", path_of(c, "/cancel")).status, 200);
}

TEST_F(from_outside, every_change_is_one_row_of_the_audit_log) {
  const auto c = env.campaigns.create(2);
  EXPECT_EQ(env.api.call("PUT", path_of(c), R"({"name":"Another"})").status, 200);
  env.campaigns.send(c);
  EXPECT_EQ(violations(env.campaigns.wait_until_settled(c)), "");
  const auto gone = env.campaigns.create(0);
  EXPECT_EQ(env.api.call("DELETE", path_of(gone)).status, 204);
  EXPECT_EQ(env.api.call("POST", path_of(gone, "/send")).status, 404);
  std::vector<std::string> done, undone;
  const auto log = env.api.call("GET", "/api/whatsapp/audit?limit=50").body();
  for (const auto& row : log.value("data", json::array())) { // the newest first
    const auto subject = row.value("subject", "");
    if (subject == c.id)
      done.insert(done.begin(), row.value("action", ""));
    if (subject == gone.id)
      undone.insert(undone.begin(), row.value("action", ""));
    EXPECT_FALSE(row.value("actor", "").empty());
  }
  EXPECT_EQ(done, (std::vector<std::string>{"campaign.create", "campaign.import", "campaign.update",
                                            "campaign.launch"}));
  EXPECT_EQ(undone, (std::vector<std::string>{"campaign.create", "campaign.delete"}));
}

TEST_F(from_outside, bad_lists_are_refused_with_a_reason_and_good_ones_read) {
  const auto p = env.campaigns.people(8);
  const auto c = env.campaigns.create(0);
  const auto refused = [&](const std::string& csv, const char* what) {
    const auto said = upload(c, csv);
    EXPECT_TRUE(said.status == 400 || said.status == 422)
        << what << ": " << said.status << said.text;
    EXPECT_FALSE(said.body().value("detail", "").empty()) << what;
  };
  env.write("empty.csv", "");
  const auto empty =
      env.daemon.cli({"campaign", "import", c.id, (env.folder() / "empty.csv").string()});
  EXPECT_EQ(empty.status, 2) << empty.output;
  refused("name,city\nAna,Lisbon\n", "no column of phone numbers");
  refused(std::string("\x7f"
                      "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
                      16),
          "a program");
  const auto added = [&](const std::string& csv) {
    const auto said = upload(c, csv);
    EXPECT_EQ(said.status, 200) << said.text;
    return said.body().is_object() ? said.body().value("rowsAdded", -1) : -1;
  };
  EXPECT_EQ(added("\xef\xbb\xbfphone,marketing_opt_in\r\n" + p[0] + ",yes\r\n"), 1) << "a BOM";
  EXPECT_EQ(added("phone;marketing_opt_in\n" + p[1] + ";yes\n" + p[2] + ";yes"), 2) << "semicolons";
  EXPECT_EQ(added("phone\tmarketing_opt_in\n" + p[3] + "\tyes\n"), 1) << "tabs";
  const auto wide = upload(c, utf16("phone,marketing_opt_in\n" + p[4] + ",yes\n"));
  EXPECT_TRUE(wide.status == 200 ? wide.body().value("rowsAdded", 0) == 1
                                 : wide.text.find("UTF") != std::string::npos)
      << wide.text;
  const auto mixed =
      upload(c, "phone,marketing_opt_in\n" + p[5] + ",yes\nnobody,yes\n" + p[6] + ",yes\n,\n");
  EXPECT_EQ(mixed.status, 200);
  EXPECT_EQ(mixed.body().value("sendable", 0), 2) << mixed.text;
  EXPECT_EQ(mixed.body()["screened"].value("invalid_number", 0), 1) << "kept, with its reason";
}

TEST_F(from_outside, a_gigabyte_is_refused_without_growing) {
  const auto c = env.campaigns.create(0);
  const auto before = env.daemon.rss_kb();
  ASSERT_GT(before, 0);
  std::ifstream token_file{env.folder() / "api-token"};
  std::string token;
  std::getline(token_file, token);
  const std::string megabyte(1U << 20U, ' ');
  for (const auto& target : {std::string{"/api/whatsapp/campaigns"}, path_of(c),
                             path_of(c, "/recipients"), std::string{"/webhooks/whatsapp"}}) {
    const auto head = (target == path_of(c) ? "PUT " : "POST ") + target +
                      " HTTP/1.1\r\nHost: tests\r\nAuthorization: Bearer " + token +
                      "\r\nX-Hub-Signature-256: sha256=" + std::string(64, '0') +
                      "\r\nContent-Type: application/json\r\n";
    const auto stream = [&](const std::string& how, const std::string& piece) {
      test::raw_client wire{static_cast<std::uint16_t>(env.daemon.port())};
      ASSERT_TRUE(wire.send(head + how + "\r\n\r\n"));
      int sent = 0;
      while (sent < 1024 && !wire.has_bytes() && wire.send(piece))
        ++sent;
      EXPECT_LT(sent, 64) << "MiB were taken before the refusal: " << target << " " << how;
      EXPECT_EQ(wire.response().substr(9, 3), "413") << target << " " << how;
    };
    stream("Content-Length: 1073741824", megabyte);
    stream("Transfer-Encoding: chunked", "100000\r\n" + megabyte + "\r\n");
  }
  // One endless line of a list.
  const auto line = upload(c, "phone,name\n+4915112345678,\"" + std::string(64U << 20U, 'a'));
  EXPECT_NE(line.status, 500) << line.text;
  EXPECT_LT(env.daemon.rss_kb() - before, sanitized ? 500'000 : 60'000) << "KiB more than before";
  EXPECT_EQ(env.api.call("GET", "/healthz").status, 200);
}

TEST_F(from_outside, the_command_line_runs_a_campaign) {
  const auto made = env.daemon.cli({"campaign", "create", "--name", "By hand", "--template",
                                    "tour_package_marketing", "--variables",
                                    R"({"1":"{{name}}","2":"Lisbon","button.0":"x"})"});
  ASSERT_EQ(made.status, 0) << made.output;
  const auto id = made.output.substr(0, made.output.find('\n'));
  std::string csv = "phone,name,marketing_opt_in\n";
  const auto phones = env.campaigns.people(25);
  for (const auto& phone : phones)
    csv += phone + ",Ana,yes\n";
  env.write("list.csv", csv);
  const auto file = (env.folder() / "list.csv").string();
  EXPECT_EQ(env.daemon.cli({"campaign", "import", id, file}).status, 0);
  EXPECT_EQ(env.daemon.cli({"campaign", "preflight", id}).status, 0);
  EXPECT_EQ(env.daemon.cli({"campaign", "start", id}).status, 0);
  const auto watched = env.daemon.cli({"campaign", "watch", id, "--json", "--interval-ms", "100"});
  EXPECT_EQ(watched.status, 0) << watched.output;
  std::istringstream lines{watched.output};
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(json::accept(line)) << line;
    last = line;
  }
  EXPECT_EQ(json::parse(last, nullptr, false).value("status", ""), "completed");

  const auto why = env.daemon.cli({"why", id, phones[7]});
  EXPECT_EQ(why.status, 0);
  EXPECT_NE(why.output.find("Meta"), std::string::npos) << why.output;
  const auto out = (env.folder() / "result.csv").string();
  EXPECT_EQ(env.daemon.cli({"campaign", "export", id, "--output", out}).status, 0);
  std::ifstream exported{out};
  int rows = 0;
  for (std::string row; std::getline(exported, row);)
    ++rows;
  EXPECT_EQ(rows, 26);
  EXPECT_EQ(env.daemon.cli({"campaign", "status", id}).status, 0);
  EXPECT_EQ(env.daemon.cli({"campaign", "list", "--json"}).status, 0);

  EXPECT_EQ(env.daemon.cli({"campaign", "start", id}).status, 4) << "it is over";
  const std::string nobody = "00000000-0000-0000-0000-000000000000";
  EXPECT_EQ(env.daemon.cli({"campaign", "status", nobody}).status, 3);
  EXPECT_EQ(env.daemon.cli({"campaign", "import", id, "/nowhere.csv"}).status, 3);
  EXPECT_EQ(env.daemon.cli({"campaign", "create", "--name", "x"}).status, 2);
  env.write("wrong-token", "stentor_wrong\n");
  const auto wrong = (env.folder() / "wrong-token").string();
  const auto url = "http://127.0.0.1:" + std::to_string(env.daemon.port());
  EXPECT_EQ(env.daemon.run({"campaign", "list", "--url", url, "--token-file", wrong}).status, 5);
  EXPECT_EQ(
      env.daemon.run({"campaign", "list", "--url", "http://127.0.0.1:1", "--token-file", wrong})
          .status,
      6);
}

TEST_F(from_outside, watch_tells_that_not_all_were_reached) {
  env.simulator.faults({{"errors", {{"131009", 1.0}}}});
  const auto c = env.campaigns.launch(5);
  EXPECT_EQ(env.daemon.cli({"campaign", "watch", c.id, "--interval-ms", "100"}).status, 7);
}

} // namespace stentor::testing
