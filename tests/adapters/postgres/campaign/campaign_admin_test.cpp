/// Campaigns against a real server: create, change, delete, launch, report, and that organizations
/// never see each other.

#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <string>

namespace stentor::postgres::testing {
namespace {

using core::campaign_status;
using core::errc;
using nlohmann::json;

core::change<core::wall_time> time_of(std::int64_t seconds) {
  return core::wall_time{std::chrono::seconds{seconds}};
}

constexpr std::int64_t in_2130 = 5'049'129'600;

/// A draft with something in every field.
core::campaign_draft everything() {
  auto d = campaign_stores::draft();
  d.description = "A \"quoted\"\nline";
  d.tags = std::vector<std::string>{"summer", "a\"b"};
  d.template_variables = core::json_text{R"({"1":"{{name}}"})"};
  d.segment = core::json_text{R"({"conditions":[{"field":"a","operator":"exists"}]})"};
  d.target = core::target_type::segment;
  d.window = core::send_window{{1, 2}, 540, 1440, "Europe/Berlin"};
  d.rate_limit_per_minute = 600;
  d.number_ids = std::vector<std::string>{"111"};
  d.scheduled_for = core::wall_time{std::chrono::milliseconds{1'906'538'400'120}};
  d.retry_failed = false;
  d.retries_max = 7;
  d.in_doubt = core::in_doubt_policy::fail;
  return d;
}

constexpr std::string_view api_names =
    "id name description templateId templateName templateLanguage templateLanguages "
    "templateVariables "
    "targetType segmentQuery segmentId excludeSegments excludeQuery status scheduledFor startedAt "
    "completedAt rateLimit "
    "retryFailed maxRetries totalRecipients sentCount deliveredCount readCount failedCount "
    "respondedCount createdAt updatedAt createdBy organizationId tags statusReason "
    "screenedCount optedOutCount inDoubtCount expiresAt inDoubtPolicy sendWindow numberIds "
    "progress pacedCount pauseKind heldCount kind recurrence nextRunAt onMissed overlap "
    "lateness parentId occurrenceAt plan scheduledLocal "
    "pastPlaces overrideQuietHours priority ignoreCaps canary recovery job phase audienceDrawnAt";

class campaign_admin_test : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (2, '222', 'w2', 80)");
    base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
             "status) VALUES ('3', 1, 'w1', 'paused', 'en_US', 'MARKETING', 'PAUSED')");
    campaigns.emplace(base.options(), *phones);
  }

  static core::campaign_draft draft(const std::string& template_name = "offer") {
    return campaign_stores::draft(template_name);
  }
  std::string make(const core::campaign_draft& d) { return campaigns->make(who, d); }
  std::string make_with_people(int n, const core::campaign_draft& d) {
    const auto id = make(d);
    std::vector<ports::contact_input> list;
    for (int i = 0; i < n; ++i)
      list.push_back({"+49151" + std::to_string(12345600 + i),
                      "",
                      "P" + std::to_string(i),
                      R"({"n":)" + std::to_string(i) + "}",
                      {}});
    static_cast<void>(need(recipients->add(who, id, list)));
    return id;
  }
  std::string make_with_people(int n) { return make_with_people(n, draft()); }
  json shown(const std::string& id) {
    return json::parse(need(campaigns->admin->get(who, id)).text);
  }
  campaign_status launched(const std::string& id) {
    const auto l = need(campaigns->launch(who, id));
    EXPECT_EQ(core::text_of(l.obstacles), "");
    return l.status;
  }
  std::vector<std::string> obstacles(const std::string& id) {
    std::vector<std::string> codes;
    for (const auto& one : need(campaigns->launch(who, id)).obstacles)
      codes.push_back(one.code);
    return codes;
  }

  std::optional<campaign_stores> campaigns;
};

