/// One person is one person: the database's keys against core's, and stops under every key.

#include "stentor/core/contact/contact_key.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <nlohmann/json.hpp>

#include <random>
#include <set>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class person_keys : public with_database {};

TEST_F(person_keys, are_the_same_in_the_database_and_in_core) {
  std::mt19937_64 random{5};
  const auto some = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution{from, to}(random);
  };
  std::vector<std::int64_t> phones{1, 4915112345678, 999'999'999'999'999};
  for (const auto& [from, to] :
       {std::pair<std::int64_t, std::int64_t>{540'000'000'000, 559'999'999'999},
        {5'200'000'000'000, 5'219'999'999'999},
        {520'000'000'000, 529'999'999'999},
        {5'490'000'000'000, 5'599'999'999'999},
        {1, 999'999'999'999'999}})
    for (int i = 0; i < 2'000; ++i)
      phones.push_back(some(from, to));
  params p;
  p.int8_array(phones);
  const auto found =
      need(base.db().query("SELECT p, phone_key(p), coalesce(phone_other(p), 0), person_key(p, "
                           "'DE.1') FROM unnest($1::int8[]) AS p",
                           std::move(p)));
  ASSERT_EQ(found.size(), static_cast<int>(phones.size()));
  std::size_t changed = 0;
  for (int i = 0; i < found.size(); ++i) {
    const auto phone = static_cast<core::person_key>(found.integer(i, 0));
    const auto key = core::one_spelling(phone);
    changed += key != phone;
    ASSERT_EQ(static_cast<core::person_key>(found.integer(i, 1)), key) << phone;
    ASSERT_EQ(static_cast<core::person_key>(found.integer(i, 2)), core::other_spelling(phone))
        << phone;
    ASSERT_EQ(static_cast<core::person_key>(found.integer(i, 3)), key) << phone;
    ASSERT_TRUE(key == phone || core::other_spelling(key) == phone) << phone;
  }
  EXPECT_GT(changed, 1'000U);
}

TEST_F(person_keys, of_user_ids_are_the_same_too) {
  std::mt19937 random{6};
  std::vector<std::string> users{"DE.1", "BR.13491208655302741918", "\u00e9\u20ac\U0001F44D"};
  for (int i = 0; i < 300; ++i) {
    std::string id(1 + random() % 40, ' ');
    for (auto& c : id)
      c = static_cast<char>(' ' + random() % 95);
    users.push_back(id);
  }
  params p;
  p.text_array(users);
  const auto found = need(base.db().query(
      "SELECT person_key(NULL, u) FROM unnest($1::text[]) WITH ORDINALITY AS u(u, n) ORDER BY n",
      std::move(p)));
  for (int i = 0; i < found.size(); ++i)
    ASSERT_EQ(static_cast<core::person_key>(found.integer(i, 0)),
              core::person_from_user_id(users[static_cast<std::size_t>(i)]))
        << users[static_cast<std::size_t>(i)];
  EXPECT_EQ(base.text("SELECT coalesce(person_key(NULL, '')::text, 'nobody')"), "nobody");
}

class people : public with_stores {
protected:
  static ports::suppression_row stop(core::person_key person, const std::string& user = {}) {
    return {.organization = 1,
            .person = person,
            .user_id = user,
            .reason = "stop_word",
            .evidence = "m1",
            .at_ms = 1'000'000};
  }
  static ports::alias_row alias(core::person_key phone, const std::string& user,
                                std::int64_t at_ms = 1'000'000) {
    return {.organization = 1, .phone = phone, .user_id = user, .at_ms = at_ms};
  }
  ports::ledger_receipt commit(ports::ledger_write w) { return need(book->commit(w)); }
  ports::ledger_receipt commit(const ports::suppression_row& row) {
    ports::ledger_write w;
    w.suppressions.push_back(row);
    return commit(std::move(w));
  }
  ports::ledger_receipt commit(const ports::alias_row& row) {
    ports::ledger_write w;
    w.aliases.push_back(row);
    return commit(std::move(w));
  }
  static std::set<core::person_key> stopped(const ports::ledger_receipt& receipt) {
    std::set<core::person_key> keys;
    for (const auto& effect : receipt.stops)
      if (!effect.lifted)
        keys.insert(effect.person);
    return keys;
  }
  /// Everybody who is stopped in the database.
  std::string suppressed() {
    return base.text("SELECT coalesce(string_agg(coalesce(phone::text, user_id), ' ' ORDER BY "
                     "phone, user_id), '') FROM suppression WHERE organization_no = 1");
  }
};

constexpr core::person_key phone = 4915112345701;
const auto user_key = core::person_from_user_id("DE.1");

TEST_F(people, a_stop_under_the_user_id_holds_for_the_phone_number) {
  commit(alias(phone, "DE.1"));
  EXPECT_EQ(stopped(commit(stop(0, "DE.1"))), (std::set{phone, user_key}))
      << "in memory at once, under both";
  EXPECT_EQ(suppressed(), "4915112345701 DE.1");
}

TEST_F(people, a_stop_follows_to_a_key_that_becomes_known_later) {
  commit(stop(0, "DE.1"));
  EXPECT_EQ(suppressed(), "DE.1");
  EXPECT_EQ(stopped(commit(alias(phone, "DE.1"))), (std::set{phone}));
  EXPECT_EQ(suppressed(), "4915112345701 DE.1");
  EXPECT_TRUE(commit(alias(phone, "DE.1")).stops.empty()) << "known already";
}

TEST_F(people, a_stop_follows_a_changed_number_in_either_order) {
  ports::ledger_write change;
  change.changes.push_back({.organization = 1,
                            .old_phone = phone,
                            .old_user_id = {},
                            .phone = 4915112349999,
                            .user_id = {},
                            .at_ms = 2'000'000});
  commit(stop(phone));
  EXPECT_EQ(stopped(commit(change)), (std::set<core::person_key>{4915112349999}));
  base.run("DELETE FROM suppression");
  commit(stop(phone));
  EXPECT_EQ(suppressed(), "4915112345701 4915112349999") << "a webhook that comes late";
  base.run("DELETE FROM suppression");
  commit(stop(4915112349999));
  EXPECT_EQ(suppressed(), "4915112349999") << "the old number may be somebody else's now";
  commit(change); // repeated by Meta
  EXPECT_EQ(base.number("SELECT count(*) FROM person_change"), 1);
}

TEST_F(people, a_stop_follows_a_changed_user_id_to_its_phone_number) {
  ports::ledger_write change;
  change.changes.push_back({.organization = 1,
                            .old_phone = 0,
                            .old_user_id = "DE.1",
                            .phone = 0,
                            .user_id = "DE.2",
                            .at_ms = 2'000'000});
  commit(alias(phone, "DE.2"));
  commit(stop(0, "DE.1"));
  EXPECT_EQ(stopped(commit(change)), (std::set{phone, core::person_from_user_id("DE.2")}));
}

TEST_F(people, start_lifts_the_stop_under_every_key) {
  commit(alias(phone, "DE.1"));
  commit(stop(phone));
  auto start = stop(0, "DE.1");
  start.lift = true;
  start.at_ms = 3'000'000;
  const auto receipt = commit(start);
  EXPECT_EQ(receipt.stops.size(), 2U);
  EXPECT_EQ(suppressed(), "");
}

TEST_F(people, an_operators_stop_stays_the_strongest) {
  auto strict = stop(phone);
  strict.reason = "operator";
  commit(strict);
  commit(stop(0, "DE.1"));
  commit(alias(phone, "DE.1"));
  EXPECT_EQ(base.text("SELECT reason FROM suppression WHERE phone = 4915112345701"), "operator");
  EXPECT_EQ(stopped(commit(stop(phone))), (std::set{phone, user_key}));
  EXPECT_EQ(base.text("SELECT reason FROM suppression WHERE phone = 4915112345701"), "operator");
}

TEST_F(people, the_latest_phone_number_of_a_user_id_counts) {
  commit(alias(phone, "DE.1", 2'000'000));
  commit(alias(phone + 1, "DE.1", 1'000'000));
  EXPECT_EQ(base.number("SELECT phone FROM person_alias"), static_cast<std::int64_t>(phone));
  commit(alias(phone + 2, "DE.1", 3'000'000));
  EXPECT_EQ(base.number("SELECT phone FROM person_alias"), static_cast<std::int64_t>(phone + 2));
}

TEST_F(people, a_stop_follows_from_what_a_customer_record_says) {
  base.run(
      "INSERT INTO customer (organization_no, phone, user_id) VALUES (1, 4915112345701, 'DE.9')");
  commit(stop(0, "DE.9"));
  base.run("DELETE FROM suppression WHERE phone IS NOT NULL");
  EXPECT_EQ(stopped(commit(alias(phone, "DE.1"))), (std::set{phone, user_key}));
}

TEST_F(people, no_key_of_a_person_stays_without_the_stop_of_another_one) {
  std::minstd_rand random{7};
  const auto any_phone = [&] { return phone + random() % 5; };
  const auto any_user = [&] { return "DE." + std::to_string(random() % 5); };
  for (int i = 0; i < 300; ++i) {
    ports::ledger_write w;
    const auto at_ms = static_cast<std::int64_t>(1'000'000 + i);
    switch (random() % 8) {
    case 0:
      base.run("DELETE FROM suppression; DELETE FROM person_change; DELETE FROM person_alias");
      break;
    case 1:
      w.suppressions.push_back(stop(any_phone()));
      break;
    case 2:
      w.suppressions.push_back(stop(0, any_user()));
      break;
    case 3:
      w.changes.push_back({.organization = 1,
                           .old_phone = any_phone(),
                           .old_user_id = random() % 2 == 0 ? any_user() : std::string{},
                           .phone = random() % 2 == 0 ? any_phone() : 0,
                           .user_id = any_user(),
                           .at_ms = at_ms});
      break;
    default:
      w.aliases.push_back(alias(any_phone(), any_user(), at_ms));
    }
    commit(std::move(w));
    ASSERT_EQ(base.number("SELECT count(*) FROM suppression s CROSS JOIN LATERAL "
                          "person_keys(1, s.phone, s.user_id) k WHERE NOT EXISTS (SELECT FROM "
                          "suppression o WHERE o.phone = k.phone OR o.user_id = k.user_id)"),
              0)
        << "step " << i;
  }
}

class lists_of_people : public admin_side {
protected:
  std::string import(const std::vector<std::string>& numbers) {
    std::vector<ports::contact_input> list;
    for (const auto& number : numbers)
      list.push_back({number, "", "", "", {}});
    const auto id = make_draft();
    static_cast<void>(need(recipients->add(who, id, list)));
    return base.text("SELECT string_agg(r.screen::text, ' ' ORDER BY r.seq) FROM "
                     "campaign_recipient r JOIN campaign c ON c.no = r.campaign_no WHERE c.id = '" +
                     id + "'");
  }
};

TEST_F(lists_of_people, both_spellings_are_one_person) {
  EXPECT_EQ(import({"+5511971234567", "+551171234567", "+525587654321", "+5215587654321",
                    "+5491187654321", "+541187654321", "+5511982345679", "+551182345679"}),
            "0 2 0 2 0 2 0 2");
  EXPECT_EQ(import({"+551171234567", "+5511971234567", "+551171234567", "+551182345679"}),
            "0 2 2 0")
      << "the first place on the list counts";
}

TEST_F(lists_of_people, a_stop_under_the_other_spelling_screens) {
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) SELECT 1, "
           "phone_key(p), 'stop_word', now() FROM unnest('{551182345678, 5215512345678, "
           "5491123456789, 4915112345671, 553187654321}'::int8[]) p");
  EXPECT_EQ(import({"+5511982345678", "+525512345678", "+541123456789", "+4915112345671",
                    "+5531987654321", "+4915112345672"}),
            "4 4 4 4 4 0");
}

