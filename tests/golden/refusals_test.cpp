/// Golden answers of refusals: one for each kind, and one for each field of a draft. What needs a
/// campaign in a certain state is refused in the scenario.

#include "tests/golden/golden_answers.hpp"

#include <gtest/gtest.h>

namespace stentor::testing {

namespace {

constexpr const char* drafts_path = "/api/whatsapp/campaigns";
constexpr const char* nobodys_id = "00000000-0000-4000-8000-000000000000";

/// An organization of its own, so that its drafts are in no list of the scenario.
class golden_refusals : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    auto& env = test_environment::one();
    env.reset();
    admin = env.daemon.make_token("Refused", "admin").second;
    viewer = env.daemon.make_token("Refused", "viewer").second;
    operator_token = env.daemon.make_token("Refused", "operator").second;
    stranger = env.daemon.make_token("Strangers", "admin").second;
    const auto made = exchange(env.daemon.port(), {.method = "POST",
                                                   .target = drafts_path,
                                                   .token = admin,
                                                   .body = R"({"name":"D","templateName":"t"})"});
    draft = json::parse(made.body, nullptr, false).value("id", "");
    golden_answers::one().values().name(draft, "<draft>");
  }

  static void ask(const std::string& name, const std::string& method, const std::string& target,
                  const std::string& body = {}) {
    golden_answers::one().ask("refuse_" + name,
                              {.method = method, .target = target, .token = admin, .body = body});
  }
  static std::string of_draft(const std::string& rest = {}) {
    return std::string{drafts_path} + "/" + draft + rest;
  }

  static inline std::string admin, viewer, operator_token, stranger, draft;
};

struct bad_field {
  std::string name; ///< of the golden file
  json body;        ///< merged into a draft that is right
};

/// A weekly rule from 2099-06-01, a Monday, on, on Thursdays.
json rule_with(const json& changes) {
  json rule{{"freq", "weekly"},
            {"byDay", {"TH"}},
            {"at", {"10:00"}},
            {"timeZone", "Asia/Kolkata"},
            {"from", "2099-06-01"}};
  rule.merge_patch(changes);
  return rule;
}

const std::vector<bad_field>& bad_schedules() {
  static const std::vector<bad_field> all = {
      {"recurrence_type", {{"recurrence", "weekly"}}},
      {"recurrence_empty", {{"recurrence", json::object()}}},
      {"recurrence_fields",
       {{"recurrence",
         {{"freq", "daily"},
          {"interval", 0},
          {"byDay", {"MO", "MONDAY"}},
          {"byMonthDay", {32}},
          {"at", {"9 am"}},
          {"timeZone", 1},
          {"from", "2099-02-30"},
          {"until", "soon"},
          {"count", 3},
          {"except", {"2099-12-24", "Christmas"}},
          {"lunch", true}}}}},
      {"recurrence_until", {{"recurrence", rule_with({{"until", "2099-01-01"}})}}},
      {"recurrence_time_zone", {{"recurrence", rule_with({{"timeZone", "Mars/Base"}})}}},
      {"recurrence_never",
       {{"recurrence", rule_with({{"until", "2099-06-03"}})}, {"targetType", "all"}}},
      {"recurrence_with_times",
       {{"recurrence", rule_with(json::object())},
        {"scheduledFor", "2099-06-01T10:00:00Z"},
        {"expiresAt", "2099-06-01T10:00:00Z"}}},
      {"lateness", {{"lateness", "an hour"}}},
      {"lateness_range", {{"lateness", "31d"}}},
      {"on_missed", {{"onMissed", "hope"}}},
      {"on_missed_of_once", {{"onMissed", "run_latest"}, {"overlap", "allow"}}},
      {"overlap", {{"overlap", "queue"}}},
      {"scheduled_local", {{"scheduledLocal", "2099-06-01T10:00:00Z"}, {"pastPlaces", "hope"}}},
      {"scheduled_local_twice",
       {{"scheduledLocal", "2099-06-01T10:00"}, {"scheduledFor", "2099-06-01T10:00:00Z"}}},
      {"scheduled_local_of_runs",
       {{"scheduledLocal", "2099-06-01T10:00"},
        {"targetType", "all"},
        {"recurrence", rule_with(json::object())}}},
      {"past_places_alone", {{"pastPlaces", "skip"}}},
      {"plan_type", {{"plan", "fast"}}},
      {"plan_fields",
       {{"plan", {{"speed", 3}, {"spread", {{"over", "soon"}, {"until", 5}, {"evenly", true}}}}}}},
      {"plan_spread_twice",
       {{"plan", {{"spread", {{"over", "6h"}, {"until", "2099-06-01T10:00:00Z"}}}}}}},
      {"plan_spread_of_runs",
       {{"recurrence", rule_with(json::object())},
        {"targetType", "all"},
        {"plan", {{"spread", {{"until", "2099-06-01T10:00:00Z"}}}}}}},
  };
  return all;
}

