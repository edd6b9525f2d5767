/// Customers and stops, templates and numbers, as people see them.

#include "adapters/postgres/campaign/housekeeping.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

class contacts_test : public admin_side {
protected:
  json upsert(const std::vector<ports::contact_input>& customers) {
    return json::parse(need(contacts->upsert_customers(who, customers)));
  }
};

TEST_F(contacts_test, customers_are_added_and_updated) {
  const auto answer = upsert({{"+4915112345670", "", "Anna", R"({"spent":100})", true},
                              {"+4915112345671", "DE.1", "Ben", "", {}},
                              {"nonsense", "", "", "", {}},
                              {"", "", "Nobody", "", {}},
                              {"+4915112345672", "", "", "[1]", {}}});
  EXPECT_EQ(answer["added"], 2);
  EXPECT_EQ(answer["updated"], 0);
  ASSERT_EQ(answer["problems"].size(), 3U);
  EXPECT_EQ(answer["problems"][0]["row"], 3);
  EXPECT_EQ(answer["problems"][1]["problem"]["text"], "expected phoneNumber or userId");
  EXPECT_EQ(upsert({{"+4915112345671", "DE.1", "Benno", "", false}})["updated"], 1);
  EXPECT_EQ(base.text("SELECT name FROM customer WHERE user_id = 'DE.1' AND NOT marketing_opt_in "
                      "AND marketing_opt_out_at IS NOT NULL"),
            "Benno");
  EXPECT_EQ(base.number("SELECT count(*) FROM audit_log WHERE action = 'customer.upsert'"), 2);
}

TEST_F(contacts_test, customers_are_read_with_the_times_of_their_consent) {
  static_cast<void>(need(contacts->upsert_customers(who, {{"+4915112345670", "", "A", "", {}}})));
  const auto list = json::parse(need(contacts->list_customers(who, {}, {})));
  ASSERT_EQ(list["total"], 1);
  EXPECT_EQ(list["data"][0]["marketingOptIn"], true);
  EXPECT_TRUE(list["data"][0]["marketingOptInAt"].is_null()) << "nobody said anything yet";
  static_cast<void>(need(contacts->upsert_customers(who, {{"+4915112345670", "", "", "", true}})));
  const auto id = list["data"][0]["id"].get<std::string>();
  const auto said = json::parse(need(contacts->get_customer(who, id)));
  EXPECT_FALSE(said["marketingOptInAt"].is_null()) << "a yes has a time";
  EXPECT_EQ(said["phoneNumber"], "+4915112345670");
  EXPECT_EQ(contacts->get_customer(stranger, id).error().code, core::errc::not_found);
  EXPECT_EQ(json::parse(need(contacts->list_customers(stranger, {}, {})))["total"], 0);
}

TEST_F(contacts_test, the_last_word_on_marketing_counts) {
  using std::chrono::hours;
  const core::wall_time yesterday{std::chrono::milliseconds{1'780'000'000'000}};
  const auto said = [&](bool agrees, std::optional<core::wall_time> when) {
    ports::contact_input person{"+4915112345670", "", "A", "", agrees};
    person.consent_at = when;
    upsert({person});
    return base.text(
        "SELECT concat_ws(' ', marketing_opt_in, extract(epoch FROM marketing_opt_in_at)"
        "::int8, extract(epoch FROM marketing_opt_out_at)::int8) FROM customer");
  };
  EXPECT_EQ(said(true, yesterday), "t 1780000000");
  EXPECT_EQ(said(false, yesterday - hours{1}), "t 1780000000") << "refused before he agreed";
  EXPECT_EQ(said(false, yesterday + hours{2}), "f 1780000000 1780007200");
  EXPECT_EQ(said(true, yesterday), "f 1780000000 1780007200") << "the same file once more";
  EXPECT_EQ(said(true, yesterday + hours{3}), "t 1780010800 1780007200");
  EXPECT_EQ(said(false, std::nullopt).substr(0, 13), "f 1780010800 ") << "without a time it is now";
  EXPECT_EQ(said(true, yesterday + hours{4}).substr(0, 2), "f ");
  EXPECT_EQ(said(true, std::nullopt).substr(0, 2), "t ");
}

TEST_F(contacts_test, customers_are_found_by_a_key) {
  upsert({{"+4915112345670", "DE.1", "A", "", {}}, {"+5511987654321", "", "B", "", {}}});
  const auto names = [&](const ports::customer_filter& filter) {
    std::string all;
    const auto list = json::parse(need(contacts->list_customers(who, filter, {})));
    for (const auto& one : list["data"])
      all += one["name"].get<std::string>();
    return all;
  };
  EXPECT_EQ(names({4915112345670, ""}), "A");
  EXPECT_EQ(names({5511987654321, ""}), "B");
  EXPECT_EQ(names({0, "DE.1"}), "A");
  EXPECT_EQ(names({5511987654321, "DE.1"}), "");
  EXPECT_EQ(names({}), "BA");
}

