/// The admin store against a real server: tokens, campaigns, launch, reports, and that
/// organizations never see each other.

#include "adapters/postgres/campaign/admin_store.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <string>

namespace stentor::postgres::testing {
namespace {

using core::errc;
using nlohmann::json;

class admin_store_test : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (2, '222', 'w2', 80)");
    base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
             "status) VALUES ('3', 1, 'w1', 'paused', 'en_US', 'MARKETING', 'PAUSED')");
    store = make_admin_store({.database = base.options(), .connections = 2, .default_region = ""},
                             *phones);
  }

  static ports::campaign_draft draft(const std::string& template_name = "offer") {
    ports::campaign_draft d;
    d.name = "Spring";
    d.template_name = template_name;
    return d;
  }

  std::string make(const ports::campaign_draft& d) {
    return json::parse(need(store->create_campaign(who, d)))["id"];
  }

  std::string make_with_people(int n, ports::campaign_draft d) {
    const auto id = make(d);
    static_cast<void>(need(recipients->add(who, id, people(n))));
    return id;
  }
  std::string make_with_people(int n) { return make_with_people(n, draft()); }

  std::unique_ptr<ports::admin_store> store;
};

TEST_F(admin_store_test, a_campaign_speaks_the_names_of_the_api) {
  auto d = draft();
  d.tags = std::vector<std::string>{"summer", "a\"b"};
  d.template_variables = R"({"1":"{{name}}"})";
  d.send_window = R"({"days":[1,2],"from":"09:00","until":"21:00","timeZone":"Europe/Berlin"})";
  d.rate_limit = 600;
  d.number_ids = std::vector<std::string>{"111"};
  d.scheduled_for = "2030-06-01T10:00:00Z";
  const auto id = make(d);
  const auto c = json::parse(need(store->get_campaign(who, id)));
  for (const char* key : {"id",
                          "name",
                          "description",
                          "templateId",
                          "templateName",
                          "templateLanguage",
                          "templateVariables",
                          "targetType",
                          "segmentQuery",
                          "status",
                          "scheduledFor",
                          "startedAt",
                          "completedAt",
                          "rateLimit",
                          "retryFailed",
                          "maxRetries",
                          "totalRecipients",
                          "sentCount",
                          "deliveredCount",
                          "readCount",
                          "failedCount",
                          "respondedCount",
                          "createdAt",
                          "updatedAt",
                          "createdBy",
                          "organizationId",
                          "tags",
                          "statusReason",
                          "screenedCount",
                          "optedOutCount",
                          "inDoubtCount",
                          "expiresAt",
                          "inDoubtPolicy",
                          "sendWindow",
                          "numberIds",
                          "progress"})
    EXPECT_TRUE(c.contains(key)) << key;
  EXPECT_EQ(c["status"], "draft");
  EXPECT_EQ(c["tags"], json({"summer", "a\"b"}));
  EXPECT_EQ(c["templateVariables"]["1"], "{{name}}");
  EXPECT_EQ(c["scheduledFor"], "2030-06-01T10:00:00+00:00");
  const auto loaded = need(store->load_campaign(who, id));
  EXPECT_EQ(loaded.template_category, "MARKETING");
  EXPECT_EQ(loaded.rate_limit_per_minute, 600);
  ASSERT_TRUE(loaded.window.has_value());
  EXPECT_EQ(loaded.window->from_minute, 540);
  EXPECT_EQ(loaded.window->time_zone, "Europe/Berlin");
  EXPECT_EQ(loaded.numbers.size(), 1U);
}

