/// Customers who turn out to be one person.

#include "adapters/postgres/contact/customer_join.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

class customer_join_test : public admin_side {
protected:
  json upsert(const std::vector<ports::contact_input>& customers) {
    return json::parse(need(contacts->upsert_customers(who, customers)));
  }
  std::string id_of(const std::string& where) {
    return base.text("SELECT id FROM customer WHERE " + where);
  }
  std::int64_t follow() { return need(follower.follow(base.db())); }

  customer_follower follower;
};

TEST_F(customer_join_test, a_list_that_shows_both_keys_joins_two_customers) {
  upsert({{"", "DE.1", "Hidden", R"({"a":1,"b":1})", false}});
  upsert({{"+4915112345670", "", "Anna", R"({"b":2})", {}}});
  base.run("INSERT INTO customer_event (organization_no, customer_no, name, at) SELECT 1, no, "
           "'order', now() FROM customer");
  const auto hidden = id_of("user_id = 'DE.1'");
  const auto answer = upsert({{"+4915112345670", "DE.1", "", R"({"c":3})", {}}});
  EXPECT_TRUE(answer["problems"].empty());
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 1);
  const auto shown = json::parse(need(contacts->get_customer(who, hidden)));
  EXPECT_EQ(shown["phoneNumber"], "+4915112345670");
  EXPECT_EQ(shown["userId"], "DE.1");
  EXPECT_EQ(shown["name"], "Anna");
  EXPECT_EQ(shown["attributes"], (json{{"a", 1}, {"b", 2}, {"c", 3}}));
  EXPECT_EQ(shown["marketingOptIn"], false) << "who refused under one key refused";
  EXPECT_EQ(shown["country"], "DE");
  EXPECT_EQ(
      base.number("SELECT count(*) FROM customer_event e JOIN customer k ON k.no = e.customer_no"),
      2);
  EXPECT_EQ(contacts->get_customer(stranger, hidden).error().code, core::errc::not_found);
}

TEST_F(customer_join_test, what_receipts_told_is_followed) {
  upsert({{"", "DE.1", "Hidden", "", {}},
          {"", "DE.2", "Alone", "", {}},
          {"", "DE.3", "Silent", "", {}},
          {"+4915112345670", "", "Anna", "", {}}});
  base.run("INSERT INTO person_alias VALUES (1, 'DE.1', 4915112345670, now()), (1, 'DE.2', "
           "4915112345671, now())");
  EXPECT_EQ(follow(), 2);
  EXPECT_EQ(follow(), 0);
  EXPECT_EQ(
      base.text(
          "SELECT string_agg(concat_ws('/', phone, user_id), ' ' ORDER BY phone) FROM customer"),
      "4915112345670/DE.1 4915112345671/DE.2 DE.3");
}

TEST_F(customer_join_test, a_new_number_takes_the_place_of_the_old_one) {
  upsert({{"+4915112345670", "", "Anna", "", {}},
          {"+4915112345672", "DE.5", "Old", R"({"a":1})", {}},
          {"+4915112345673", "", "New", "", {}}});
  const auto old = id_of("phone = 4915112345672");
  base.run("INSERT INTO person_change (organization_no, old_phone, phone, changed_at) VALUES (1, "
           "4915112345670, 4915112345671, now()), "
           "(1, 4915112345672, 4915112345673, now()), (1, 4915112345699, 4915112345698, now())");
  EXPECT_EQ(follow(), 2);
  EXPECT_EQ(follow(), 0);
  EXPECT_EQ(base.text("SELECT name FROM customer WHERE phone = 4915112345671"), "Anna");
  EXPECT_EQ(base.number("SELECT count(*) FROM customer_alias WHERE phone = 4915112345670"), 1);
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 2);
  const auto one = json::parse(need(contacts->get_customer(who, old)));
  EXPECT_EQ(one["phoneNumber"], "+4915112345673");
  EXPECT_EQ(one["userId"], "DE.5");
  EXPECT_EQ(one["attributes"], (json{{"a", 1}}));
}

TEST_F(customer_join_test, of_other_organizations_or_gone_are_left_alone) {
  upsert({{"+4915112345670", "", "Anna", "", {}}});
  static_cast<void>(need(contacts->upsert_customers(stranger, {{"", "DE.1", "B", "", {}}})));
  const auto first = base.number("SELECT min(no) FROM customer");
  EXPECT_FALSE(need(join_customers(base.db(), first, base.number("SELECT max(no) FROM customer"))));
  EXPECT_FALSE(need(join_customers(base.db(), first, 999)));
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 2);
}

} // namespace
} // namespace stentor::postgres::testing
