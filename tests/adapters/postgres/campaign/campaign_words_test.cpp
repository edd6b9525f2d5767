/// What a campaign remembers of its list for the day on which its template becomes one for
/// marketing, what it says of itself, and
/// how a list of campaigns goes on.

#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace stentor::postgres::testing {
namespace {

using core::campaign_status;
using nlohmann::json;

class campaign_words : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    campaigns.emplace(base.options(), *phones);
  }
  std::string make_with_people() {
    const auto id = campaigns->make(who, campaign_stores::draft());
    static_cast<void>(need(recipients->add(who, id, people(2))));
    return id;
  }
  campaign_status launched(const std::string& id) {
    const auto l = need(campaigns->launch(who, id));
    EXPECT_EQ(core::text_of(l.obstacles), "");
    return l.status;
  }

  std::optional<campaign_stores> campaigns;
};

TEST_F(campaign_words, lists_go_on_behind_the_last_one_whatever_is_added_meanwhile) {
  for (int i = 0; i < 5; ++i)
    static_cast<void>(campaigns->make(who, campaign_stores::draft()));
  const auto whole = json::parse(need(campaigns->admin->list(who, {}, {})).text);
  EXPECT_TRUE(whole["nextCursor"].is_null());
  EXPECT_EQ(whole["totalExact"], true);
  json seen = json::array();
  core::page p{.limit = 2};
  for (int round = 0; round < 3; ++round) {
    const auto answer = json::parse(need(campaigns->admin->list(who, {}, p)).text);
    for (const auto& c : answer["data"])
      seen.push_back(c);
    if (answer["nextCursor"].is_null())
      break;
    p.after = std::stoll(answer["nextCursor"].get<std::string>());
    static_cast<void>(campaigns->make(who, campaign_stores::draft()));
  }
  EXPECT_EQ(seen, whole["data"]);
}

TEST_F(campaign_words, a_list_remembers_who_may_not_get_marketing) {
  const auto id = campaigns->make(who, campaign_stores::draft("receipt"));
  static_cast<void>(need(recipients->add(who, id,
                                         {{"+4915112340001", "", "A", "", true},
                                          {"+4915112340002", "", "B", "", false},
                                          {"+12025550123", "", "C", "", true},
                                          {"+14165550123", "", "D", "", true}})));
  const std::string seen = "SELECT string_agg(screen || '/' || marketing_screen, ' ' ORDER BY seq) "
                           "FROM campaign_recipient";
  EXPECT_EQ(base.text(seen), "0/0 0/3 0/5 0/0");
  EXPECT_EQ(launched(id), campaign_status::sending);
  EXPECT_EQ(base.text(seen), "0/0 0/3 0/5 0/0");
  EXPECT_EQ(base.text("SELECT screened_marketing FROM campaign"), "f");
}

TEST_F(campaign_words, a_list_that_kept_people_without_consent_is_screened_for_marketing) {
  const auto import = [&] {
    const auto id = campaigns->make(who, campaign_stores::draft("receipt"));
    static_cast<void>(need(recipients->add(who, id,
                                           {{"+12025550123", "", "", "", true},
                                            {"+4915112345670", "", "", "", false},
                                            {"+4915112345671", "", "", "", {}}})));
    return id;
  };
  EXPECT_EQ(launched(import()), campaign_status::sending);
  const auto id = import();
  const auto older = import();
  base.run("UPDATE template SET category = 'MARKETING' WHERE name = 'receipt'");
  EXPECT_EQ(launched(id), campaign_status::sending);
  EXPECT_EQ(base.text("SELECT string_agg(screen::text, ' ' ORDER BY seq) FROM campaign_recipient "
                      "WHERE campaign_no = 2"),
            "5 3 0");
  base.run("UPDATE import SET screened = screened || '{\"no_consent_kept\": true}'");
  const auto refused = campaign_stores::obstacles_of(need(campaigns->launches->facts(who, older)));
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].code, "consent_missing") << "an early version did not note who they are";
}

TEST_F(campaign_words, a_list_follows_its_template_to_and_fro) {
  const auto id = campaigns->make(who, campaign_stores::draft());
  base.run("UPDATE campaign SET scheduled_for = now() + interval '1 day'");
  static_cast<void>(need(recipients->add(who, id,
                                         {{"+4915112340001", "", "A", "", true},
                                          {"+4915112340002", "", "B", "", false},
                                          {"+12025550123", "", "C", "", true}})));
  const auto seen = [&] {
    return base.text("SELECT string_agg(screen || '/' || marketing_screen, ' ' ORDER BY seq) "
                     "FROM campaign_recipient");
  };
  const auto launched_as = [&](const std::string& category) {
    base.run("UPDATE template SET category = '" + category + "'");
    EXPECT_EQ(launched(id), campaign_status::scheduled);
    core::campaign_draft back;
    back.scheduled_for.emplace();
    static_cast<void>(need(campaigns->admin->update(who, id, back)));
    base.run("UPDATE campaign SET scheduled_for = now() + interval '1 day'");
    return seen();
  };
  EXPECT_EQ(seen(), "0/0 3/0 5/0");
  EXPECT_EQ(launched_as("UTILITY"), "0/0 0/3 0/5");
  EXPECT_EQ(launched_as("MARKETING"), "0/0 3/0 5/0");
}

TEST_F(campaign_words, a_campaign_says_why_it_does_not_move) {
  const auto id = make_with_people();
  EXPECT_EQ(launched(id), campaign_status::sending);
  const auto reason = [&] {
    return json::parse(need(campaigns->admin->get(who, id)).text)["statusReason"];
  };
  EXPECT_TRUE(reason().is_null());
  base.run("UPDATE number SET stopped_sentence = '{\"code\": \"number_lacks_token\"}' WHERE "
           "phone_number_id = '111'");
  EXPECT_EQ(reason()["code"], "number_lacks_token");
  base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
           "VALUES (1, '112', 'w1', 80)");
  EXPECT_TRUE(reason().is_null()) << "another number sends";
  base.run("UPDATE campaign SET status = 'paused', status_sentence = '{\"code\": "
           "\"operator_paused\"}'");
  EXPECT_EQ(reason()["code"], "operator_paused");
}

} // namespace
} // namespace stentor::postgres::testing
