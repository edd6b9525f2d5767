/// The admin API, the command line and the plain endpoints of a real daemon: who may do what, bad
/// input, and how programs end.

#include "tests/adapters/http_server/support/raw_client.hpp"
#include "tests/integration/house.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace stentor::testing {
namespace {

class from_outside : public ::testing::Test {
protected:
  void SetUp() override { h.tidy(); }
  answer upload(const made_campaign& c, const std::string& csv) {
    return h.call("POST", house::path(c, "/recipients"), csv, "text/csv");
  }
  house& h = house::one();
};

std::string utf16(std::string_view ascii) {
  std::string text = "\xff\xfe";
  for (const char c : ascii)
    (text += c) += '\0';
  return text;
}

} // namespace

TEST_F(from_outside, plain_endpoints_answer) {
  EXPECT_EQ(h.call_as("", "GET", "/healthz").status, 200);
  EXPECT_EQ(h.call_as("", "GET", "/readyz").status, 200);
  const auto metrics = h.call_as("", "GET", "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.text.find("# TYPE stentor_"), std::string::npos);
  const auto described = h.call_as("", "GET", "/api/openapi.json");
  EXPECT_EQ(described.status, 200);
  EXPECT_TRUE(described.body().contains("paths"));
  EXPECT_EQ(h.call_as("", "GET", "/nowhere").status, 404);
}

TEST_F(from_outside, tokens_see_their_organization_and_end_when_revoked) {
  const auto c = h.create(3);
  EXPECT_EQ(h.call_as("", "GET", house::path(c)).status, 401);
  EXPECT_EQ(h.call_as("stentor_wrong", "GET", house::path(c)).status, 401);
  const auto [other_id, other] = h.make_token("Somebody else", "admin");
  for (const auto* rest : {"", "/stats", "/recipients", "/export", "/recipients/1"})
    EXPECT_EQ(h.call_as(other, "GET", house::path(c, rest)).status, 404) << rest;
  for (const auto* rest : {"/send", "/pause", "/cancel", "/preflight"})
    EXPECT_EQ(h.call_as(other, "POST", house::path(c, rest)).status, 404) << rest;
  const auto [viewer_id, viewer] = h.make_token("Tests", "viewer");
  EXPECT_EQ(h.call_as(viewer, "GET", house::path(c)).status, 200);
  EXPECT_EQ(h.call_as(viewer, "POST", house::path(c, "/send")).status, 403);
  EXPECT_EQ(h.run({"token", "revoke", viewer_id, "--config", h.configuration_file()}).status, 0);
  EXPECT_TRUE(h.wait("the token's end", 15s,
                     [&] { return h.call_as(viewer, "GET", house::path(c)).status == 401; }));
}

TEST_F(from_outside, a_running_campaign_is_not_changed) {
  const auto c = h.launch(40, {{"rateLimit", 60}});
  EXPECT_EQ(h.call("PUT", house::path(c), R"({"name":"Another"})").status, 409);
  EXPECT_EQ(h.call("POST", house::path(c, "/send")).status, 409);
  EXPECT_EQ(upload(c, "phone,marketing_opt_in\n" + h.people(1).front() + ",yes\n").status, 409);
  EXPECT_EQ(h.call("POST", house::path(c, "/cancel")).status, 200);
}

TEST_F(from_outside, every_change_is_one_row_of_the_audit_log) {
  const auto c = h.create(2);
  EXPECT_EQ(h.call("PUT", house::path(c), R"({"name":"Another"})").status, 200);
  h.send(c);
  EXPECT_EQ(house::blame(h.settled(c)), "");
  const auto gone = h.create(0);
  EXPECT_EQ(h.call("DELETE", house::path(gone)).status, 204);
  EXPECT_EQ(h.call("POST", house::path(gone, "/send")).status, 404);
  std::vector<std::string> done, undone;
  const auto log = h.call("GET", "/api/whatsapp/audit?limit=50").body();
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
  const auto p = h.people(8);
  const auto c = h.create(0);
  const auto refused = [&](const std::string& csv, const char* what) {
    const auto said = upload(c, csv);
    EXPECT_TRUE(said.status == 400 || said.status == 422)
        << what << ": " << said.status << said.text;
    EXPECT_FALSE(said.body().value("detail", "").empty()) << what;
  };
  h.write("empty.csv", "");
  const auto empty = h.cli({"campaign", "import", c.id, (h.folder() / "empty.csv").string()});
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
  const auto c = h.create(0);
  const auto before = h.daemon_rss_kb();
  ASSERT_GT(before, 0);
  std::ifstream token_file{h.folder() / "api-token"};
  std::string token;
  std::getline(token_file, token);
  const std::string megabyte(1U << 20U, ' ');
  for (const auto& target : {std::string{"/api/whatsapp/campaigns"}, house::path(c),
                             house::path(c, "/recipients"), std::string{"/webhooks/whatsapp"}}) {
    const auto head = (target == house::path(c) ? "PUT " : "POST ") + target +
                      " HTTP/1.1\r\nHost: tests\r\nAuthorization: Bearer " + token +
                      "\r\nX-Hub-Signature-256: sha256=" + std::string(64, '0') +
                      "\r\nContent-Type: application/json\r\n";
    const auto stream = [&](const std::string& how, const std::string& piece) {
      test::raw_client wire{static_cast<std::uint16_t>(h.port())};
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
  EXPECT_LT(h.daemon_rss_kb() - before, sanitized ? 500'000 : 60'000) << "KiB more than before";
  EXPECT_EQ(h.call("GET", "/healthz").status, 200);
}

TEST_F(from_outside, the_command_line_runs_a_campaign) {
  const auto made =
      h.cli({"campaign", "create", "--name", "By hand", "--template", "tour_package_marketing",
             "--variables", R"({"1":"{{name}}","2":"Lisbon","button.0":"x"})"});
  ASSERT_EQ(made.status, 0) << made.output;
  const auto id = made.output.substr(0, made.output.find('\n'));
  std::string csv = "phone,name,marketing_opt_in\n";
  const auto phones = h.people(25);
  for (const auto& phone : phones)
    csv += phone + ",Ana,yes\n";
  h.write("list.csv", csv);
  const auto file = (h.folder() / "list.csv").string();
  EXPECT_EQ(h.cli({"campaign", "import", id, file}).status, 0);
  EXPECT_EQ(h.cli({"campaign", "preflight", id}).status, 0);
  EXPECT_EQ(h.cli({"campaign", "start", id}).status, 0);
  const auto watched = h.cli({"campaign", "watch", id, "--json", "--interval-ms", "100"});
  EXPECT_EQ(watched.status, 0) << watched.output;
  std::istringstream lines{watched.output};
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(json::accept(line)) << line;
    last = line;
  }
  EXPECT_EQ(json::parse(last, nullptr, false).value("status", ""), "completed");

  const auto why = h.cli({"why", id, phones[7]});
  EXPECT_EQ(why.status, 0);
  EXPECT_NE(why.output.find("Meta"), std::string::npos) << why.output;
  const auto out = (h.folder() / "result.csv").string();
  EXPECT_EQ(h.cli({"campaign", "export", id, "--output", out}).status, 0);
  std::ifstream exported{out};
  int rows = 0;
  for (std::string row; std::getline(exported, row);)
    ++rows;
  EXPECT_EQ(rows, 26);
  EXPECT_EQ(h.cli({"campaign", "status", id}).status, 0);
  EXPECT_EQ(h.cli({"campaign", "list", "--json"}).status, 0);

  EXPECT_EQ(h.cli({"campaign", "start", id}).status, 4) << "it is over";
  const std::string nobody = "00000000-0000-0000-0000-000000000000";
  EXPECT_EQ(h.cli({"campaign", "status", nobody}).status, 3);
  EXPECT_EQ(h.cli({"campaign", "import", id, "/nowhere.csv"}).status, 3);
  EXPECT_EQ(h.cli({"campaign", "create", "--name", "x"}).status, 2);
  h.write("wrong-token", "stentor_wrong\n");
  const auto wrong = (h.folder() / "wrong-token").string();
  const auto url = "http://127.0.0.1:" + std::to_string(h.port());
  EXPECT_EQ(h.run({"campaign", "list", "--url", url, "--token-file", wrong}).status, 5);
  EXPECT_EQ(
      h.run({"campaign", "list", "--url", "http://127.0.0.1:1", "--token-file", wrong}).status, 6);
}

TEST_F(from_outside, watch_tells_that_not_all_were_reached) {
  h.faults({{"errors", {{"131009", 1.0}}}});
  const auto c = h.launch(5);
  EXPECT_EQ(h.cli({"campaign", "watch", c.id, "--interval-ms", "100"}).status, 7);
}

} // namespace stentor::testing