const std::vector<bad_field>& bad_fields() {
  static const std::vector<bad_field> all = {
      {"name_missing", {{"name", nullptr}}},
      {"name_empty", {{"name", ""}}},
      {"name_long", {{"name", std::string(501, 'n')}}},
      {"name_type", {{"name", 5}}},
      {"description", {{"description", json::array()}}},
      {"template_id", {{"templateId", 12}}},
      {"template_name_missing", {{"templateName", nullptr}}},
      {"template_name", {{"templateName", true}}},
      {"template_language", {{"templateLanguage", std::string(21, 'x')}}},
      {"template_languages", {{"templateLanguages", {"en_US", "English", "en-us"}}}},
      {"template_variables", {{"templateVariables", "text"}}},
      {"template_filter",
       {{"templateVariables", {{"1", "{{name:shout|x}}"}, {"button.0", "{{at:date(%Q)}}"}}}}},
      {"target_type", {{"targetType", "everybody"}}},
      {"segment_query_type", {{"segmentQuery", "all"}}},
      {"segment_query_empty", {{"targetType", "segment"}, {"segmentQuery", {{"size", 43}}}}},
      {"segment_query",
       {{"targetType", "segment"},
        {"segmentQuery",
         {{"conditions", {{{"field", "shoe.size"}, {"operator", "about"}, {"value", 43}}}}}}}},
      {"scheduled_for", {{"scheduledFor", "tomorrow"}}},
      {"scheduled_for_calendar", {{"scheduledFor", "2099-02-31T10:00:00Z"}}},
      {"expires_at", {{"expiresAt", "2099-06-01T10:00:00"}}},
      {"rate_limit", {{"rateLimit", -1}}},
      {"rate_limit_type", {{"rateLimit", 1.5}}},
      {"retry_failed", {{"retryFailed", "yes"}}},
      {"max_retries", {{"maxRetries", 21}}},
      {"in_doubt_policy", {{"inDoubtPolicy", "hope"}}},
      {"send_window_type", {{"sendWindow", "09:00-21:00"}}},
      {"send_window_incomplete", {{"sendWindow", {{"from", "09:00"}}}}},
      {"send_window_from",
       {{"sendWindow", {{"from", "25:00"}, {"until", "21:00"}, {"timeZone", "UTC"}}}}},
      {"send_window_until",
       {{"sendWindow", {{"from", "09:00"}, {"until", "9 pm"}, {"timeZone", "UTC"}}}}},
      {"send_window_days",
       {{"sendWindow",
         {{"from", "09:00"}, {"until", "21:00"}, {"timeZone", "UTC"}, {"days", {0, 8}}}}}},
      {"send_window_time_zone",
       {{"sendWindow", {{"from", "09:00"}, {"until", "21:00"}, {"timeZone", "Mars/Base"}}}}},
      {"send_window_unknown_key",
       {{"sendWindow",
         {{"from", "09:00"}, {"until", "21:00"}, {"timeZone", "UTC"}, {"lunch", true}}}}},
      {"number_ids_type", {{"numberIds", "106540352242901"}}},
      {"number_ids_entry", {{"numberIds", {1}}}},
      {"number_ids_unknown", {{"numberIds", {"404"}}}},
      {"tags", {{"tags", {std::string(201, 't')}}}},
      {"tags_many", {{"tags", json(std::vector<std::string>(101, "t"))}}},
      {"unknown_field", {{"colour", "blue"}}},
      {"nul", {{"name", std::string("a\0b", 3)}}},
      {"several", {{"name", 5}, {"rateLimit", "fast"}, {"colour", "blue"}}},
  };
  return all;
}