TEST_F(campaign_admin_test, a_campaign_speaks_the_names_of_the_api) {
  const auto c = shown(make(everything()));
  for (const auto& [key, value] : c.items())
    EXPECT_NE((" " + std::string{api_names} + " ").find(" " + key + " "), std::string::npos) << key;
  EXPECT_EQ(c.size(),
            static_cast<std::size_t>(std::count(api_names.begin(), api_names.end(), ' ') + 1));
  EXPECT_EQ(c["status"], "draft");
  EXPECT_EQ(c["description"], "A \"quoted\"\nline");
  EXPECT_EQ(c["tags"], json({"summer", "a\"b"}));
  EXPECT_EQ(c["templateVariables"]["1"], "{{name}}");
  EXPECT_EQ(c["segmentQuery"]["conditions"][0]["field"], "a");
  EXPECT_EQ(c["targetType"], "segment");
  EXPECT_EQ(c["scheduledFor"], "2030-06-01T10:00:00.12+00:00");
  EXPECT_EQ(c["sendWindow"], json::parse(R"({"days":[1,2],"from":"09:00","until":"24:00",
                                             "timeZone":"Europe/Berlin"})"));
  EXPECT_EQ(c["maxRetries"], 7);
  EXPECT_EQ(c["createdBy"], "token test (1)");
}

TEST_F(campaign_admin_test, a_launch_sees_the_draft_as_it_was_written) {
  const auto id = make(everything());
  const auto facts = need(campaigns->launches->facts(who, id)).what;
  EXPECT_EQ(facts.template_category, "MARKETING");
  EXPECT_EQ(facts.rate_limit_per_minute, 600);
  EXPECT_EQ(facts.in_doubt, core::in_doubt_policy::fail);
  EXPECT_FALSE(facts.retry_failed);
  ASSERT_TRUE(facts.window.has_value());
  EXPECT_EQ(facts.window->from_minute, 540);
  EXPECT_EQ(facts.window->until_minute % 1440, 0);
  EXPECT_EQ(facts.window->time_zone, "Europe/Berlin");
  EXPECT_EQ(facts.numbers.size(), 1U);
}

TEST_F(campaign_admin_test, what_is_absent_has_its_default) {
  const auto c = shown(make(draft()));
  EXPECT_EQ(c["templateLanguage"], "en_US");
  EXPECT_EQ(c["targetType"], "imported");
  EXPECT_EQ(c["maxRetries"], 3);
  EXPECT_EQ(c["retryFailed"], true);
  EXPECT_EQ(c["inDoubtPolicy"], "hold");
  EXPECT_EQ(c["tags"], json::array());
  for (const char* key : {"description", "segmentQuery", "scheduledFor", "expiresAt", "rateLimit",
                          "sendWindow", "numberIds"})
    EXPECT_TRUE(c[key].is_null()) << key;
}

TEST_F(campaign_admin_test, a_change_touches_what_it_names_and_may_clear_it) {
  auto d = draft();
  d.rate_limit_per_minute = 600;
  d.window = core::send_window{{}, 540, 1260, "UTC"};
  d.segment = core::json_text{R"({"conditions":[{"field":"a","operator":"exists"}]})"};
  d.tags = std::vector<std::string>{"a"};
  d.expires_at = time_of(in_2130);
  const auto id = make(d);
  core::campaign_draft change;
  change.description = "later";
  static_cast<void>(need(campaigns->admin->update(who, id, change)));
  auto c = shown(id);
  EXPECT_EQ(c["rateLimit"], 600);
  EXPECT_EQ(c["tags"], json({"a"}));
  EXPECT_EQ(c["expiresAt"], "2130-01-01T00:00:00+00:00");
  change = {};
  change.rate_limit_per_minute.emplace();
  change.window.emplace();
  change.segment.emplace();
  change.expires_at.emplace();
  change.tags.emplace();
  static_cast<void>(need(campaigns->admin->update(who, id, change)));
  c = shown(id);
  for (const char* key : {"rateLimit", "sendWindow", "segmentQuery", "expiresAt"})
    EXPECT_TRUE(c[key].is_null()) << key;
  EXPECT_EQ(c["tags"], json::array());
  EXPECT_EQ(c["description"], "later");
  EXPECT_EQ(base.text("SELECT detail ->> 'changed' FROM audit_log WHERE action = "
                      "'campaign.update' ORDER BY no DESC LIMIT 1"),
            R"(["segment_query", "expires_at", "rate_limit", "send_window", "tags"])");
}

