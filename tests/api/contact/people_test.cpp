/// Customers, events, attributes and imports as callers ask for them.

#include "tests/api/support/fakes.hpp"

namespace stentor::test {
namespace {

using nlohmann::json;

class people_api_test : public api_test {};

TEST_F(people_api_test, a_customer_is_patched) {
  const auto target = "/api/whatsapp/customers/" + std::string{draft_id};
  expect_problem(ask("PATCH", target, "{}", "viewer"), 403, "operator");
  EXPECT_EQ(
      ask("PATCH", target, R"({"name":null,"tags":["a"],"language":"de"})", "operator").status,
      200);
  ASSERT_EQ(contacts.last_people.size(), 1U);
  EXPECT_TRUE(contacts.last_people[0].removes_name);
  EXPECT_EQ(contacts.last_people[0].tags, std::vector<std::string>{"a"});
  expect_problem(ask("PATCH", target, R"({"colour":"x"})", "operator"), 422, "colour");
  expect_problem(ask("PATCH", "/api/whatsapp/customers/7", "{}", "operator"), 404, "UUID");
  EXPECT_EQ(ask("DELETE", target, {}, "operator").status, 204);
  expect_problem(
      ask("DELETE", "/api/whatsapp/customers/" + std::string{foreign_id}, {}, "operator"), 404,
      "no customer");
}

TEST_F(people_api_test, customers_are_looked_for_by_a_key) {
  EXPECT_EQ(ask("GET", "/api/whatsapp/customers?phone=%2B4915112345670&userId=DE.1").status, 200);
  EXPECT_EQ(contacts.last_filter.phone, 4915112345670U);
  EXPECT_EQ(contacts.last_filter.user_id, "DE.1");
  expect_problem(ask("GET", "/api/whatsapp/customers?phone=me"), 400, "phone");
  expect_problem(ask("GET", "/api/whatsapp/customers?color=red"), 400, "color");
}

TEST_F(people_api_test, a_person_is_named_by_any_key) {
  const std::string target = "/api/whatsapp/people/";
  EXPECT_EQ(ask("GET", target + draft_id).status, 200);
  EXPECT_EQ(persons.last.customer_id, draft_id);
  EXPECT_EQ(ask("GET", target + "+4915112345678?limit=5").status, 200);
  EXPECT_EQ(persons.last.phone, 4915112345678U);
  EXPECT_EQ(ask("GET", target + "%2B4915112345678").status, 200);
  EXPECT_EQ(ask("GET", target + "DE.ana").status, 200);
  EXPECT_EQ(persons.last.user_id, "DE.ana");
  expect_problem(ask("GET", target + "+12"), 404, "phone number");
  expect_problem(ask("GET", target + std::string(300, 'x')), 404, "user id");
  expect_problem(ask("GET", target + "DE.ana?page=2"), 400, "cursor");
}

TEST_F(people_api_test, a_list_takes_people_by_customer_id) {
  const auto target = "/api/whatsapp/campaigns/" + std::string{draft_id} + "/recipients";
  const auto add = [&](const std::string& person) {
    return ask("POST", target, "{\"recipients\":[" + person + "]}", "operator");
  };
  const auto id = std::string{draft_id};
  EXPECT_EQ(add(R"({"customerId":")" + id + R"(","variables":{"seat":12}})").status, 200);
  ASSERT_EQ(recipients.last_people.size(), 1U);
  EXPECT_EQ(recipients.last_people[0].customer_id, id);
  expect_problem(add(R"({"customerId":"7"})"), 422, "UUID");
  expect_problem(add(R"({"customerId":")" + id + R"(","userId":"DE.1"})"), 422, "goes without");
  expect_problem(add("{}"), 422, "customerId");
}

TEST_F(people_api_test, events_that_cannot_be_read_cost_no_other) {
  const auto answer = ask("POST", "/api/whatsapp/customers/events", R"({"events":[
    {"phoneNumber":"+4915112345670","name":"saleDetails","at":"2026-11-20T10:02:00Z","value":45000.5,"currency":"INR","sourceId":"s"},
    {"phoneNumber":"+4915112345670","name":"saleDetails","createdAt":"2026-11-20T10:02:00+05:30"},
    {"phoneNumber":"+4915112345670","name":"saleDetails"},
    {"phoneNumber":"+4915112345670","name":"sale.details","at":"2026-11-20T10:02:00Z"},
    {"name":"x","at":"2026-11-20T10:02:00Z"},
    {"userId":"DE.1","name":"x","at":"2026-11-20T10:02:00Z","value":0.0000001},
    {"userId":"DE.1","name":"x","at":"2026-11-20T10:02:00Z","currency":"eur"},
    {"userId":"DE.1","name":"x","at":"2026-11-20T10:02:00Z","what":1},
    7]})",
                          "operator");
  EXPECT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(events.last_events.size(), 2U);
  EXPECT_EQ(events.last_events[0].value_micros, 45'000'500'000);
  EXPECT_EQ(events.last_events[1].row, 2);
  std::string fields;
  for (const auto& [row, why] : events.last_refused)
    fields += why.params[0].second + " ";
  EXPECT_EQ(fields, "at name phoneNumber value currency what (body) ");
  expect_problem(ask("POST", "/api/whatsapp/customers/events", R"({"events":[]})", "operator"), 422,
                 "at least one");
  expect_problem(
      ask("POST", "/api/whatsapp/customers/events", R"({"events":[{"value":1e400}]})", "operator"),
      400, "JSON");
}

TEST_F(people_api_test, an_attribute_gets_a_type) {
  const std::string target = "/api/whatsapp/attributes/spent";
  expect_problem(ask("PUT", target, R"({"type":"number"})", "operator"), 403, "admin");
  EXPECT_EQ(ask("PUT", target, R"({"type":"number"})", "admin").status, 200);
  expect_problem(ask("PUT", target, R"({"type":"float"})", "admin"), 422, "expected one of");
  expect_problem(ask("PUT", target, R"({"type":"text","sensitive":true})", "admin"), 422, "sealed");
  EXPECT_EQ(ask("GET", "/api/whatsapp/attributes").status, 200);
}

TEST_F(people_api_test, imports_are_told) {
  EXPECT_EQ(ask("GET", "/api/whatsapp/imports?kind=customers").status, 200);
  expect_problem(ask("GET", "/api/whatsapp/imports?kind=cars"), 400, "kind");
  expect_problem(ask("GET", "/api/whatsapp/imports/1"), 404, "UUID");
  EXPECT_EQ(ask("GET", "/api/whatsapp/imports/" + std::string{draft_id} + "/problems").status, 200);
}

} // namespace
} // namespace stentor::test