TEST_F(golden_refusals, each_field_of_a_draft) {
  for (const auto& fields : {bad_fields(), bad_schedules()})
    for (const auto& [name, change] : fields) {
      json body{{"name", "Refused"}, {"templateName", "hello_world"}};
      for (const auto& [key, value] : change.items())
        if (value.is_null())
          body.erase(key);
        else
          body[key] = value;
      ask("draft_" + name, "POST", drafts_path, body.dump());
    }
  ask("update_name", "PUT", of_draft(), R"({"name":null})");
  ask("update_template_name", "PUT", of_draft(), R"({"templateName":""})");
  ask("update_unknown_field", "PUT", of_draft(), R"({"status":"completed"})");
}

TEST_F(golden_refusals, bodies_that_are_no_json) {
  ask("json_broken", "POST", drafts_path, R"({"name":)");
  ask("json_array", "POST", drafts_path, "[]");
  ask("json_twice", "POST", drafts_path, R"({"name":"a","name":"b","templateName":"t"})");
  std::string deep = R"({"name":)";
  for (int i = 0; i < 100; ++i)
    deep += "[";
  ask("json_deep", "POST", drafts_path, deep);
  ask("json_absent", "POST", drafts_path);
}

TEST_F(golden_refusals, lists_of_people) {
  const auto recipients = of_draft("/recipients");
  ask("recipients_empty", "POST", recipients, R"({"recipients":[]})");
  ask("recipients_missing", "POST", recipients, "{}");
  ask("recipients_type", "POST", recipients, R"({"recipients":"all"})");
  ask("recipients_entries", "POST", recipients,
      R"({"recipients":[5,{},{"phoneNumber":1},{"phoneNumber":"+4915112345601","age":5},)"
      R"({"phoneNumber":"+4915112345601","variables":[],"marketingOptIn":"yes"}]})");
  ask("customers_empty", "POST", "/api/whatsapp/customers", R"({"customers":[]})");
  ask("customers_entries", "POST", "/api/whatsapp/customers",
      R"({"customers":[{"name":"Nobody"}],"more":1})");
  ask("recipients_status", "GET", of_draft("/recipients?status=lost"));
  ask("recipients_parameter", "GET", of_draft("/recipients?sort=name"));
  const auto suppressions = "/api/whatsapp/suppressions";
  ask("suppression_nobody", "POST", suppressions, "{}");
  ask("suppression_fields", "POST", suppressions, R"({"phoneNumber":5,"because":"so"})");
  ask("suppression_phone", "POST", suppressions, R"({"phoneNumber":"+49"})");
  ask("suppression_lift_phone", "DELETE", "/api/whatsapp/suppressions/+49");
}

TEST_F(golden_refusals, pages) {
  ask("page_zero", "GET", std::string{drafts_path} + "?page=0");
  ask("limit_large", "GET", std::string{drafts_path} + "?limit=1001");
  ask("limit_word", "GET", "/api/whatsapp/audit?limit=all");
  ask("parameter_unknown", "GET", "/api/whatsapp/suppressions?reason=operator");
  ask("campaign_status", "GET", std::string{drafts_path} + "?status=done");
}