TEST_F(admin_store_test, every_wrong_field_is_named_at_once) {
  ports::campaign_draft d;
  d.template_language = "";
  d.target_type = "everybody";
  d.scheduled_for = "tomorrow";
  d.max_retries = 99;
  d.send_window = R"({"from":"25:00","until":"21:00"})";
  d.number_ids = std::vector<std::string>{"222"};
  d.segment_query = R"({"conditions":[{"field":"a","operator":"like","value":1}]})";
  const auto r = store->create_campaign(who, d);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.problem().code, errc::invalid);
  for (const char* field :
       {"name: is missing", "templateName", "templateLanguage", "targetType", "scheduledFor",
        "maxRetries", "sendWindow", "numberIds: '222'", "segmentQuery.conditions[0].operator"})
    EXPECT_NE(r.problem().message.find(field), std::string::npos) << field;
  d = draft();
  d.scheduled_for = "2030-02-31T10:00:00Z";
  EXPECT_EQ(store->create_campaign(who, d).problem().code, errc::invalid);
  d = draft();
  d.send_window = R"({"from":"09:00","until":"21:00","timeZone":"Mars/Olympus"})";
  EXPECT_NE(store->create_campaign(who, d).problem().message.find("Mars/Olympus"),
            std::string::npos);
}

TEST_F(admin_store_test, only_a_draft_changes) {
  const auto id = make_with_people(2);
  ports::campaign_draft change;
  change.name = "Summer";
  change.rate_limit = 0;
  EXPECT_EQ(json::parse(need(store->update_campaign(who, id, change)))["name"], "Summer");
  ASSERT_TRUE(store->launch_campaign(who, id).ok());
  EXPECT_EQ(store->update_campaign(who, id, change).problem().code, errc::conflict);
  EXPECT_EQ(store->delete_campaign(who, id).problem().code, errc::conflict);
  EXPECT_EQ(store->launch_campaign(who, id).problem().code, errc::conflict);
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'campaign.update'"), 1);
}

TEST_F(admin_store_test, another_organization_sees_nothing) {
  const auto id = make_with_people(1);
  EXPECT_EQ(store->get_campaign(stranger, id).problem().code, errc::not_found);
  EXPECT_EQ(store->update_campaign(stranger, id, draft()).problem().code, errc::not_found);
  EXPECT_EQ(store->delete_campaign(stranger, id).problem().code, errc::not_found);
  EXPECT_EQ(store->launch_campaign(stranger, id).problem().code, errc::not_found);
  EXPECT_EQ(store->load_campaign(stranger, id).problem().code, errc::not_found);
  EXPECT_EQ(store->campaign_stats(stranger, id).problem().code, errc::not_found);
  EXPECT_EQ(json::parse(need(store->list_campaigns(stranger, "", {})))["total"], 0);
}

TEST_F(admin_store_test, lists_come_in_pages) {
  for (int i = 0; i < 5; ++i)
    static_cast<void>(make(draft()));
  const auto page = json::parse(need(store->list_campaigns(who, "draft", {2, 2})));
  EXPECT_EQ(page["data"].size(), 2U);
  EXPECT_EQ(page["page"], 2);
  EXPECT_EQ(page["limit"], 2);
  EXPECT_EQ(page["total"], 5);
  EXPECT_EQ(json::parse(need(store->list_campaigns(who, "sending", {})))["data"], json::array());
  EXPECT_EQ(store->list_campaigns(who, "odd", {}).problem().code, errc::invalid);
}

TEST_F(admin_store_test, a_launch_names_every_obstacle) {
  const auto id = make(draft("unknown"));
  base.run("UPDATE number SET active = false WHERE phone_number_id = '111'");
  auto r = store->launch_campaign(who, id);
  EXPECT_EQ(r.problem().code, errc::invalid);
  EXPECT_NE(r.problem().message.find("no active sending number"), std::string::npos);
  EXPECT_NE(r.problem().message.find("no recipients"), std::string::npos);
  base.run("UPDATE number SET active = true");
  r = store->launch_campaign(who, id);
  EXPECT_NE(r.problem().message.find("is not known"), std::string::npos) << r.problem().message;
  r = store->launch_campaign(who, make_with_people(1, draft("paused")));
  EXPECT_NE(r.problem().message.find("is PAUSED"), std::string::npos) << r.problem().message;
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign WHERE status <> 'draft'"), 0);
}

TEST_F(admin_store_test, a_launch_screens_once_more) {
  const auto id = make_with_people(3);
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
           "4915112345601, 'STOP', now())");
  EXPECT_EQ(need(store->launch_campaign(who, id)), core::campaign_status::sending);
  EXPECT_EQ(base.number("SELECT screened_count FROM campaign"), 1);
  EXPECT_EQ(
      base.number(
          "SELECT count(*) FROM campaign WHERE started_at IS NOT NULL AND screened_at < now()"),
      1);
}