TEST_F(contacts_test, a_customer_changes_and_keeps_its_old_number_as_its_own) {
  upsert({{"+4915112345670", "", "A", R"({"a":1})", true}, {"+4915112345671", "", "B", "", {}}});
  const auto id = base.text("SELECT id FROM customer WHERE phone = 4915112345670");
  ports::contact_input patch{"+919876543210", "IN.1", "", R"({"b":2})", {}};
  const auto shown = json::parse(need(contacts->change_customer(who, id, patch)));
  EXPECT_EQ(shown["phoneNumber"], "+919876543210");
  EXPECT_EQ(shown["country"], "IN");
  EXPECT_EQ(shown["attributes"], (json{{"a", 1}, {"b", 2}}));
  EXPECT_EQ(shown["name"], "A");
  EXPECT_EQ(base.text("SELECT phone FROM customer_alias"), "4915112345670");
  const auto taken = contacts->change_customer(who, id, {"+4915112345671", "", "", "", {}});
  EXPECT_EQ(taken.error().code, core::errc::conflict);
  EXPECT_EQ(contacts->change_customer(stranger, id, patch).error().code, core::errc::not_found);
  EXPECT_EQ(contacts->change_customer(who, id, {"x", "", "", "", {}}).error().code,
            core::errc::invalid);
}

TEST_F(contacts_test, a_deleted_customer_who_refused_is_written_to_by_no_later_list) {
  upsert({{"+4915112345670", "DE.1", "A", "", false}, {"+4915112345671", "", "B", "", {}}});
  base.run("INSERT INTO customer_event (organization_no, customer_no, name, at) SELECT 1, no, "
           "'order', now() FROM customer");
  const auto id = base.text("SELECT id FROM customer WHERE phone = 4915112345670");
  EXPECT_EQ(contacts->remove_customer(stranger, id).error().code, core::errc::not_found);
  ASSERT_TRUE(contacts->remove_customer(who, id).ok());
  EXPECT_EQ(contacts->remove_customer(who, id).error().code, core::errc::not_found);
  EXPECT_EQ(base.number("SELECT count(*) FROM customer_event"), 1);
  EXPECT_EQ(base.number("SELECT count(*) FROM suppression WHERE reason = 'withdrawn'"), 2);
  ASSERT_TRUE(contacts->remove_customer(who, base.text("SELECT id FROM customer")).ok());
  EXPECT_EQ(base.number("SELECT count(*) FROM suppression"), 2) << "who refused nothing is no stop";
}

TEST_F(contacts_test, lists_show_the_own_organization_only) {
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
           "4915112345605, 'STOP', now())");
  const auto stops = json::parse(need(contacts->list_suppressions(who, {})));
  EXPECT_EQ(stops["total"], 1);
  EXPECT_EQ(stops["data"][0]["phoneNumber"], "+4915112345605");
  EXPECT_EQ(json::parse(need(contacts->list_suppressions(stranger, {})))["total"], 0);
  EXPECT_EQ(json::parse(need(templates->list(who, {}, {})))["data"].size(), 2U);
  EXPECT_EQ(json::parse(need(templates->list(stranger, {}, {})))["data"], json::array());
  EXPECT_EQ(json::parse(need(numbers->list(stranger)))["data"], json::array());
}

TEST_F(contacts_test, an_operators_stop_by_user_id_is_lifted_by_an_operator) {
  base.run("INSERT INTO suppression (organization_no, user_id, reason, stopped_at) VALUES "
           "(1, 'DE.7', 'operator', now()), (1, 'DE.8', 'operator', now())");
  const auto lift = [&](const std::string& reason) {
    params p;
    p.int4_array(std::vector{1})
        .int8_array(std::vector<std::int64_t>{0})
        .text_array(std::vector<std::string>{"DE.7"})
        .text_array(std::vector<std::string>{reason})
        .int8_array(std::vector<std::int64_t>{4'000'000'000'000});
    return need(base.db().call("ledger_lift", std::move(p))).affected();
  };
  EXPECT_EQ(lift("stop_word"), 0);
  EXPECT_EQ(lift("operator"), 1);
  EXPECT_EQ(base.text("SELECT user_id FROM suppression"), "DE.8");
}

TEST_F(contacts_test, a_number_does_not_tell_where_it_is_held) {
  base.run("INSERT INTO number_lease (number_no, owner, epoch, expires_at) VALUES (1, "
           "'host:/var/lib/stentor#7', 1, now() + interval '1 hour')");
  const auto list = need(numbers->list(who));
  EXPECT_EQ(json::parse(list)["data"][0]["phoneNumberId"], "111");
  EXPECT_EQ(list.find("/var/lib"), std::string::npos) << list;
}

TEST_F(contacts_test, how_fast_a_number_sends_is_told_with_its_lease) {
  const auto daemon = need(open_housekeeping(base.options()));
  const auto first = [&] { return json::parse(need(numbers->list(who)))["data"][0]; };
  EXPECT_TRUE(first()["rateNow"].is_null());
  const auto renew = [&](std::chrono::milliseconds duration, double per_second) {
    const ports::number_pace here{"111", per_second, 60, "learned"};
    const ports::number_pace elsewhere{"not here", 1, 1, "free"};
    return need(daemon.numbers->renew_leases("a#1", {1}, duration, {here, elsewhere})).size();
  };
  ASSERT_EQ(renew(std::chrono::hours{1}, 59.12), 1U);
  EXPECT_EQ(first()["rateNow"], 59.12);
  EXPECT_EQ(first()["rateCeiling"], 60);
  EXPECT_EQ(first()["pace"], "learned");
  ASSERT_EQ(renew(std::chrono::hours{1}, 0), 1U);
  EXPECT_EQ(first()["rateNow"], 0);
  ASSERT_EQ(renew(std::chrono::milliseconds{-1}, 59), 1U);
  EXPECT_TRUE(first()["rateNow"].is_null()) << "nobody sends from it now";
  EXPECT_TRUE(first()["pace"].is_null());
}

} // namespace
} // namespace stentor::postgres::testing