TEST_F(campaign_admin_test, what_only_the_database_knows_is_named_with_its_path) {
  auto d = draft();
  d.number_ids = std::vector<std::string>{"111", "222", "333"};
  d.window = core::send_window{{}, 0, 60, "Mars/Olympus"};
  d.segment = core::json_text{R"({"conditions":[{"field":"a","operator":"like","value":1}]})"};
  const auto refused = need(campaigns->admin->create(who, d));
  std::vector<std::string> paths;
  for (const auto& problem : refused.problems)
    paths.push_back(problem.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"segmentQuery.conditions[0].operator", "numberIds",
                                             "numberIds", "sendWindow.timeZone"}));
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign"), 0);
  d = draft();
  d.name = "";
  EXPECT_EQ(need(campaigns->admin->create(who, d)).problems.at(0).path, "name");
  const auto id = make(draft());
  core::campaign_draft change;
  change.retries_max = 99;
  EXPECT_EQ(need(campaigns->admin->update(who, id, change)).problems.at(0).path, "maxRetries");
  change.retries_max.reset();
  change.number_ids = std::vector<std::string>{"222"};
  EXPECT_EQ(need(campaigns->admin->update(who, id, change)).problems.at(0).path, "numberIds");
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'campaign.update'"), 0);
}

TEST_F(campaign_admin_test, only_a_draft_changes) {
  const auto id = make_with_people(2);
  core::campaign_draft change;
  change.name = "Summer";
  const auto saved = need(campaigns->admin->update(who, id, change));
  EXPECT_EQ(json::parse(saved.campaign.text)["name"], "Summer");
  EXPECT_EQ(launched(id), campaign_status::sending);
  EXPECT_EQ(campaigns->admin->update(who, id, change).error().code, errc::conflict);
  EXPECT_EQ(campaigns->admin->remove(who, id).error().code, errc::conflict);
  EXPECT_EQ(campaigns->launch(who, id).error().code, errc::conflict);
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'campaign.update'"), 1);
}

