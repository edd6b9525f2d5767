/// What customers did: stored once, for people who are known and who are not.

#include "adapters/postgres/contact/attribute_store.hpp"
#include "adapters/postgres/contact/event_store.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <thread>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

class event_store_test : public admin_side {
protected:
  static ports::event_input sale(std::int64_t row, const std::string& phone,
                                 const std::string& source, std::int64_t hours = 0) {
    ports::event_input e;
    e.row = row;
    e.phone_number = phone;
    e.name = "saleDetails";
    e.at =
        core::wall_time{std::chrono::milliseconds{1'790'000'000'000}} + std::chrono::hours{hours};
    e.value_micros = 45'000'500'000;
    e.currency = "INR";
    e.source_id = source;
    e.properties = R"({"destination":"Bali","nights":5})";
    return e;
  }
  json add(const std::vector<ports::event_input>& told) {
    return json::parse(need(events->add(who, told, {})));
  }
  std::unique_ptr<ports::event_store> events = make_event_store(pool, *phones, *zones, "");
};

TEST_F(event_store_test, are_stored_once_and_make_customers) {
  static_cast<void>(
      need(contacts->upsert_customers(who, {{"+4915112345670", "", "Anna", "", {}}})));
  auto nobody = sale(3, "12", "s3");
  const auto first =
      add({sale(1, "+49 151 12345670", "s1"), sale(2, "+919978783238", "s2"), nobody});
  EXPECT_EQ(first["stored"], 2);
  EXPECT_EQ(first["customersMade"], 1);
  ASSERT_EQ(first["problems"].size(), 1U);
  EXPECT_EQ(first["problems"][0]["row"], 3);
  const auto again = add({sale(1, "+4915112345670", "s1"), sale(2, "+4915112345670", "s1", 1)});
  EXPECT_EQ(again["stored"], 1) << "another time is another event";
  EXPECT_EQ(again["known"], 1);
  EXPECT_EQ(base.text("SELECT concat_ws('|', name, value_micros, currency, "
                      "properties->>'destination') FROM customer_event WHERE source_id = 's2'"),
            "saleDetails|45000500000|INR|Bali");
  EXPECT_EQ(base.text("SELECT concat_ws('|', country, marketing_opt_in, marketing_opt_out_at) FROM "
                      "customer WHERE phone = 919978783238"),
            "IN|f")
      << "who bought something has agreed to nothing";
  EXPECT_EQ(base.text("SELECT name FROM customer WHERE phone = 4915112345670"), "Anna");
}

TEST_F(event_store_test, of_one_person_under_two_keys_are_one_persons) {
  auto by_user = sale(1, "", "s1");
  by_user.user_id = "DE.1";
  auto both = sale(2, "+4915112345670", "s2");
  both.user_id = "DE.1";
  auto taken = sale(4, "+4915112345671", "s4");
  taken.user_id = "DE.1";
  const auto answer = add({by_user, both, sale(3, "+4915112345670", "s3"), taken});
  EXPECT_EQ(answer["stored"], 3);
  EXPECT_EQ(answer["customersMade"], 1);
  EXPECT_EQ(answer["problems"][0]["problem"]["code"], "two_customers");
  EXPECT_EQ(base.number("SELECT count(DISTINCT customer_no) FROM customer_event"), 1);
}

TEST_F(event_store_test, without_a_source_are_all_stored) {
  EXPECT_EQ(add({sale(1, "+4915112345670", ""), sale(2, "+4915112345670", "")})["stored"], 2);
  EXPECT_EQ(add({sale(1, "+4915112345670", "")})["stored"], 1);
}

TEST_F(event_store_test, what_the_database_refuses_costs_its_row_only) {
  auto huge = sale(2, "+4915112345671", "s2");
  huge.properties = R"({"n":1e999999})";
  const auto answer = add({sale(1, "+4915112345670", "s1"), huge, sale(3, "+4915112345672", "s3")});
  EXPECT_EQ(answer["stored"], 2);
  ASSERT_EQ(answer["problems"].size(), 1U);
  EXPECT_EQ(answer["problems"][0]["problem"]["code"], "row_refused");
}

TEST_F(event_store_test, at_once_are_stored_once) {
  const auto work = [&](bool backwards) {
    std::vector<ports::event_input> told;
    for (int i = 0; i < 500; ++i)
      told.push_back(
          sale(i + 1, "+49151" + std::to_string(12345600 + i % 50), "s" + std::to_string(i)));
    if (backwards)
      std::reverse(told.begin(), told.end());
    const auto answer = events->add(who, told, {});
    EXPECT_TRUE(answer.ok()) << (answer ? "" : answer.error().message);
  };
  std::thread other{work, true};
  work(false);
  other.join();
  EXPECT_EQ(base.number("SELECT count(*) FROM customer_event"), 500);
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 50);
}

TEST_F(event_store_test, the_latest_one_can_stand_in_a_message) {
  static_cast<void>(need(
      contacts->upsert_customers(who, {{"+4915112345670", "", "Anna", R"({"city":"Bonn"})", true},
                                       {"+4915112345671", "", "Ben", "", true}})));
  auto later = sale(2, "+4915112345670", "s2", 5);
  later.properties = R"({"destination":"Goa"})";
  auto other = sale(3, "+4915112345670", "s3", 9);
  other.name = "visit";
  add({sale(1, "+4915112345670", "s1"), later, other});
  const auto campaign =
      base.text("INSERT INTO campaign (organization_no, name, template_name, status, target_type, "
                "template_variables) VALUES "
                "(1, 'Spring', 'offer', 'draft', 'all', "
                "'{\"body.1\":\"{{saleDetails.destination|home}}\"}') RETURNING id");
  campaign_stores campaigns{base.options(), *phones};
  const auto launched = campaigns.launch(who, campaign);
  ASSERT_TRUE(launched.ok()) << launched.error().message;
  EXPECT_EQ(core::text_of(launched->obstacles), "");
  const auto variables = json::parse(
      base.text("SELECT variables FROM campaign_recipient WHERE phone = 4915112345670"));
  EXPECT_EQ(variables["saleDetails.destination"], "Goa");
  EXPECT_EQ(variables["saleDetails.value"], 45000.5);
  EXPECT_EQ(variables["city"], "Bonn");
  EXPECT_FALSE(variables.contains("visit.destination")) << "nothing names it";
  EXPECT_EQ(json::parse(
                base.text("SELECT variables FROM campaign_recipient WHERE phone = 4915112345671")),
            (json{{"name", "Ben"}}));
}

TEST_F(event_store_test, attributes_are_registered_and_listed) {
  auto attributes = make_attribute_store(pool);
  need(attributes->put(who, "spent", core::attribute_type::number, false));
  need(attributes->put(who, "spent", core::attribute_type::text, true));
  const auto list = json::parse(need(attributes->list(who)));
  ASSERT_EQ(list["data"].size(), 1U);
  EXPECT_EQ(list["data"][0]["type"], "text");
  EXPECT_EQ(list["data"][0]["required"], true);
  EXPECT_TRUE(json::parse(need(attributes->list(stranger)))["data"].empty());
}

} // namespace
} // namespace stentor::postgres::testing
