/// How rows of customers are written: whoever says what of whom, in which order, at once.

#include "adapters/postgres/contact/contact_touch.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"

#include <nlohmann/json.hpp>

#include <barrier>
#include <string>
#include <thread>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

class contact_touch_test : public admin_side {
protected:
  json upsert(const std::vector<ports::contact_input>& customers) {
    return json::parse(need(contacts->upsert_customers(who, customers)));
  }
  std::string customer(const std::string& columns, const std::string& where) {
    return base.text("SELECT concat_ws('|', " + columns + ") FROM customer WHERE " + where);
  }
  static ports::contact_input with(const std::string& phone, const std::string& user,
                                   const std::string& variables = "") {
    return {phone, user, "", variables, {}};
  }
};

TEST_F(contact_touch_test, a_member_replaces_null_removes_and_absent_stays) {
  auto person =
      with("+4915112345670", "", R"({"city":"Bonn","spent":1,"trip":{"to":"Bali","n":null}})");
  person.name = "Anna";
  person.language = "de";
  person.tags = {{"vip", "new"}};
  upsert({person});
  EXPECT_EQ(upsert({with("+49 151 12345670", "", R"({"spent":2,"city":null})")})["updated"], 1);
  EXPECT_EQ(customer("name, language, array_to_string(tags, ','), attributes", "true"),
            R"(Anna|de|vip,new|{"trip": {"n": null, "to": "Bali"}, "spent": 2})");
  auto less = with("+4915112345670", "");
  less.removes_name = true;
  less.tags = std::vector<std::string>{};
  less.language = "";
  upsert({less});
  EXPECT_EQ(customer("name IS NULL, language IS NULL, tags", "true"), "t|t|{}");
}

TEST_F(contact_touch_test, a_second_import_changes_nothing) {
  auto person = with("+4915112345670", "DE.1", R"({"a":1.50,"b":[1,2],"timeZone":"Asia/Kolkata"})");
  person.marketing_opt_in = true;
  EXPECT_EQ(upsert({person})["added"], 1);
  const auto version = base.text("SELECT xmin FROM customer");
  const auto again = upsert({person});
  EXPECT_EQ(again["updated"], 0);
  EXPECT_EQ(again["unchanged"], 1);
  EXPECT_EQ(base.text("SELECT xmin FROM customer"), version);
}

TEST_F(contact_touch_test, knows_where_people_are) {
  auto in_new_york = with("+4915112345671", "");
  in_new_york.time_zone = "America/New_York";
  auto nowhere = with("+4915112345672", "");
  nowhere.time_zone = "Mars/Olympus";
  const auto answer =
      upsert({with("+4915112345670", ""), in_new_york, nowhere, with("", "BR.77"), with("", "x"),
              with("+919876543210", "US.5", R"({"timeZone":"no zone"})")});
  ASSERT_EQ(answer["problems"].size(), 1U);
  EXPECT_EQ(answer["problems"][0]["problem"]["code"], "time_zone_unknown");
  const auto place = [&](const std::string& where) {
    return base.text("SELECT concat_ws('|', k.country, k.time_zone, p.country, "
                     "array_to_string(p.zones[1:2], ',')) FROM customer k JOIN place p ON p.no = "
                     "k.place WHERE " +
                     where);
  };
  EXPECT_EQ(place("phone = 4915112345670"), "DE|DE|Europe/Berlin,Europe/Busingen");
  EXPECT_EQ(place("phone = 4915112345671"), "DE|America/New_York|DE|America/New_York");
  EXPECT_EQ(place("user_id = 'BR.77'"), "BR|BR|America/Araguaina,America/Bahia");
  EXPECT_EQ(place("user_id = 'x'"), "ZZ|ZZ|");
  EXPECT_EQ(place("phone = 919876543210"), "IN|IN|Asia/Kolkata");
  upsert({with("", "US.5", R"({"a":1})"), with("+4915112345673", "BR.77")});
  EXPECT_EQ(place("user_id = 'US.5'"), "IN|IN|Asia/Kolkata") << "the phone number tells more";
  EXPECT_EQ(place("user_id = 'BR.77'"), "DE|DE|Europe/Berlin,Europe/Busingen");
  auto home_again = with("+4915112345671", "");
  home_again.time_zone = "";
  upsert({home_again});
  EXPECT_EQ(place("phone = 4915112345671"), "DE|DE|Europe/Berlin,Europe/Busingen");
}

TEST_F(contact_touch_test, the_same_person_twice_in_one_list_is_one) {
  const auto answer = upsert(
      {with("+4915112345670", "", R"({"a":1,"b":1})"), with("", "DE.1", R"({"c":3})"),
       with("+4915112345670", "DE.1", R"({"a":2,"b":null})"), with("", "DE.1", R"({"d":4})")});
  EXPECT_EQ(answer["added"], 1);
  EXPECT_EQ(customer("phone, user_id, attributes", "true"),
            R"(4915112345670|DE.1|{"a": 2, "c": 3, "d": 4})");
}

TEST_F(contact_touch_test, a_user_id_that_stands_everywhere_spoils_one_row_only) {
  const auto answer = upsert({with("+4915112345670", "N/A"), with("+4915112345671", "N/A"),
                              with("+4915112345672", "N/A"), with("+4915112345673", "DE.3")});
  EXPECT_EQ(answer["added"], 2);
  ASSERT_EQ(answer["problems"].size(), 2U);
  EXPECT_EQ(answer["problems"][0]["row"], 2);
  EXPECT_EQ(answer["problems"][0]["problem"]["code"], "two_customers");
  // The same in another call: nobody's phone number becomes another one.
  EXPECT_EQ(upsert({with("+4915112345671", "N/A")})["problems"].size(), 1U);
  EXPECT_EQ(
      base.number("SELECT count(*) FROM customer WHERE phone = 4915112345670 AND user_id = 'N/A'"),
      1);
}