TEST_F(campaign_admin_test, another_organization_sees_nothing) {
  const auto id = make_with_people(1);
  EXPECT_EQ(campaigns->admin->get(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(campaigns->admin->find(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(campaigns->admin->update(stranger, id, draft()).error().code, errc::not_found);
  EXPECT_EQ(campaigns->admin->remove(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(campaigns->launch(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(campaigns->launches->facts(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(campaigns->reports->stats(stranger, id).error().code, errc::not_found);
  EXPECT_EQ(json::parse(need(campaigns->admin->list(stranger, {}, {})).text)["total"], 0);
}

TEST_F(campaign_admin_test, lists_come_in_pages) {
  for (int i = 0; i < 5; ++i)
    static_cast<void>(make(draft()));
  const auto page =
      json::parse(need(campaigns->admin->list(who, campaign_status::draft, core::page{2, 2})).text);
  EXPECT_EQ(page["data"].size(), 2U);
  EXPECT_EQ(page["page"], 2);
  EXPECT_EQ(page["limit"], 2);
  EXPECT_EQ(page["total"], 5);
  EXPECT_EQ(
      json::parse(need(campaigns->admin->list(who, campaign_status::sending, {})).text)["data"],
      json::array());
}

TEST_F(campaign_admin_test, a_draft_goes_with_its_list) {
  const auto id = make_with_people(3);
  EXPECT_EQ(need(campaigns->admin->find(who, id)).status, campaign_status::draft);
  ASSERT_TRUE(campaigns->admin->remove(who, id).ok());
  EXPECT_EQ(campaigns->admin->get(who, id).error().code, errc::not_found);
  EXPECT_EQ(base.number("SELECT count(*) FROM pg_class WHERE relname = 'campaign_recipient_1'"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'campaign.delete'"), 1);
}

TEST_F(campaign_admin_test, a_launch_names_every_obstacle_and_changes_nothing) {
  const auto id = make(draft("unknown"));
  base.run("UPDATE number SET active = false WHERE phone_number_id = '111'");
  EXPECT_EQ(obstacles(id), (std::vector<std::string>{"no_number", "no_recipients"}));
  base.run("UPDATE number SET active = true");
  EXPECT_EQ(obstacles(id), (std::vector<std::string>{"template_unknown", "no_recipients"}));
  EXPECT_EQ(obstacles(make_with_people(1, draft("paused"))),
            std::vector<std::string>{"template_not_approved"});
  auto d = draft();
  d.expires_at = time_of(1'000'000'000);
  EXPECT_EQ(obstacles(make_with_people(1, d)), std::vector<std::string>{"expires_before_start"});
  d = draft();
  d.number_ids = std::vector<std::string>{"111"};
  const auto named = make_with_people(1, d);
  base.run("UPDATE number SET active = false WHERE phone_number_id = '111'");
  EXPECT_EQ(obstacles(named),
            (std::vector<std::string>{"number_not_configured", "no_number_sends"}));
  base.run("UPDATE number SET active = true, stopped_sentence = '{\"code\": \"low\", "
           "\"params\": {}, \"text\": \"Its quality is low.\"}'");
  EXPECT_EQ(obstacles(named), std::vector<std::string>{"no_number_sends"});
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign WHERE status <> 'draft'"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'campaign.launch'"), 0);
}

TEST_F(campaign_admin_test, the_facts_of_a_launch_hold_its_first_recipients) {
  const auto id = make_with_people(60);
  base.run("UPDATE campaign_recipient SET screen = 2 WHERE seq = 1");
  const auto facts = need(campaigns->launches->facts(who, id));
  ASSERT_EQ(facts.samples.size(), core::launch_samples_max);
  EXPECT_EQ(facts.samples[0].to, "+4915112345601");
  EXPECT_EQ(json::parse(facts.samples[0].variables.text)["n"], 1);
  EXPECT_EQ(facts.samples[0].id, base.text("SELECT id FROM recipient WHERE seq = 2"));
  EXPECT_EQ(facts.recipients, 60);
  EXPECT_TRUE(facts.for_marketing);
  ASSERT_EQ(facts.numbers.size(), 1U);
  EXPECT_EQ(facts.numbers[0].template_status, "APPROVED");
  EXPECT_DOUBLE_EQ(facts.numbers[0].per_second, 80);
}

TEST_F(campaign_admin_test, a_launch_screens_once_more) {
  const auto id = make_with_people(3);
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
           "4915112345601, 'STOP', now())");
  EXPECT_EQ(launched(id), campaign_status::sending);
  EXPECT_EQ(base.number("SELECT screened_count FROM campaign"), 1);
  EXPECT_EQ(
      base.number(
          "SELECT count(*) FROM campaign WHERE started_at IS NOT NULL AND screened_at < now()"),
      1);
  EXPECT_EQ(base.text("SELECT detail ->> 'status' FROM audit_log WHERE action = 'campaign.launch'"),
            "sending");
}

TEST_F(campaign_admin_test, a_time_that_lies_ahead_schedules) {
  auto d = draft();
  d.scheduled_for = time_of(in_2130);
  const auto id = make_with_people(1, d);
  EXPECT_EQ(launched(id), campaign_status::scheduled);
  core::campaign_draft change;
  change.name = "Summer";
  const auto refused = campaigns->admin->update(who, id, change);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::conflict);
  EXPECT_NE(refused.error().message.find("scheduledFor: null"), std::string::npos);
  change.scheduled_for.emplace();
  EXPECT_EQ(campaigns->admin->update(who, id, change).error().code, errc::conflict);
  change.name.reset();
  const auto back = json::parse(need(campaigns->admin->update(who, id, change)).campaign.text);
  EXPECT_EQ(back["status"], "draft");
  EXPECT_TRUE(back["scheduledFor"].is_null());
  change = {};
  change.scheduled_for = time_of(in_2130 + 86'400);
  EXPECT_TRUE(campaigns->admin->update(who, id, change).ok());
  EXPECT_EQ(launched(id), campaign_status::scheduled);
  EXPECT_EQ(launched(id), campaign_status::sending);
}

TEST_F(campaign_admin_test, a_list_of_no_customer_stops_the_preflight_and_the_launch) {
  auto d = draft();
  d.target = core::target_type::all;
  const auto id = make(d);
  EXPECT_TRUE(need(campaigns->launches->facts(who, id)).list_of_nobody);
  EXPECT_EQ(obstacles(id), std::vector<std::string>{"no_customers"});
  static_cast<void>(
      need(contacts->upsert_customers(who, {{"+4915112345670", "", "A", "", false}})));
  EXPECT_TRUE(need(campaigns->launches->facts(who, id)).list_of_nobody);
  static_cast<void>(need(contacts->upsert_customers(who, {{"+4915112345671", "", "B", "", true}})));
  EXPECT_FALSE(need(campaigns->launches->facts(who, id)).list_of_nobody);
  d.target = core::target_type::segment;
  d.segment =
      core::json_text{R"({"conditions":[{"field":"name","operator":"eq","value":"nobody's"}]})"};
  EXPECT_EQ(obstacles(make(d)), std::vector<std::string>{"no_customers"})
      << "only the launch knows whom a segment matches";
}

TEST_F(campaign_admin_test, nobody_waits_for_an_import_and_no_list_outlives_its_draft) {
  const auto id = make(draft());
  auto import = need(recipients->import_csv(who, id, {}));
  EXPECT_TRUE(import->feed("phone\n+4915112345670\n").ok());
  EXPECT_EQ(recipients->add(who, id, people(3)).error().code, errc::conflict);
  EXPECT_EQ(campaigns->admin->remove(who, id).error().code, errc::conflict);
  EXPECT_EQ(need(import->finish()).rows_added, 1);
  import.reset();
  EXPECT_TRUE(recipients->add(who, id, people(3)).ok()) << "a second list of the same draft";
  EXPECT_EQ(shown(id)["totalRecipients"], 4);
  EXPECT_TRUE(campaigns->admin->remove(who, id).ok());
  EXPECT_EQ(base.number("SELECT count(*) FROM pg_inherits WHERE inhparent = "
                        "'campaign_recipient'::regclass"),
            0)
      << "nobody's name outlives the draft";
}

TEST_F(campaign_admin_test, what_is_over_goes_once_everybody_is_explained) {
  const auto id = make_with_people(2);
  EXPECT_EQ(launched(id), campaign_status::sending);
  base.run("UPDATE campaign SET status = 'completed'; INSERT INTO in_doubt (campaign_no, seq, "
           "attempt, since_ms) VALUES (1, 1, 0, 0)");
  EXPECT_EQ(campaigns->admin->remove(who, id).error().code, errc::conflict) << "one is in doubt";
  base.run("DELETE FROM in_doubt; INSERT INTO retry_queue (campaign_no, seq, attempt, retries, "
           "due_ms) VALUES (1, 1, 1, 1, 0)");
  EXPECT_EQ(campaigns->admin->remove(who, id).error().code, errc::conflict) << "one is tried again";
  base.run("UPDATE retry_queue SET state = 2");
  EXPECT_TRUE(campaigns->admin->remove(who, id).ok());
  EXPECT_EQ(campaigns->admin->get(who, id).error().code, errc::not_found);
  EXPECT_EQ(base.number("SELECT count(*) FROM retry_queue"), 0);
}

TEST_F(campaign_admin_test, customers_fill_the_list_of_all_and_of_a_segment) {
  static_cast<void>(need(contacts->upsert_customers(
      who, {{"+4915112345670", "", "Anna",
             R"({"spent":100,"trips":[{"to":"Bali"},{"to":"Rome"}],"since":"2024-05-01"})", true},
            {"+4915112345671", "DE.1", "Ben", R"({"spent":900,"trips":[{"to":"Oslo"}]})", {}},
            {"+4915112345672", "", "Cora", R"({"spent":900,"trips":[{"to":"Bali"}]})", false},
            {"+12025550123", "", "Fred", R"({"spent":950})", true}})));
  auto d = draft();
  d.target = core::target_type::all;
  auto id = make(d);
  EXPECT_TRUE(need(campaigns->launches->facts(who, id)).list_is_made_at_launch);
  EXPECT_EQ(launched(id), campaign_status::sending);
  EXPECT_EQ(shown(id)["totalRecipients"], 3);
  EXPECT_EQ(shown(id)["screenedCount"], 1);

  const std::pair<const char*, int> segments[] = {
      {R"({"conditions":[{"field":"trips.to","operator":"eq","value":"Bali"}]})", 1},
      {R"({"conditions":[{"field":"trips.to","operator":"contains","value":"OSL"},{"field":"spent","operator":"lt","value":150}],"logic":"OR"})",
       2},
      {R"({"conditions":[{"field":"spent","operator":"gte","value":900},{"field":"trips","operator":"exists"}],"logic":"AND"})",
       1},
      {R"({"conditions":[{"field":"since","operator":"gte","value":"2024-01-01"},{"conditions":[{"field":"name","operator":"in","value":["Anna","x"]}]}]})",
       1},
      {R"({"conditions":[{"field":"spent","operator":"in","value":[1,"x",true,900,"100"]}]})", 1},
      {R"({"conditions":[{"field":"trips.to","operator":"ne","value":"Bali"},{"field":"spent","operator":"lte","value":900}]})",
       1}};
  d.target = core::target_type::segment;
  for (const auto& [segment, people] : segments) {
    d.segment = core::json_text{segment};
    id = make(d);
    EXPECT_EQ(launched(id), campaign_status::sending) << segment;
    EXPECT_EQ(shown(id)["totalRecipients"], people) << segment;
  }
  d.segment.reset();
  EXPECT_EQ(obstacles(make(d)), std::vector<std::string>{"segment_missing"});
  // Names and values are never SQL.
  d.segment = core::json_text{
      R"({"conditions":[{"field":"a'\"b","operator":"eq","value":"'; DROP TABLE customer; --"}]})"};
  id = make(d);
  EXPECT_EQ(need(campaigns->launch(who, id)).obstacles.size(), 1U);
  EXPECT_EQ(base.number("SELECT count(*) FROM pg_class WHERE relname = 'campaign_recipient_" +
                        std::to_string(base.number("SELECT max(no) FROM campaign")) + "'"),
            0)
      << "a list made for a launch that did not happen is gone with it";
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 4);
}

TEST_F(campaign_admin_test, ten_thousand_values_are_one_argument) {
  static_cast<void>(need(contacts->upsert_customers(who, people(3))));
  json values = json::array({"P1"});
  for (int i = 1; i < 10'000; ++i)
    values.push_back("nobody" + std::to_string(i));
  auto d = draft();
  d.target = core::target_type::segment;
  const auto of = [&] {
    return core::json_text{
        json{{"conditions", {{{"field", "name"}, {"operator", "in"}, {"value", values}}}}}.dump()};
  };
  d.segment = of();
  const auto id = make(d);
  EXPECT_EQ(launched(id), campaign_status::sending);
  EXPECT_EQ(shown(id)["totalRecipients"], 1);
  values.push_back("one more");
  d.segment = of();
  const auto refused = need(campaigns->admin->create(who, d)).problems;
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].path, "segmentQuery.conditions[0].value");
  EXPECT_NE(refused[0].sentence.find("more than 10000 values"), std::string::npos);
}

TEST_F(campaign_admin_test, the_figures_add_up) {
  const auto id = make_with_people(6);
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
           "4915112345605, 'STOP', now())");
  EXPECT_EQ(launched(id), campaign_status::sending);
  base.run("INSERT INTO delivery (campaign_no, seq, state, settled_attempt, number_no, "
           "accepted_ms, delivered_ms, read_ms) VALUES "
           "(1, 1, 4, 0, 1, 1000000, 1002000, 1010000), "
           "(1, 2, 3, 0, 1, 1000500, 1004500, NULL), (1, 3, 2, 0, 1, 1001000, NULL, NULL)");
  base.run("INSERT INTO delivery (campaign_no, seq, state, failed_attempt, error_code, "
           "number_no, failed_ms) VALUES (1, 4, 6, 0, 131026, 1, 1001000)");
  recount_roll_ups(base);
  const auto s = json::parse(need(campaigns->reports->stats(who, id)).text);
  EXPECT_EQ(s["sent"], 3);
  EXPECT_EQ(s["delivered"], 2);
  EXPECT_EQ(s["read"], 1);
  EXPECT_EQ(s["screened"]["opted_out"], 1);
  EXPECT_DOUBLE_EQ(s["deliveryRate"].get<double>(), 0.6667);
  EXPECT_DOUBLE_EQ(s["averageSeconds"]["toDelivery"].get<double>(), 3.0);
  ASSERT_EQ(s["errors"].size(), 1U);
  EXPECT_EQ(s["errors"][0]["code"], 131026);
  EXPECT_FALSE(s["errors"][0]["meaning"].get<std::string>().empty());
  EXPECT_EQ(s["numbers"][0]["phoneNumberId"], "111");
  EXPECT_EQ(s["balance"]["pending"], 1);
  EXPECT_EQ(s["balance"]["adds"], true);
  EXPECT_EQ(s["balance"]["explained"], false);
  base.run("UPDATE campaign SET status = 'cancelled'");
  const auto over = json::parse(need(campaigns->reports->stats(who, id)).text);
  EXPECT_EQ(over["balance"]["cancelled"], 1);
  EXPECT_EQ(over["balance"]["explained"], true);
}

} // namespace
} // namespace stentor::postgres::testing