TEST_F(golden_refusals, callers) {
  auto& golden = golden_answers::one();
  const auto as = [&](const std::string& name, const std::string& token, const std::string& method,
                      const std::string& target, const std::string& body = {}) {
    golden.ask("refuse_" + name,
               {.method = method, .target = target, .token = token, .body = body});
  };
  as("without_token", "", "GET", drafts_path);
  as("wrong_token", "stentor_wrong", "GET", drafts_path);
  golden.ask("refuse_basic_token", {.method = "GET",
                                    .target = drafts_path,
                                    .token = "",
                                    .headers = {{"Authorization", "Basic dTpw"}}});
  as("viewer_creates", viewer, "POST", drafts_path, "{}");
  as("viewer_sends", viewer, "POST", of_draft("/send"));
  as("viewer_reads_audit", viewer, "GET", "/api/whatsapp/audit");
  as("operator_reads_audit", operator_token, "GET", "/api/whatsapp/audit");
  as("operator_lifts", operator_token, "DELETE", "/api/whatsapp/suppressions/+4915112345601");
}

TEST_F(golden_refusals, what_is_not_there) {
  auto& golden = golden_answers::one();
  struct address {
    const char* name;
    const char* method;
    const char* rest;
    const char* body;
  };
  for (const auto& each : std::initializer_list<address>{
           {"get", "GET", "", ""},
           {"update", "PUT", "", "{}"},
           {"delete", "DELETE", "", ""},
           {"send", "POST", "/send", ""},
           {"pause", "POST", "/pause", ""},
           {"resume", "POST", "/resume", ""},
           {"cancel", "POST", "/cancel", ""},
           {"preflight", "POST", "/preflight", ""},
           {"plan", "GET", "/plan", ""},
           {"stats", "GET", "/stats", ""},
           {"recipients", "GET", "/recipients", ""},
           {"add", "POST", "/recipients", R"({"recipients":[{"phoneNumber":"+4915112345601"}]})"},
           {"timeline", "GET", "/recipients/1", ""},
           {"message", "GET", "/recipients/1/preview", ""},
           {"export", "GET", "/export", ""}}) {
    const std::string name = each.name;
    golden.ask("refuse_foreign_" + name, {.method = each.method,
                                          .target = of_draft(each.rest),
                                          .token = stranger,
                                          .body = each.body});
    ask("unknown_" + name, each.method, std::string{drafts_path} + "/" + nobodys_id + each.rest,
        each.body);
    ask("no_uuid_" + name, each.method, std::string{drafts_path} + "/17" + each.rest, each.body);
  }
  ask("unknown_recipient", "GET", of_draft("/recipients/5"));
  ask("unknown_recipient_phone", "GET", of_draft("/recipients/+4915112345601"));
  ask("unknown_address", "GET", "/api/whatsapp/parrots");
}

TEST_F(golden_refusals, methods_types_and_sizes) {
  auto& golden = golden_answers::one();
  ask("method_campaigns", "DELETE", drafts_path);
  ask("method_campaign", "POST", of_draft(), "{}");
  ask("method_webhook", "PUT", "/webhooks/whatsapp", "{}");
  ask("method_healthz", "POST", "/healthz");
  const auto sized = [&](const std::string& name, const std::string& method,
                         const std::string& target, const std::string& type,
                         const std::string& bytes) {
    golden.ask("refuse_" + name, {.method = method,
                                  .target = target,
                                  .token = admin,
                                  .headers = {{"Content-Type", type}, {"Content-Length", bytes}}});
  };
  sized("type_draft", "POST", drafts_path, "text/plain", "5");
  sized("type_recipients", "POST", of_draft("/recipients"), "application/xml", "5");
  sized("type_absent", "POST", drafts_path, "", "5");
  sized("large_draft", "POST", drafts_path, "application/json", "1048577");
  sized("large_recipients", "POST", of_draft("/recipients"), "application/json", "8388609");
  sized("large_command", "POST", of_draft("/send"), "application/json", "4097");
  sized("large_webhook", "POST", "/webhooks/whatsapp", "application/json", "4194305");
}

} // namespace
} // namespace stentor::testing