TEST_F(contact_touch_test, a_bad_row_among_many_costs_no_other) {
  auto all = people(200);
  all[7].phone_number = "nonsense";
  all[9].variables = R"({"":1})";
  all[11].user_id = std::string(257, 'x');
  all[13].name = std::string("a\0b", 3);
  all[15].variables = "{\"long\":\"" + std::string(70'000, 'x') + "\"}";
  all[17].name = std::string(600, 'n');
  const auto answer = upsert(all);
  EXPECT_EQ(answer["added"], 194);
  std::vector<int> rows;
  for (const auto& p : answer["problems"])
    rows.push_back(p["row"]);
  EXPECT_EQ(rows, (std::vector<int>{8, 10, 12, 14, 16, 18}));
}

TEST_F(contact_touch_test, attributes_named_like_columns_are_attributes) {
  upsert({with("+4915112345670", "", R"({"no":9,"phone":"1","tags":["x"],"organization_no":2})")});
  EXPECT_EQ(customer("no, phone, tags, organization_no, attributes->>'organization_no'", "true"),
            "1|4915112345670|{}|1|2");
}

TEST_F(contact_touch_test, numbers_beyond_all_measure_are_kept_or_refused) {
  base.run("INSERT INTO attribute (organization_no, name, type, required) VALUES (1, 'spent', "
           "'number', false)");
  const auto answer = upsert({with("+4915112345670", "", R"({"spent":"1e400"})"),
                              with("+4915112345671", "", R"({"spent":"12.50"})"),
                              with("+4915112345672", "", R"({"other":"1e400"})")});
  EXPECT_EQ(answer["added"], 2);
  EXPECT_EQ(answer["problems"][0]["problem"]["text"],
            "attributes.spent: expected a number such as 12.50");
  EXPECT_EQ(customer("attributes", "phone = 4915112345671"), R"({"spent": 12.50})");
}

TEST_F(contact_touch_test, nobody_is_added_without_what_all_must_have) {
  base.run("INSERT INTO attribute (organization_no, name, type, required) VALUES (1, 'tier', "
           "'text', true)");
  const auto answer =
      upsert({with("+4915112345670", ""), with("+4915112345671", "", R"({"tier":3})")});
  EXPECT_EQ(answer["added"], 1);
  EXPECT_EQ(answer["problems"][0]["problem"]["code"], "attribute_missing");
  EXPECT_EQ(upsert({with("+4915112345671", "", R"({"tier":null})")})["problems"].size(), 1U);
  EXPECT_EQ(upsert({with("+4915112345671", "", R"({"other":1})")})["updated"], 1);
}

TEST_F(contact_touch_test, customers_grow_to_a_limit) {
  std::int64_t refused = 0;
  for (int i = 0; i < 6; ++i)
    refused += static_cast<std::int64_t>(upsert({with(
        "+4915112345670", "",
        "{\"a" + std::to_string(i) + "\":\"" + std::string(60'000, 'x') + "\"}")})["problems"]
                                             .size());
  EXPECT_EQ(refused, 2);
}

TEST_F(contact_touch_test, stops_hold_under_a_key_that_becomes_known) {
  base.run("INSERT INTO suppression (organization_no, user_id, reason, stopped_at) VALUES (1, "
           "'DE.9', 'stop_word', now())");
  upsert({with("+4915112345670", "DE.9")});
  EXPECT_EQ(base.number("SELECT count(*) FROM suppression WHERE phone = 4915112345670"), 1);
}

TEST_F(contact_touch_test, who_was_met_is_asked_nothing_and_renamed_never) {
  const auto meet = [&](const std::string& name, std::int64_t phone, const std::string& user) {
    need(pool.in_transaction([&](connection& db) -> core::status {
      core::customer_batch batch;
      core::customer_row row;
      row.phone = phone;
      row.user_id = user;
      row.name = name;
      row.met = true;
      static_cast<void>(batch.add(row));
      contact_touch touch{1, *zones};
      auto report = touch.write(db, batch);
      if (!report)
        return report.error();
      return core::ok{};
    }));
  };
  meet("~anna~", 4915112345670, "");
  EXPECT_EQ(customer("name, marketing_opt_in, marketing_opt_out_at IS NULL", "true"), "~anna~|f|t");
  auto listed = with("+4915112345671", "");
  listed.name = "Ben";
  upsert({listed});
  meet("~ben~", 4915112345671, "DE.2");
  EXPECT_EQ(customer("name, marketing_opt_in, user_id", "phone = 4915112345671"), "Ben|t|DE.2");
}

/// Two lists of the same people in opposite orders, many times: nobody waits for ever, nobody is
/// there twice.
TEST_F(contact_touch_test, lists_at_once_in_other_orders) {
  constexpr int rounds = 12;
  std::barrier together{2};
  const auto work = [&](bool backwards) {
    for (int round = 0; round < rounds; ++round) {
      auto all = people(300);
      for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].variables = "{\"round\":" + std::to_string(round) + "}";
        if (i % 3 == 0)
          all[i].user_id = "DE." + std::to_string(i);
      }
      if (backwards)
        std::reverse(all.begin(), all.end());
      together.arrive_and_wait();
      const auto answer = contacts->upsert_customers(who, all);
      EXPECT_TRUE(answer.ok()) << (answer ? "" : answer.error().message);
    }
  };
  std::thread other{work, true};
  work(false);
  other.join();
  EXPECT_EQ(base.number("SELECT count(*) FROM customer"), 300);
  EXPECT_EQ(base.number("SELECT count(*) FROM customer WHERE user_id IS NOT NULL"), 100);
}

} // namespace
} // namespace stentor::postgres::testing
