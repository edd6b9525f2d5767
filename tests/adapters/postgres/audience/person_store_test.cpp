/// One person under every key, with his messages in all campaigns.
#include "adapters/postgres/audience/person_store.hpp"

#include "tests/adapters/postgres/support/admin_side.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace stentor::postgres {

namespace {

using nlohmann::json;
using testing::need;

class person_store : public testing::admin_side {
protected:
  json shown(const ports::person_named& person, core::page p = {}) {
    return json::parse(need(persons->show(who, person, p)));
  }
  /// The id of a campaign on whose list this person is.
  std::string listed(const std::string& phone) {
    auto id = make_draft();
    need(
        recipients->add(who, id, {{phone, "", "Ana", "", {}}, {"+4915112345999", "", "", "", {}}}));
    return id;
  }

  static constexpr std::uint64_t ana = 4915112345678;
  std::unique_ptr<ports::person_store> persons = make_person_store(pool);
};

TEST_F(person_store, shows_who_stands_on_lists_only) {
  const auto first = listed("+4915112345678");
  const auto second = listed("+4915112345678");
  const auto seen = shown({.customer_id = {}, .phone = ana, .user_id = {}});
  EXPECT_TRUE(seen["customer"].is_null());
  EXPECT_TRUE(seen["serviceWindow"].is_null());
  EXPECT_TRUE(seen["stops"].empty());
  EXPECT_EQ(seen["phoneNumbers"], json::parse(R"(["+4915112345678"])"));
  ASSERT_EQ(seen["messages"]["data"].size(), 2U);
  EXPECT_EQ(seen["messages"]["data"][0]["campaignId"], second);
  EXPECT_EQ(seen["messages"]["data"][1]["campaignId"], first);
  EXPECT_EQ(seen["messages"]["data"][1]["campaignName"], "Spring");
  EXPECT_TRUE(seen["messages"]["nextCursor"].is_null());
}

TEST_F(person_store, knows_all_keys_of_a_customer) {
  base.run("INSERT INTO customer (organization_no, phone, user_id, name) VALUES (1, " +
           std::to_string(ana) + ", 'DE.ana', 'Ana')");
  base.run("INSERT INTO suppression (organization_no, user_id, reason, stopped_at) VALUES (1, "
           "'DE.ana', 'keyword', now())");
  base.run("INSERT INTO service_window (number_no, person, open_until, last_message_id) SELECT no, "
           "person_key(NULL, 'DE.ana'), now() + interval '1 h', 'm' FROM number WHERE "
           "phone_number_id = '111'");
  listed("+4915112345678");
  const auto id = base.text("SELECT id FROM customer");
  for (const auto& named :
       {ports::person_named{.customer_id = id, .phone = 0, .user_id = {}},
        ports::person_named{.customer_id = {}, .phone = ana, .user_id = {}},
        ports::person_named{.customer_id = {}, .phone = 0, .user_id = "DE.ana"}}) {
    const auto seen = shown(named);
    EXPECT_EQ(seen["customer"]["id"], id);
    EXPECT_EQ(seen["userIds"], json::parse(R"(["DE.ana"])"));
    EXPECT_EQ(seen["stops"].size(), 1U);
    EXPECT_EQ(seen["serviceWindow"]["open"], true);
    EXPECT_EQ(seen["messages"]["data"].size(), 1U);
  }
}

TEST_F(person_store, goes_on_by_cursor) {
  for (int i = 0; i < 5; ++i)
    listed("+4915112345678");
  std::optional<std::int64_t> after;
  std::size_t count = 0;
  for (int pages = 0; pages < 10; ++pages) {
    const auto seen = shown({.customer_id = {}, .phone = ana, .user_id = {}}, {1, 2, after});
    count += seen["messages"]["data"].size();
    EXPECT_LE(seen["messages"]["data"].size(), 2U);
    if (seen["messages"]["nextCursor"].is_null())
      break;
    after = std::stoll(seen["messages"]["nextCursor"].get<std::string>());
  }
  EXPECT_EQ(count, 5U);
}

TEST_F(person_store, knows_nobody_of_another_organization) {
  listed("+4915112345678");
  base.run("INSERT INTO customer (organization_no, phone) VALUES (2, " + std::to_string(ana) + ")");
  auto other = who;
  other.organization = 2;
  const auto seen =
      json::parse(need(persons->show(other, {.customer_id = {}, .phone = ana, .user_id = {}}, {})));
  EXPECT_TRUE(seen["messages"]["data"].empty());
  EXPECT_FALSE(seen["customer"].is_null());
  const auto id = base.text("SELECT id FROM customer");
  const auto mine = persons->show(who, {.customer_id = id, .phone = 0, .user_id = {}}, {});
  ASSERT_FALSE(mine.ok());
  EXPECT_EQ(mine.error().code, core::errc::not_found);
}

TEST_F(person_store, of_hostile_keys_finds_nobody) {
  for (const auto* key : {"'; DROP TABLE customer; --", "{}", "\\u0000", "\"", "%"}) {
    const auto seen = shown({.customer_id = {}, .phone = 0, .user_id = key});
    EXPECT_TRUE(seen["customer"].is_null());
    EXPECT_TRUE(seen["messages"]["data"].empty());
  }
}

TEST_F(person_store, a_list_takes_people_by_their_customer_id) {
  base.run("INSERT INTO customer (organization_no, phone, user_id, name, attributes, "
           "marketing_opt_in) VALUES (1, " +
           std::to_string(ana) +
           ", 'DE.ana', 'Ana', '{\"city\":\"Faro\",\"age\":30}', true), (1, 4915112345679, NULL, "
           "NULL, '{}', "
           "true), (2, 4915112345670, NULL, NULL, '{}', true)");
  const auto id = make_draft();
  std::vector<ports::contact_input> people(4);
  people[0].customer_id = base.text("SELECT id FROM customer WHERE name = 'Ana'");
  people[0].variables = R"({"city":"Porto"})";
  people[1].customer_id = base.text("SELECT id FROM customer WHERE phone = 4915112345679");
  people[2].customer_id = base.text("SELECT id FROM customer WHERE organization_no = 2");
  people[3].customer_id = "nobody";
  const auto report = need(recipients->add(who, id, people));
  EXPECT_EQ(report.rows_added, 2);
  EXPECT_EQ(report.sendable, 2);
  ASSERT_EQ(report.problems.size(), 2U);
  EXPECT_EQ(report.problems[0].line, 3);
  EXPECT_EQ(report.problems[0].what.code, "customer_unknown");
  const auto variables =
      json::parse(base.text("SELECT variables FROM campaign_recipient WHERE name = 'Ana'"));
  EXPECT_EQ(variables["city"], "Porto"); // what the list says wins
  EXPECT_EQ(variables["age"], 30);
  EXPECT_EQ(variables["name"], "Ana");
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE customer_no IS NOT NULL"),
            2);
}

} // namespace

} // namespace stentor::postgres
