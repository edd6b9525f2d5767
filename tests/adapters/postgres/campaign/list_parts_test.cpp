/// A list that starts is divided by where its people are.
#include "adapters/postgres/audience/list_parts.hpp"
#include "adapters/postgres/campaign/plan_terms.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "stentor/core/contact/place_join.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>

namespace stentor::postgres {

namespace {

using testing::need;

class list_parts : public testing::admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("DELETE FROM number");
    base.run("DELETE FROM template");
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (1, '111', 'w1', 80)");
    base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
             "status, components) VALUES ('1', 1, 'w1', 'offer', 'en_US', 'MARKETING', 'APPROVED', "
             "'[]')");
  }

  /// A campaign for people of Germany, India and the United Kingdom, in turn.
  std::string with_people(int count) {
    const auto id = campaigns.make(who, testing::campaign_stores::draft());
    std::vector<ports::contact_input> people;
    for (int i = 0; i < count; ++i) {
      const char* const prefixes[] = {"+49151123456", "+9199787832", "+4474001234"};
      people.push_back({prefixes[i % 3] + std::to_string(10 + i), "", "", {}, {}});
    }
    const auto report = need(recipients->add(who, id, people));
    EXPECT_EQ(report.sendable, count);
    return id;
  }
  void have_quiet_hours() {
    auto saved = make_policy_store(campaigns.queries)->save("Acme", {});
    ASSERT_TRUE(saved.ok()) << saved.error().message;
  }
  /// "1-20 DE, 21-40 GB".
  std::string parts() {
    return base.text(
        "SELECT string_agg(from_seq || '-' || to_seq || ' ' || coalesce(country, '-'), "
        "', ' ORDER BY part) FROM campaign_part LEFT JOIN place ON no = place");
  }

  /// Customers of Germany and India, one for each of so many zones.
  void have_travellers(int zones) {
    base.run("INSERT INTO place (country, zones) SELECT country, ARRAY[name] FROM (SELECT DISTINCT "
             "name FROM pg_timezone_names WHERE name ~ '^(Asia|America|Europe|Africa|Pacific)/' "
             "ORDER BY name LIMIT " +
             std::to_string(zones) + ") z, (VALUES ('DE'), ('IN')) c (country)");
    base.run("INSERT INTO customer (organization_no, phone, time_zone, place) SELECT 1, CASE "
             "country WHEN 'DE' THEN 4915112310000 + 2 * n ELSE 919978710001 + 2 * n END, "
             "zones[1], no FROM (SELECT *, row_number() OVER (PARTITION BY country ORDER BY zones) "
             "- 1 AS n FROM place) p");
  }
  /// Of those who are sent to; and hours hold in all zones of the part in which somebody is.
  void expect_everybody_in_one_part(std::int64_t people) {
    EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient r JOIN campaign_part p ON r.seq "
                          "BETWEEN p.from_seq AND p.to_seq AND r.place = p.place AND r.waits_until "
                          "IS NOT DISTINCT FROM p.opens_at WHERE screen = 0"),
              people);
    EXPECT_EQ(base.number("SELECT sum(to_seq - from_seq + 1) FROM campaign_part"), people);
    EXPECT_EQ(base.number("SELECT plannable_count FROM campaign"), people);
    EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient r JOIN customer k ON k.no = "
                          "r.customer_no JOIN place own ON own.no = k.place JOIN place p ON p.no = "
                          "r.place WHERE NOT (p.zones @> own.zones AND p.country = own.country)"),
              0);
  }

  testing::campaign_stores campaigns{base.options(), *phones};
};

TEST_F(list_parts, are_one_where_hours_do_not_matter) {
  const auto id = with_people(60);
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  EXPECT_EQ(parts(), "1-60 -");
}

TEST_F(list_parts, hold_the_people_of_a_place_together) {
  have_quiet_hours();
  const auto id = with_people(60);
  const auto before =
      base.text("SELECT string_agg(phone::text, ' ' ORDER BY phone) FROM campaign_recipient");
  base.run("UPDATE campaign_recipient SET screen = 4 WHERE seq IN (1, 2, 60)");
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  EXPECT_EQ(base.text("SELECT string_agg(phone::text, ' ' ORDER BY phone) FROM campaign_recipient"),
            before);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient r JOIN campaign_part p ON r.seq "
                        "BETWEEN p.from_seq AND p.to_seq WHERE r.place = p.place AND screen = 0"),
            57);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE seq > 57 AND screen <> 0"),
            3);
  EXPECT_EQ(base.text("SELECT string_agg(country || ' ' || people, ', ' ORDER BY country) FROM "
                      "(SELECT country, sum(to_seq - from_seq + 1) AS people FROM campaign_part "
                      "JOIN place ON no = place GROUP BY country) p"),
            "DE 19, GB 19, IN 19");
  EXPECT_EQ(base.number("SELECT plannable_count FROM campaign"), 57);
  EXPECT_EQ(base.number("SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
                        "WHERE c.relname = 'campaign_recipient_1'"),
            4);
  auto db = need(connection::open(base.options()));
  const auto terms = need(load_plan_terms(db, 1));
  ASSERT_EQ(terms.parts.size(), 3U);
  for (const auto& place : terms.places)
    EXPECT_FALSE(place.quiet.empty());
}

TEST_F(list_parts, of_one_country_keep_their_order) {
  have_quiet_hours();
  const auto id = campaigns.make(who, testing::campaign_stores::draft());
  need(recipients->add(who, id,
                       {{"+4915112345678", "", "", {}, {}}, {"+4915112345679", "", "", {}, {}}}));
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  EXPECT_EQ(parts(), "1-2 DE");
}

