/// The admin API over real sockets: roles, organizations, strict input, commands, streams.

#include "stentor/core/base/percent.hpp"
#include "tests/adapters/http_server/support/raw_client.hpp"
#include "tests/api/support/fakes.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace stentor;
using namespace stentor::test;
using nlohmann::json;

namespace {

const std::string campaigns = "/api/whatsapp/campaigns";

} // namespace

TEST_F(api_test, tokens_and_roles) {
  expect_problem(ask("GET", campaigns, {}, ""), 401, "Bearer");
  EXPECT_TRUE(refusals.empty());
  expect_problem(ask("GET", campaigns, {}, "forged"), 401, "unknown, expired or revoked");
  ASSERT_EQ(refusals.size(), 1U) << "somebody is told, for the log";
  EXPECT_EQ(refusals[0], (std::pair{api::refused_caller::token, std::string{"127.0.0.1"}}));
  EXPECT_EQ(ask("GET", campaigns, {}, "viewer").status, 200);
  expect_problem(ask("POST", campaigns, R"({"name":"n","templateName":"t"})", "viewer"), 403,
                 "operator");
  EXPECT_EQ(ask("POST", campaigns, R"({"name":"n","templateName":"t"})", "operator").status, 201);
  expect_problem(ask("GET", "/api/whatsapp/audit", {}, "operator"), 403, "admin");
  EXPECT_EQ(ask("GET", "/api/whatsapp/audit", {}, "admin").status, 200);
  access.away = true;
  expect_problem(ask("GET", campaigns), 503, "away");
}

TEST_F(api_test, every_protected_route_wants_a_token_and_its_role) {
  std::istringstream document{std::string{api::openapi_document()}};
  const auto paths = json::parse(document)["paths"];
  int protected_routes = 0;
  for (const auto& [pattern, operations] : paths.items())
    for (const auto& [method, operation] : operations.items()) {
      if (!operation.contains("x-role"))
        continue;
      ++protected_routes;
      auto target = pattern;
      for (auto at = target.find('{'); at != std::string::npos; at = target.find('{'))
        target.replace(at, target.find('}') - at + 1, draft_id);
      std::string verb{method};
      for (auto& letter : verb)
        letter = static_cast<char>(letter - 32);
      const auto body = verb == "GET" ? "" : "{}";
      EXPECT_EQ(ask(verb, target, body, "").status, 401) << verb << target;
      EXPECT_EQ(ask(verb, target, body, "forged").status, 401) << verb << target;
      if (operation["x-role"] != "viewer") {
        EXPECT_EQ(ask(verb, target, body, "viewer").status, 403) << verb << target;
      }
      if (operation["x-role"] == "admin") {
        EXPECT_EQ(ask(verb, target, body, "operator").status, 403) << verb << target;
      }
    }
  EXPECT_GT(protected_routes, 20);
}

TEST_F(api_test, another_organizations_campaign_does_not_exist) {
  for (const auto* path : {"", "/stats", "/recipients", "/recipients/1", "/export"})
    expect_problem(ask("GET", campaigns + "/" + foreign_id + path), 404, "no such");
  for (const auto* path : {"/send", "/pause", "/resume", "/cancel", "/preflight"})
    expect_problem(ask("POST", campaigns + "/" + foreign_id + path), 404, "no such");
  expect_problem(ask("DELETE", campaigns + "/" + foreign_id), 404, "no such");
  expect_problem(ask("PUT", campaigns + "/" + foreign_id, "{}"), 404, "no such");
  expect_problem(
      ask("POST", campaigns + "/" + foreign_id + "/recipients", "phone\n1\n", "admin", "text/csv"),
      404, "no such");
  expect_problem(ask("GET", campaigns + "/1%27%20OR%201=1"), 404, "UUID");
  EXPECT_TRUE(engine.commands.empty());
  EXPECT_TRUE(audit.log.empty());
}

