/// What Meta thinks of numbers and templates: what it leaves of the rates, and how it is
/// remembered.

#include "adapters/postgres/business_number/number_directory.hpp"
#include "adapters/postgres/business_number/number_facts_store.hpp"
#include "adapters/postgres/campaign/plan_terms.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <nlohmann/json.hpp>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class quality : public with_stores {
protected:
  void SetUp() override {
    with_stores::SetUp();
    base.run("INSERT INTO portfolio (organization_no) VALUES (1); UPDATE number SET portfolio_no = "
             "1; UPDATE number SET messages_per_second = no * 10");
    facts = std::make_shared<number_facts_store_on_postgres>(
        std::make_shared<connection>(need(connection::open(base.options()))));
  }
  void rate(core::number_no number, const std::string& rating) {
    ASSERT_TRUE(facts->keep(number, {.quality_rating = rating}).ok());
  }
  void lay_down(const core::quality_policy& wanted) {
    core::policy all;
    all.quality = wanted;
    const auto name = base.text("SELECT name FROM organization WHERE no = 1");
    ASSERT_TRUE(make_policy_store(queries)->save(name, all).ok());
  }
  core::quality_terms terms() {
    auto db = need(connection::open(base.options()));
    return need(load_plan_terms(db, 1)).quality;
  }
  /// "number quality GREEN>RED", the latest first.
  std::string history(const ports::quality_filter& filter = {}, core::page page = {}) {
    ports::principal who;
    who.organization = 1;
    const auto answer = nlohmann::json::parse(
        need(make_number_directory(queries)->quality_history(who, filter, page)));
    std::string text;
    const auto word = [](const nlohmann::json& value) {
      return value.is_null() ? std::string{"-"} : value.get<std::string>();
    };
    for (const auto& h : answer["data"])
      text += (text.empty() ? "" : ", ") + word(h["subject"]) + " " + word(h["fact"]) + " " +
              word(h["before"]) + ">" + word(h["now"]);
    return text;
  }

  query_pool queries{base.options(), 1};
  std::shared_ptr<number_facts_store_on_postgres> facts;
};

TEST_F(quality, of_a_number_comes_with_its_lease) {
  for (const auto& lease : hold("a"))
    EXPECT_EQ(lease.marketing_share, 1);
  rate(1, "YELLOW");
  rate(2, "RED");
  auto leases = hold("a");
  EXPECT_EQ(leases[0].marketing_share, 0.5) << "before a daemon has laid anything down";
  EXPECT_EQ(leases[1].marketing_share, 0);
  lay_down({.yellow = 0.25, .red = 0.1, .template_red = 0.2});
  leases = hold("a");
  EXPECT_EQ(leases[0].marketing_share, 0.25);
  EXPECT_EQ(leases[1].marketing_share, 0.1);
  rate(1, "GREEN");
  EXPECT_EQ(hold("a")[0].marketing_share, 1);
}

TEST_F(quality, leaves_a_campaign_what_its_numbers_may_send) {
  EXPECT_EQ(terms().numbers, 1);
  rate(1, "RED"); // ten of thirty a second
  EXPECT_DOUBLE_EQ(terms().numbers, 20.0 / 30);
  base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, status, "
           "parameter_format, components, quality_score) SELECT 'x', 1, waba_id, c.template_name, "
           "c.template_language, 'MARKETING', 'APPROVED', 'POSITIONAL', '[]', 'RED' FROM number n, "
           "campaign c WHERE n.no = 1 AND c.no = 1 ON CONFLICT (waba_id, name, language) DO UPDATE "
           "SET quality_score = 'RED', category = 'MARKETING'");
  EXPECT_DOUBLE_EQ(terms().of_template, 0.1);
  base.run("UPDATE template SET category = 'UTILITY'");
  EXPECT_EQ(terms().numbers, 1) << "it is no marketing";
  EXPECT_EQ(terms().of_template, 1);
}

TEST_F(quality, is_remembered_when_it_changes) {
  rate(1, "GREEN");
  rate(1, "GREEN");
  rate(1, "RED");
  ASSERT_TRUE(facts->keep(2, {.status = "FLAGGED", .throughput = "HIGH"}).ok());
  EXPECT_EQ(history({.subject = "number",
                     .name = base.text("SELECT phone_number_id FROM number "
                                       "WHERE no = 1")}),
            "number quality GREEN>RED, number quality ->GREEN");
  EXPECT_EQ(history({.subject = "number"}, {.number = 1, .limit = 2}),
            "number throughput ->HIGH, number status ->FLAGGED");
  EXPECT_EQ(history({.subject = "template"}), "");
}

TEST_F(quality, limits_that_meta_tells_count_at_once_and_for_the_whole_portfolio) {
  hold("a");
  const auto account = base.text("SELECT waba_id FROM number WHERE no = 1");
  ASSERT_TRUE(facts->keep_limit(account, "TIER_2K").ok());
  EXPECT_EQ(base.number("SELECT unique_limit FROM portfolio"), 2'000);
  EXPECT_EQ(base.number("SELECT count(limited_by) FROM number_lease"), 2);
  ASSERT_TRUE(facts->keep_limit(account, "TIER_2K").ok());
  ASSERT_TRUE(facts->keep_limit("nobody's", "TIER_250").ok());
  ASSERT_TRUE(facts->keep_limit(account, "100").ok());
  EXPECT_EQ(base.number("SELECT unique_limit FROM portfolio"), 100);
  ASSERT_TRUE(facts->keep_limit(account, "TIER_UNLIMITED").ok());
  EXPECT_EQ(base.number("SELECT count(unique_limit) FROM portfolio"), 0);
  EXPECT_EQ(base.number("SELECT count(limited_by) FROM number_lease"), 0);
  EXPECT_EQ(history({.subject = "portfolio"}),
            "portfolio messagingLimit 100>TIER_UNLIMITED, portfolio messagingLimit TIER_2K>100, "
            "portfolio messagingLimit ->TIER_2K");
}

} // namespace
