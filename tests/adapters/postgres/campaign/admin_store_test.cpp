/// The admin store against a real server: tokens, recipients, and that organizations never see each
/// other.

#include "adapters/phone/phone_numbers.hpp"
#include "adapters/postgres/campaign/admin_store.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

namespace stentor::postgres::testing {
namespace {

using core::errc;
using nlohmann::json;

class admin_store_test : public with_database {
protected:
  void SetUp() override {
    base.run("INSERT INTO organization (name) VALUES ('Acme'), ('Other')");
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (1, '111', 'w1', 80), (2, '222', 'w2', 80)");
    base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
             "status) VALUES "
             "('1', 1, 'w1', 'offer', 'en_US', 'MARKETING', 'APPROVED'), ('2', 1, 'w1', 'paused', "
             "'en_US', 'MARKETING', 'PAUSED')");
    store = make_admin_store({.database = base.options(), .connections = 2, .default_region = ""},
                             *phones);
    campaigns.emplace(base.options(), *phones);
  }

  std::string make_with_people(int n) {
    const auto id = campaigns->make(who, campaign_stores::draft());
    std::vector<ports::recipient_input> people;
    for (int i = 0; i < n; ++i)
      people.push_back(
          {"+49151" + std::to_string(12345600 + i), "", "P" + std::to_string(i), "", {}});
    static_cast<void>(need(store->add_recipients(who, id, people)));
    return id;
  }

  std::unique_ptr<ports::phone_numbers> phones = phone::make_phone_numbers();
  std::unique_ptr<ports::admin_store> store;
  std::optional<campaign_stores> campaigns;
  ports::principal who{1, "admin", "token test (1)", "127.0.0.1"};
  ports::principal stranger{2, "admin", "token other (2)", "127.0.0.1"};
};

TEST_F(admin_store_test, a_token_is_shown_once_and_stored_as_a_hash) {
  const auto made = need(store->create_token("Acme", "ci", "operator", std::nullopt));
  EXPECT_TRUE(made.token.starts_with("stn_"));
  EXPECT_EQ(made.token.size(), 4U + 43U);
  EXPECT_EQ(base.number("SELECT count(*) FROM api_token t WHERE position('" + made.token.substr(4) +
                        "' IN t::text) > 0"),
            0);
  const auto p = need(store->authenticate(made.token));
  EXPECT_EQ(p.organization, 1);
  EXPECT_EQ(p.role, "operator");
  EXPECT_EQ(p.actor, "token ci (" + made.id + ")");
  EXPECT_EQ(store->authenticate(made.token + "x").problem().code, errc::not_found);
  EXPECT_EQ(store->authenticate("").problem().code, errc::not_found);
  EXPECT_EQ(json::parse(need(store->list_tokens("Acme"))).size(), 1U);
  EXPECT_EQ(json::parse(need(store->list_tokens("Other"))).size(), 0U);
  ASSERT_TRUE(store->revoke_token(made.id).ok());
  EXPECT_EQ(store->authenticate(made.token).problem().code, errc::not_found);
  EXPECT_EQ(store->revoke_token(made.id).problem().code, errc::not_found);
  const auto old = need(store->create_token("Acme", "old", "viewer", "2020-01-01T00:00:00Z"));
  EXPECT_EQ(store->authenticate(old.token).problem().code, errc::not_found);
  EXPECT_EQ(store->create_token("Acme", "x", "king", std::nullopt).problem().code, errc::invalid);
}

TEST_F(admin_store_test, another_organization_sees_nothing) {
  const auto id = make_with_people(1);
  EXPECT_EQ(store->list_recipients(stranger, id, "", {}).problem().code, errc::not_found);
  EXPECT_EQ(store->recipient_timeline(stranger, id, "1").problem().code, errc::not_found);
  EXPECT_EQ(store->export_recipients(stranger, id, [](auto) { return true; }).problem().code,
            errc::not_found);
  EXPECT_EQ(json::parse(need(store->list_audit(stranger, {})))["total"], 0);
  EXPECT_EQ(json::parse(need(store->list_templates(stranger)))["data"].size(), 0U);
}

class admin_report_test : public admin_store_test {
protected:
  void SetUp() override {
    admin_store_test::SetUp();
    id = make_with_people(6);
    base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
             "4915112345605, 'STOP', now())");
    static_cast<void>(need(campaigns->launch(who, id)));
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

TEST_F(admin_report_test, recipients_are_listed_by_status) {
  EXPECT_EQ(json::parse(need(store->list_recipients(who, id, "", {2, 4})))["data"].size(), 2U);
  const auto failed = json::parse(need(store->list_recipients(who, id, "failed", {})));
  EXPECT_EQ(failed["total"], 1);
  EXPECT_EQ(failed["data"][0]["errorCode"], "131026");
  EXPECT_EQ(failed["data"][0]["phoneNumber"], "+4915112345603");
  EXPECT_EQ(
      json::parse(need(store->list_recipients(who, id, "screened", {})))["data"][0]["screenReason"],
      "opted_out");
  EXPECT_EQ(store->list_recipients(who, id, "odd", {}).problem().code, errc::invalid);
}

TEST_F(admin_report_test, the_timeline_tells_why_in_sentences) {
  const auto by_seq = json::parse(need(store->recipient_timeline(who, id, "2")));
  EXPECT_EQ(by_seq["recipient"]["status"], "delivered");
  ASSERT_EQ(by_seq["events"].size(), 2U);
  EXPECT_NE(by_seq["events"][0]["what"].get<std::string>().find("refused for the moment: busy"),
            std::string::npos);
  EXPECT_EQ(by_seq["events"][1]["kind"], "accepted");
  for (const std::string& same :
       {std::string{"+4915112345601"}, std::string{"4915112345601"},
        std::string{"+49 151 12345601"}, by_seq["recipient"]["id"].get<std::string>()})
    EXPECT_EQ(json::parse(need(store->recipient_timeline(who, id, same))), by_seq) << same;
  const auto screened = json::parse(need(store->recipient_timeline(who, id, "6")));
  EXPECT_EQ(screened["events"][0]["what"], "Not sent: The person said stop.");
  for (const char* unknown :
       {"7", "0", "-1", "", "+4915112345699", "00000000-0000-0000-0000-000000000001", "x' OR true"})
    EXPECT_EQ(store->recipient_timeline(who, id, unknown).problem().code, errc::not_found)
        << unknown;
}

TEST_F(admin_report_test, the_export_streams_every_recipient) {
  std::string csv;
  ASSERT_TRUE(store
                  ->export_recipients(who, id,
                                      [&](std::string_view piece) {
                                        csv += piece;
                                        return true;
                                      })
                  .ok());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
  EXPECT_TRUE(csv.starts_with("id,seq,phoneNumber,"));
}

} // namespace
} // namespace stentor::postgres::testing