TEST_F(admin_store_test, a_time_that_lies_ahead_schedules) {
  auto d = draft();
  d.scheduled_for = "2130-01-01T00:00:00Z";
  const auto id = make_with_people(1, d);
  EXPECT_EQ(need(store->launch_campaign(who, id)), core::campaign_status::scheduled);
  ports::campaign_draft change;
  change.name = "Summer";
  const auto refused = store->update_campaign(who, id, change);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.problem().code, errc::conflict);
  EXPECT_NE(refused.problem().message.find("scheduledFor: null"), std::string::npos);
  change.scheduled_for = "";
  EXPECT_EQ(store->update_campaign(who, id, change).problem().code, errc::conflict);
  change.name.reset();
  const auto back = json::parse(need(store->update_campaign(who, id, change)));
  EXPECT_EQ(back["status"], "draft");
  EXPECT_TRUE(back["scheduledFor"].is_null());
  change = {};
  change.scheduled_for = "2130-01-02T00:00:00Z";
  EXPECT_TRUE(store->update_campaign(who, id, change).ok());
  EXPECT_EQ(need(store->launch_campaign(who, id)), core::campaign_status::scheduled);
  EXPECT_EQ(need(store->launch_campaign(who, id)), core::campaign_status::sending);
}

TEST_F(admin_store_test, customers_fill_the_list_of_all_and_of_a_segment) {
  const auto answer = json::parse(need(contacts->upsert_customers(
      who, {{"+4915112345670", "", "Anna",
             R"({"spent":100,"trips":[{"to":"Bali"},{"to":"Rome"}],"since":"2024-05-01"})", true},
            {"+4915112345671", "DE.1", "Ben", R"({"spent":900,"trips":[{"to":"Oslo"}]})", {}},
            {"+4915112345672", "", "Cora", R"({"spent":900,"trips":[{"to":"Bali"}]})", false},
            {"+12025550123", "", "Fred", R"({"spent":950})", true},
            {"nonsense", "", "", "", {}}})));
  EXPECT_EQ(answer["added"], 4);
  EXPECT_EQ(answer["problems"].size(), 1U);
  EXPECT_EQ(json::parse(need(contacts->upsert_customers(
                who, {{"+4915112345671", "DE.1", "Benno", "", {}}})))["updated"],
            1);

  auto d = draft();
  d.target_type = "all";
  auto id = make(d);
  ASSERT_TRUE(store->launch_campaign(who, id).ok());
  auto c = json::parse(need(store->get_campaign(who, id)));
  EXPECT_EQ(c["totalRecipients"], 3);
  EXPECT_EQ(c["screenedCount"], 1);

  const std::pair<const char*, int> segments[] = {
      {R"({"conditions":[{"field":"trips.to","operator":"eq","value":"Bali"}]})", 1},
      {R"({"conditions":[{"field":"trips.to","operator":"contains","value":"OSL"},{"field":"spent","operator":"lt","value":150}],"logic":"OR"})",
       2},
      {R"({"conditions":[{"field":"spent","operator":"gte","value":900},{"field":"trips","operator":"exists"}],"logic":"AND"})",
       1},
      {R"({"conditions":[{"field":"since","operator":"gte","value":"2024-01-01"},{"conditions":[{"field":"name","operator":"in","value":["Anna","x"]}]}]})",
       1},
      {R"({"conditions":[{"field":"spent","operator":"in","value":[1,"x",true,900,"100"]}]})", 2},
      {R"({"conditions":[{"field":"trips.to","operator":"ne","value":"Bali"},{"field":"spent","operator":"lte","value":900}]})",
       1}};
  for (const auto& [segment, people] : segments) {
    d.target_type = "segment";
    d.segment_query = segment;
    id = make(d);
    ASSERT_TRUE(store->launch_campaign(who, id).ok()) << segment;
    EXPECT_EQ(json::parse(need(store->get_campaign(who, id)))["totalRecipients"], people)
        << segment;
  }
  // Names and values are never SQL.
  d.segment_query =
      R"({"conditions":[{"field":"a'\"b","operator":"eq","value":"'; DROP TABLE customer; --"}]})";
  EXPECT_NE(store->launch_campaign(who, make(d)).problem().message.find("no recipients"),
            std::string::npos);
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 4);
}