TEST_F(api_test, wrong_addresses_methods_and_types) {
  expect_problem(ask("GET", "/api/nothing"), 404, "nothing at this address");
  expect_problem(ask("PATCH", campaigns), 405, "POST, GET");
  expect_problem(ask("POST", campaigns, "a=b", "admin", "application/x-www-form-urlencoded"), 415,
                 "application/json");
  expect_problem(ask("GET", campaigns + "?page=0"), 400, "page");
  expect_problem(ask("GET", campaigns + "?limit=1001"), 400, "limit");
  expect_problem(ask("GET", campaigns + "?limit=5x"), 400, "limit");
  expect_problem(ask("GET", campaigns + "?page=11&limit=1000"), 400, "go on with cursor");
  EXPECT_EQ(ask("GET", campaigns + "?page=10&limit=1000").status, 200);
  expect_problem(ask("GET", campaigns + "?cursor=x"), 400, "nextCursor");
  expect_problem(ask("GET", campaigns + "?cursor=-1"), 400, "nextCursor");
  expect_problem(ask("GET", campaigns + "?cursor=99999999999999999999"), 400, "nextCursor");
  expect_problem(ask("GET", campaigns + "?cursor=7&page=2"), 400, "one of them");
  EXPECT_EQ(ask("GET", campaigns + "?cursor=7").status, 200);
  expect_problem(ask("GET", campaigns + "?colour=red"), 400, "colour");
  expect_problem(ask("GET", campaigns + "?status=wild"), 400, "wild");
  EXPECT_EQ(json::parse(ask("GET", campaigns + "?status=draft&page=2&limit=7").body)["limit"], 7);
}