TEST_F(list_parts, follow_a_customers_own_time_zone) {
  have_quiet_hours();
  base.run("INSERT INTO place (country, zones) VALUES ('DE', '{Asia/Tokyo}')");
  base.run("INSERT INTO customer (organization_no, phone, time_zone, place) SELECT 1, "
           "4915112345610, 'Asia/Tokyo', no FROM place");
  const auto id = with_people(3);
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  EXPECT_EQ(base.text("SELECT string_agg(array_to_string(zones, ' '), ', ' ORDER BY part) FROM "
                      "campaign_part JOIN place ON no = place WHERE country = 'DE'"),
            "Asia/Tokyo");
}

TEST_F(list_parts, are_one_again_when_somebody_is_added) {
  have_quiet_hours();
  const auto id = with_people(30);
  base.run("UPDATE campaign SET scheduled_for = now() + interval '1 day'");
  ASSERT_EQ(need(campaigns.launch(who, id)).status, core::campaign_status::scheduled);
  need(recipients->add(who, id, {{"+4915112349999", "", "", {}, {}}}));
  EXPECT_EQ(parts(), "1-31 -");
  EXPECT_EQ(base.number("SELECT plannable_count FROM campaign"), 31);
}

/// People of two countries whose clocks go by every zone there is.
TEST_F(list_parts, are_few_where_places_are_many) {
  have_quiet_hours();
  have_travellers(350);
  ASSERT_EQ(base.number("SELECT count(*) FROM place"), 700);
  const auto id = campaigns.make(who, testing::campaign_stores::draft());
  std::vector<ports::contact_input> people;
  for (int i = 0; i < 700; ++i)
    for (int n = 0; n <= (i < 10 ? 1 : 0); ++n)
      people.push_back({(i % 2 == 0 ? "+49151123" : "+9199787") + std::to_string(10'000 + i) +
                            (n == 0 ? "" : "0"),
                        "",
                        "",
                        {},
                        {}});
  need(recipients->add(who, id, people));
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  expect_everybody_in_one_part(base.number("SELECT count(*) FROM campaign_recipient WHERE screen = "
                                           "0"));
  EXPECT_LE(base.number("SELECT count(DISTINCT place) FROM campaign_part"), 400);
  EXPECT_GT(base.number("SELECT count(DISTINCT place) FROM campaign_part"), 350);
  auto db = need(connection::open(base.options()));
  const auto terms = need(load_plan_terms(db, 1));
  const auto offset_of = ports::lookup_in(*zones);
  for (const auto& place : terms.places)
    EXPECT_TRUE(core::have_open_hours(terms.window, place.quiet, place.zones,
                                      testing::campaign_stores::now(), offset_of))
        << place.no << ": all of its zones have an hour in common";
}

TEST_F(list_parts, are_ten_thousand_at_most) {
  have_quiet_hours();
  const auto id = campaigns.make(who, testing::campaign_stores::draft());
  need(recipients->add(who, id, {{"+4915112345678", "", "", {}, {}}}));
  base.run("INSERT INTO place (country, zones) SELECT 'DE', ARRAY[name] FROM (SELECT DISTINCT name "
           "FROM pg_timezone_names WHERE name ~ '^(Asia|America)/' ORDER BY name LIMIT 200) z");
  base.run(
      "INSERT INTO campaign_recipient (campaign_no, seq, screen, phone, place, waits_until) "
      "SELECT 1, 1 + row_number() OVER (), 0, 4915100000000 + row_number() OVER (), p.no, "
      "date_trunc('hour', now()) + h * interval '1 hour' FROM place p, generate_series(1, 100) "
      "h WHERE zones <> '{}' AND country = 'DE' AND cardinality(zones) = 1");
  base.run("UPDATE campaign SET total_recipients = (SELECT count(*) FROM campaign_recipient)");
  base.run("CREATE TABLE before AS SELECT phone, place, waits_until FROM campaign_recipient");
  auto db = need(connection::open(base.options()));
  const auto t = transaction::begin(db);
  const auto c = need(lock_campaign(db, core::organization_no{1}, id, list_use::fill));
  const auto order = need(order_list(
      db, c, {.by_place = true, .by_opening = true, .starts = testing::campaign_stores::now()},
      *zones));
  EXPECT_GT(order.from.size(), 9'000U);
  EXPECT_LE(order.from.size(), core::list_parts_most);
  ASSERT_TRUE(write_parts(db, c.no, order).ok());
  ASSERT_TRUE(db.run("COMMIT").ok());
  expect_everybody_in_one_part(c.total);
  EXPECT_EQ(
      base.number("SELECT count(*) FROM campaign_recipient r JOIN before b USING (phone) WHERE "
                  "r.place <> b.place OR r.waits_until < b.waits_until"),
      0);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient HAVING max(waits_until) > (SELECT "
                        "max(waits_until) FROM before)"),
            0);
}

TEST_F(list_parts, go_by_each_ones_clock_when_the_window_does) {
  auto draft = testing::campaign_stores::draft();
  draft.window.emplace(core::send_window{{}, 540, 1260, std::string{core::recipient_zone}});
  const auto id = campaigns.make(who, draft);
  need(recipients->add(who, id,
                       {{"+4915112345678", "", "", {}, {}}, {"+919978783238", "", "", {}, {}}}));
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part"), 2);
}

} // namespace

} // namespace stentor::postgres