TEST_F(admin_store_test, ten_thousand_values_are_one_argument) {
  static_cast<void>(need(contacts->upsert_customers(who, people(3))));
  json values = json::array({"P1"});
  for (int i = 1; i < 10'000; ++i)
    values.push_back("nobody" + std::to_string(i));
  auto d = draft();
  d.target_type = "segment";
  const auto of = [&] {
    return json{{"conditions", {{{"field", "name"}, {"operator", "in"}, {"value", values}}}}}
        .dump();
  };
  d.segment_query = of();
  const auto id = make(d);
  ASSERT_TRUE(store->launch_campaign(who, id).ok());
  EXPECT_EQ(json::parse(need(store->get_campaign(who, id)))["totalRecipients"], 1);
  values.push_back("one more");
  d.segment_query = of();
  EXPECT_NE(store->create_campaign(who, d).problem().message.find("more than 10000 values"),
            std::string::npos);
}

TEST_F(admin_store_test, a_list_that_kept_people_without_consent_is_not_for_marketing) {
  const auto import = [&] {
    const auto id = make(draft("receipt"));
    static_cast<void>(need(recipients->add(
        who, id, {{"+12025550123", "", "", "", true}, {"+4915112345670", "", "", "", false}})));
    return id;
  };
  EXPECT_TRUE(store->launch_campaign(who, import()).ok());
  const auto id = import();
  base.run("UPDATE template SET category = 'MARKETING' WHERE name = 'receipt'");
  const auto refused = store->launch_campaign(who, id);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.problem().message.find("without consent"), std::string::npos);
}

class admin_report_test : public admin_store_test {
protected:
  void SetUp() override {
    admin_store_test::SetUp();
    id = make_with_people(6);
    base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
             "4915112345605, 'STOP', now())");
    static_cast<void>(need(store->launch_campaign(who, id)));
    base.run("INSERT INTO delivery (campaign_no, seq, state, settled_attempt, number_no, "
             "accepted_ms, delivered_ms, read_ms) VALUES "
             "(1, 1, 4, 0, 1, 1000000, 1002000, 1010000), "
             "(1, 2, 3, 0, 1, 1000500, 1004500, NULL), (1, 3, 2, 0, 1, 1001000, NULL, NULL)");
    base.run("INSERT INTO delivery (campaign_no, seq, state, failed_attempt, error_code, "
             "number_no, failed_ms) VALUES (1, 4, 6, 0, 131026, 1, 1001000)");
    base.run("INSERT INTO delivery_batch (writer, batch, campaign, seq, attempt, kind, code, "
             "number, at_ms, text) VALUES "
             "(1, 1, '{1,1,9}', '{2,4,2}', '{0,0,0}', '{6,5,1}', '{130429,131026,0}', '{1,1,1}', "
             "'{1000000,1001000,1}', '{busy,gone,x}'), "
             "(1, 2, '{1}', '{2}', '{1}', '{1}', '{0}', '{1}', '{1000500}', '{wamid.1}')");
  }
  std::string id;
};

TEST_F(admin_report_test, the_figures_add_up) {
  const auto s = json::parse(need(store->campaign_stats(who, id)));
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
  const auto over = json::parse(need(store->campaign_stats(who, id)));
  EXPECT_EQ(over["balance"]["cancelled"], 1);
  EXPECT_EQ(over["balance"]["explained"], true);
}

TEST_F(admin_report_test, a_draft_goes_with_its_list) {
  const auto other = make_with_people(3);
  ASSERT_TRUE(store->delete_campaign(who, other).ok());
  EXPECT_EQ(store->get_campaign(who, other).problem().code, errc::not_found);
  EXPECT_EQ(base.number("SELECT count(*) FROM pg_class WHERE relname = 'campaign_recipient_2'"), 0);
}

} // namespace
} // namespace stentor::postgres::testing