TEST_F(api_test, malformed_json_of_every_kind) {
  const std::pair<std::string, std::string> wrong[] = {
      {"{", "line 1, column 2"},
      {"{\"name\":}", "column 9"},
      {"{\"name\":\"a\" \"b\"}", "column"},
      {"nonsense", "column"},
      {"{\"name\":\"\xff\"}", "UTF-8"},
      {"{\"name\":\"a\",\"name\":\"b\"}", "twice"},
      {"{\"name\":\"a\",\"templateVariables\":{\"x\":1,\"x\":2}}", "twice"},
      {"{\"templateVariables\":" + std::string(50'000, '[') + "}", "nested"},
      {"{\"name\":\"a\"} x", "column"},
      {"{\"rateLimit\":01}", "column"},
      {"{\"rateLimit\":1e999}", "body"},
  };
  for (const auto& [body, part] : wrong)
    expect_problem(ask("POST", campaigns, body), 400, part);
  expect_problem(ask("POST", campaigns, ""), 415, "application/json");
  const auto nines = ask("POST", campaigns, "{\"rateLimit\":" + std::string(900'000, '9') + "e9}");
  EXPECT_EQ(nines.status, 400);
  EXPECT_LT(nines.body.size(), 2'000U) << "a megabyte is not sent back";
}

TEST_F(api_test, recipients_as_json_and_csv) {
  const auto target = campaigns + "/" + draft_id + "/recipients";
  EXPECT_EQ(
      ask("POST", target,
          R"({"recipients":[{"phoneNumber":"+49151","variables":{"a":"b"},"marketingOptIn":true},{"userId":"u"}]})")
          .status,
      200);
  ASSERT_EQ(recipients.last_people.size(), 2U);
  EXPECT_EQ(recipients.last_people[0].variables, R"({"a":"b"})");
  EXPECT_EQ(recipients.last_people[1].variables, "{}");
  expect_problem(ask("POST", target, R"({"recipients":[{"name":"x"},{"phoneNumber":1,"wild":2}]})"),
                 422, "recipients[0].phoneNumber");
  expect_problem(ask("POST", target, R"({"recipients":[]})"), 422, "at least one");
  std::istringstream csv{"phoneNumber\n" + std::string(10'000'000, '1')};
  const auto up = as("operator").upload(target, "text/csv; charset=utf-8", csv, {});
  ASSERT_TRUE(up.ok()) << up.error().message;
  EXPECT_EQ(up->status, 200) << up->body;
  EXPECT_EQ(json::parse(up->body)["screened"]["duplicate"], 1);
  EXPECT_EQ(json::parse(up->body)["problems"][0]["line"], 4);
  EXPECT_EQ(recipients.imported_bytes, 10'000'012U);
  std::istringstream bad{"no csv" + std::string(10'000'000, '1')};
  const auto refused = as("operator").upload(target, "text/csv", bad, {});
  ASSERT_TRUE(refused.ok()) << refused.error().message;
  expect_problem(*refused, 422, "Line 1");
}

TEST_F(api_test, an_import_can_be_told_which_column_is_which) {
  const auto target = campaigns + "/" + draft_id + "/recipients?map=";
  const auto upload = [&](const std::string& map) {
    std::istringstream csv{"Whom,Agreed\n1,yes\n"};
    return as("operator").upload(target + core::percent_encode(map), "text/csv", csv, {});
  };
  const auto up = upload(R"({"phoneNumber":"Mobile No","marketingOptIn":"Agreed"})");
  ASSERT_TRUE(up.ok()) << up.error().message;
  EXPECT_EQ(up->status, 200) << up->body;
  EXPECT_EQ(recipients.last_columns.phone, "Mobile No");
  EXPECT_EQ(recipients.last_columns.marketing_opt_in, "Agreed");
  EXPECT_EQ(json::parse(up->body)["columns"]["phoneNumber"], "Whom");
  for (const char* wrong : {"Mobile No", "[]", R"({"phone":"x"})", R"({"phoneNumber":1})"}) {
    const auto refused = upload(wrong);
    ASSERT_TRUE(refused.ok()) << refused.error().message;
    expect_problem(*refused, 400, "map");
  }
}

TEST_F(api_test, a_forged_upload_is_refused_before_it_comes) {
  std::istringstream csv{std::string(50'000'000, '1')};
  const auto up =
      as("forged").upload(campaigns + "/" + draft_id + "/recipients", "text/csv", csv, {});
  ASSERT_TRUE(up.ok()) << up.error().message;
  EXPECT_EQ(up->status, 401);
  EXPECT_EQ(recipients.imported_bytes, 0U);
}

TEST_F(api_test, a_forged_body_is_refused_before_it_comes) {
  raw_client c{server->port()};
  ASSERT_TRUE(c.send("POST " + campaigns +
                     " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer forged\r\nContent-Type: "
                     "application/json\r\nContent-Length: 900000\r\n\r\n{\"name\":"));
  EXPECT_TRUE(c.response().starts_with("HTTP/1.1 401 ")) << "though most of it never came";
}

TEST_F(api_test, export_is_streamed) {
  std::uint64_t size = 0;
  const auto how =
      as("viewer").download(campaigns + "/" + draft_id + "/export", [&](std::string_view piece) {
        size += piece.size();
        return true;
      });
  ASSERT_TRUE(how.ok()) << how.error().message;
  EXPECT_EQ(size, 1'000'000U);
  EXPECT_EQ(
      as("viewer")
          .download(campaigns + "/" + foreign_id + "/export", [](std::string_view) { return true; })
          .error()
          .code,
      core::errc::not_found);
}

TEST_F(api_test, held_recipients_are_settled_by_who_may_send) {
  const auto target = campaigns + "/" + draft_id + "/held";
  EXPECT_EQ(ask("GET", target + "?limit=5", {}, "viewer").status, 200);
  EXPECT_EQ(ask("POST", target, R"({"action":"fail","all":true})", "viewer").status, 403);
  const auto all = ask("POST", target, R"({"action":"fail","all":true})", "operator");
  EXPECT_EQ(all.status, 200) << all.body;
  EXPECT_EQ(json::parse(all.body), (json{{"settled", 3}, {"more", false}}));
  EXPECT_EQ(recipients.last_settlement, ports::settlement::give_up);
  EXPECT_EQ(ask("POST", target, R"({"action":"resend","recipients":["5","+49151"]})").status, 200);
  EXPECT_EQ(recipients.last_settlement, ports::settlement::resend);
  EXPECT_EQ(recipients.last_held.recipients, (std::vector<std::string>{"5", "+49151"}));
  for (const auto* wrong :
       {R"({"all":true})", R"({"action":"hold","all":true})", R"({"action":"fail"})",
        R"({"action":"fail","recipients":[]})", R"({"action":"fail","recipients":[5]})",
        R"({"action":"fail","all":true,"recipients":["5"]})"})
    expect_problem(ask("POST", target, wrong), 422, "wrong");
  expect_problem(
      ask("POST", campaigns + "/" + foreign_id + "/held", R"({"action":"fail","all":true})"), 404,
      "no such");
}

TEST_F(api_test, an_export_guards_cells_unless_told_not_to) {
  const auto target = campaigns + "/" + draft_id + "/export";
  const auto take = [&](const std::string& query) {
    return as("viewer").download(target + query, [](std::string_view) { return true; }).ok();
  };
  EXPECT_TRUE(take(""));
  EXPECT_EQ(recipients.last_cells, ports::export_cells::guarded);
  EXPECT_TRUE(take("?raw=1"));
  EXPECT_EQ(recipients.last_cells, ports::export_cells::raw);
  expect_problem(ask("GET", target + "?raw=yes", "", "viewer"), 400, "raw");
  expect_problem(ask("GET", target + "?row=1", "", "viewer"), 400, "row");
}

TEST_F(api_test, suppressions) {
  EXPECT_EQ(ask("POST", "/api/whatsapp/suppressions",
                R"({"phoneNumber":"+4915112345678","reason":"asked by phone"})")
                .status,
            204);
  EXPECT_EQ(ask("DELETE", "/api/whatsapp/suppressions/%2B4915112345678").status, 204);
  ASSERT_EQ(engine.suppressed.size(), 2U);
  EXPECT_EQ(engine.suppressed[0].person, 4915112345678U);
  EXPECT_EQ(engine.suppressed[0].at_ms, 1'700'000'000'000);
  EXPECT_EQ(engine.suppressed[0].organization, 1);
  EXPECT_FALSE(engine.suppressed[0].lift);
  EXPECT_TRUE(engine.suppressed[1].lift);
  expect_problem(ask("POST", "/api/whatsapp/suppressions", R"({"phoneNumber":"abc"})"), 422,
                 "phoneNumber");
  expect_problem(ask("DELETE", "/api/whatsapp/suppressions/%2B49"), 422, "phoneNumber");
  ASSERT_EQ(engine.log.size(), 2U);
  EXPECT_EQ(engine.log[0].subject, "+49***78") << "the audit log names nobody in full";
}

TEST_F(api_test, a_number_is_resumed_by_who_may_send) {
  const std::string target = "/api/whatsapp/numbers/106540352242901/resume";
  expect_problem(ask("POST", target, {}, "viewer"), 403, "operator");
  EXPECT_EQ(ask("POST", target, {}, "operator").status, 200);
  ASSERT_EQ(engine.resumed.size(), 1U);
  EXPECT_EQ(engine.resumed[0], "106540352242901");
  ASSERT_EQ(engine.log.size(), 1U);
  EXPECT_EQ(engine.log[0].action, "number.resume");
  EXPECT_EQ(engine.log[0].who.actor, "token operator");
}

TEST_F(api_test, customers_can_be_read) {
  EXPECT_EQ(json::parse(ask("GET", "/api/whatsapp/customers?limit=7", {}, "viewer").body)["limit"],
            7);
  EXPECT_EQ(ask("GET", "/api/whatsapp/customers/" + std::string{draft_id}, {}, "viewer").status,
            200);
  expect_problem(ask("GET", "/api/whatsapp/customers/7"), 404, "UUID");
  expect_problem(ask("GET", "/api/whatsapp/customers/" + std::string{foreign_id}), 404,
                 "no customer");
}

TEST_F(api_test, a_customer_may_say_since_when) {
  const auto said = [&](const std::string& words) {
    return ask("POST", "/api/whatsapp/customers",
               R"({"customers":[{"phoneNumber":"+4915112345670",)" + words + "}]}", "operator");
  };
  EXPECT_EQ(said(R"("marketingOptIn":true,"marketingOptInAt":"2020-06-01T10:00:00+02:00")").status,
            200);
  expect_problem(said(R"("marketingOptIn":false,"marketingOptInAt":"2020-06-01T10:00:00Z")"), 422,
                 "goes with marketingOptIn: true");
  expect_problem(said(R"("marketingOptOutAt":"2020-06-01T10:00:00Z")"), 422,
                 "goes with marketingOptIn: false");
  expect_problem(said(R"("marketingOptIn":true,"marketingOptInAt":"yesterday")"), 422, "offset");
  expect_problem(said(R"("marketingOptIn":true,"marketingOptInAt":"2999-01-01T00:00:00Z")"), 422,
                 "future");
}

TEST_F(api_test, numbers_tell_how_fast_they_send_here) {
  engine.now.numbers = {{.phone_number_id = "1",
                         .per_second = 59.12,
                         .ceiling = 60,
                         .pace = core::pace_state::learned},
                        {.phone_number_id = "2", .per_second = 20, .ceiling = 20, .stopped = true}};
  const auto list = json::parse(ask("GET", "/api/whatsapp/numbers", {}, "viewer").body)["data"];
  EXPECT_EQ(list[0]["rateNow"], 59.1);
  EXPECT_EQ(list[0]["rateCeiling"], 60.0);
  EXPECT_EQ(list[0]["pace"], "learned");
  EXPECT_EQ(list[1]["rateNow"], 0.0);
  EXPECT_TRUE(list[2]["rateNow"].is_null()) << "nobody has told";
  EXPECT_EQ(list[3]["rateNow"], 18.0) << "as another daemon told";
  EXPECT_EQ(list[3]["pace"], "probing");
}

TEST_F(api_test, a_number_is_paused_by_who_may_send) {
  const std::string target = "/api/whatsapp/numbers/111/pause";
  EXPECT_EQ(ask("POST", target, {}, "viewer").status, 403);
  EXPECT_EQ(ask("POST", target, {}, "operator").status, 200);
  EXPECT_EQ(engine.paused, std::vector<std::string>{"111"});
  ASSERT_FALSE(engine.log.empty());
  EXPECT_EQ(engine.log.back().action, "number.pause");
}

TEST_F(api_test, a_stop_by_user_id_can_be_lifted) {
  EXPECT_EQ(ask("POST", "/api/whatsapp/suppressions", R"({"userId":"DE.1234567890"})").status, 204);
  EXPECT_EQ(ask("DELETE", "/api/whatsapp/suppressions/DE.1234567890").status, 204);
  ASSERT_EQ(engine.suppressed.size(), 2U);
  EXPECT_EQ(engine.suppressed[1].user_id, "DE.1234567890");
  EXPECT_EQ(engine.suppressed[1].person, engine.suppressed[0].person);
  EXPECT_EQ(engine.suppressed[1].reason, "operator");
  EXPECT_TRUE(engine.suppressed[1].lift);
  ASSERT_EQ(engine.log.size(), 2U);
  EXPECT_EQ(engine.log[1].subject, "user id");
}

TEST_F(api_test, a_deed_without_its_audit_row_is_answered_all_the_same) {
  audit.away = true;
  EXPECT_EQ(ask("POST", "/api/whatsapp/suppressions", R"({"userId":"DE.1"})").status, 204);
}

TEST_F(api_test, a_suppression_is_lifted_by_phone_number_or_by_any_user_id) {
  struct {
    const char* key;
    core::person_key phone;
    const char* user_id;
  } const table[] = {
      {"%2B4915112345678", 4915112345678U, ""},
      {"4915112345678", 4915112345678U, ""},
      {"DE.1234567890", 0, "DE.1234567890"},
      {"7f3a", 0, "7f3a"},                        // begins with a digit
      {"12", 0, "12"},                            // no phone number that can exist
      {"user:4915112345678", 0, "4915112345678"}, // reads as one, and is none
      {"user:DE.1", 0, "DE.1"},
  };
  for (const auto& row : table) {
    EXPECT_EQ(ask("DELETE", std::string{"/api/whatsapp/suppressions/"} + row.key).status, 204);
    ASSERT_FALSE(engine.suppressed.empty());
    EXPECT_EQ(engine.suppressed.back().person, row.phone) << row.key;
    EXPECT_EQ(engine.suppressed.back().user_id, row.user_id) << row.key;
  }
  expect_problem(ask("DELETE", "/api/whatsapp/suppressions/%2B49"), 422, "no phone number");
}

TEST_F(api_test, status_counts_the_own_organizations_sending_only) {
  engine.now.organization = 1;
  engine.now.campaigns_running = 3;
  engine.now.outcomes_total[4] = 70;
  engine.now.commits_total = 5;
  auto told = json::parse(ask("GET", "/api/status").body);
  EXPECT_EQ(told["campaignsRunning"], 3);
  EXPECT_EQ(told["outcomesTotal"]["accepted"], 70);
  engine.now.organization = 2;
  told = json::parse(ask("GET", "/api/status").body);
  EXPECT_EQ(told["campaignsRunning"], 0);
  EXPECT_EQ(told["outcomesTotal"]["accepted"], 0);
  EXPECT_EQ(told["commitsTotal"], 5) << "what says how the installation is";
}

TEST_F(api_test, templates_are_fetched_for_the_own_organization) {
  EXPECT_EQ(ask("POST", "/api/whatsapp/templates/sync").status, 200);
  EXPECT_EQ(engine.synced, std::vector<core::organization_no>{1});
}

TEST_F(api_test, status_tells_alarms_of_the_own_organization_and_of_everybody) {
  engine.now.alarms = {
      {0, core::make_sentence("away", "The {what} is away.", {{"what", "database"}})},
      {1, core::bare_text("number 1: paused")},
      {2, core::bare_text("number 2: paused")}};
  const auto told = json::parse(ask("GET", "/api/status").body)["alarms"];
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0], (json{{"code", "away"},
                           {"params", {{"what", "database"}}},
                           {"text", "The database is away."}}));
  EXPECT_EQ(told[1]["text"], "number 1: paused");
}

TEST_F(api_test, health) {
  EXPECT_EQ(ask("GET", "/healthz", {}, "").status, 200);
  engine.now.not_ready_reason = core::bare_text("The database is away.");
  const auto not_ready = ask("GET", "/readyz", {}, "");
  EXPECT_EQ(not_ready.status, 503);
  EXPECT_EQ(json::parse(not_ready.body)["reason"]["text"], "The database is away.");
  engine.now.ready = true;
  EXPECT_EQ(ask("GET", "/readyz", {}, "").status, 200);
  EXPECT_EQ(ask("GET", "/metrics", {}, "").body, "stentor_up 1\n");
  EXPECT_EQ(json::parse(ask("GET", "/api/status").body)["version"], "9.8");
  EXPECT_NE(ask("GET", "/", {}, "").body.find("9.8"), std::string::npos);
}