TEST_F(lists_of_people, a_customers_no_counts_under_the_other_spelling) {
  static_cast<void>(
      need(contacts->upsert_customers(who, {{"+541123456789", "", "E", "{}", false}})));
  EXPECT_EQ(import({"+541123456789", "+4915112345672"}), "3 0");
  EXPECT_EQ(import({"+5491123456789"}), "3");
}

TEST_F(lists_of_people, the_list_of_stops_shows_a_person_once) {
  base.run("INSERT INTO person_alias VALUES (1, 'DE.1', 4915112345701, now()), (1, 'DE.2', "
           "4915112345702, now()); INSERT INTO suppression (organization_no, phone, user_id, "
           "reason, stopped_at) VALUES (1, 4915112345701, NULL, 'stop_word', now()), (1, NULL, "
           "'DE.1', 'stop_word', now()), (1, NULL, 'DE.2', 'stop_word', now()), (1, NULL, 'DE.3', "
           "'stop_word', now())");
  const auto page = nlohmann::json::parse(need(contacts->list_suppressions(who, {.limit = 10})));
  EXPECT_EQ(page["total"], 3);
  ASSERT_EQ(page["data"].size(), 3U);
  EXPECT_EQ(page["data"][2]["phoneNumber"], "+4915112345701");
  EXPECT_EQ(page["data"][2]["userId"], "DE.1");
  EXPECT_EQ(page["data"][1]["phoneNumber"], "+4915112345702");
  EXPECT_EQ(page["data"][0]["phoneNumber"], nullptr);
}

} // namespace
