/// Who may not be written to: whoever an import screens is whoever a claim stops, whatever keys
/// recipients, customers and stops have in common.

#include "adapters/phone/phone_numbers.hpp"
#include "adapters/postgres/audience/recipient_import.hpp"
#include "adapters/postgres/business_number/number_store.hpp"
#include "adapters/postgres/delivery/claim_store.hpp"
#include "adapters/time_zone/time_zones.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <random>
#include <set>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

class blocked : public with_database {
protected:
  void SetUp() override {
    base.run("INSERT INTO organization (name) VALUES ('Acme'), ('Other')");
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (1, '111', 'w1', 80)");
    base.run(
        "INSERT INTO template (id, organization_no, waba_id, name, language, category, status) "
        "VALUES ('1', 1, 'w1', 'offer', 'en_US', 'MARKETING', 'APPROVED'), "
        "('2', 1, 'w1', 'receipt', 'en_US', 'UTILITY', 'APPROVED')");
    store = need(open_claim_store(base.options()));
    number_store_on_postgres numbers{need(open_store_connection(base.options()))};
    epoch = need(numbers.acquire_leases("a", {1}, std::chrono::minutes{1})).at(0).epoch;
  }

  core::campaign_no import(const std::string& template_name) {
    const auto made =
        base.query("INSERT INTO campaign (organization_no, name, template_name, status) "
                   "VALUES (1, 'c', '" +
                   template_name + "', 'draft') RETURNING no, id");
    std::vector<ports::contact_input> list;
    for (const auto& [phone, user] : recipients) {
      ports::contact_input one;
      one.phone_number = phone == 0 ? "" : "+" + std::to_string(phone);
      one.user_id = user;
      list.push_back(one);
    }
    import_order order{.pool = &pool,
                       .phones = phones.get(),
                       .zones = zones.get(),
                       .key_of = {},
                       .region = "",
                       .who = {},
                       .campaign_id = made.string(0, 1)};
    order.who.organization = 1;
    EXPECT_EQ(need(import_list(order, list)).rows_added, std::ssize(recipients));
    const core::campaign_no no{static_cast<std::int32_t>(made.integer(0, 0))};
    base.run("UPDATE campaign SET status = 'sending' WHERE no = " + std::to_string(no));
    return no;
  }

  /// Nobody, a phone number or a user id of a small world, so that keys meet.
  std::string some_phone() {
    const auto n = std::uniform_int_distribution{0, 60}(random);
    return n >= 40 ? "NULL" : std::to_string(phone_of(n));
  }
  std::string some_user() {
    const auto n = std::uniform_int_distribution{0, 60}(random);
    return n >= 40 ? "NULL" : "'DE." + std::to_string(n) + "'";
  }
  static std::int64_t phone_of(int n) { return 4915112300000 + n; }

  void make_people() {
    for (int i = 0; i < 25; ++i)
      base.run("INSERT INTO customer (organization_no, phone, user_id, marketing_opt_in, "
               "marketing_opt_out_at) SELECT 1, p, u, w, CASE WHEN NOT w THEN now() END FROM "
               "(SELECT " +
               some_phone() + "::int8 AS p, " + some_user() + "::text AS u, " +
               (i % 3 != 0 ? "true" : "false") +
               " AS w) x WHERE p IS NOT NULL OR u IS NOT NULL "
               "ON CONFLICT DO NOTHING");
    for (int i = 0; i < 6; ++i) {
      base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, " +
               some_phone() + ", 'stop_word', now()) ON CONFLICT DO NOTHING");
      base.run(
          "INSERT INTO suppression (organization_no, user_id, reason, stopped_at) VALUES (1, " +
          some_user() + ", 'stop_word', now()) ON CONFLICT DO NOTHING");
      base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (2, " +
               some_phone() + ", 'stop_word', now()) ON CONFLICT DO NOTHING");
    }
  }

  std::set<std::int64_t> screened(core::campaign_no campaign) {
    std::set<std::int64_t> found;
    const auto r = base.query("SELECT seq FROM campaign_recipient WHERE screen IN (3, 4) AND "
                              "campaign_no = " +
                              std::to_string(campaign));
    for (int i = 0; i < r.size(); ++i)
      found.insert(r.integer(i, 0));
    return found;
  }

  static std::set<std::int64_t> stopped(const std::vector<core::claimed_chunk>& chunks) {
    std::set<std::int64_t> found;
    for (const auto& chunk : chunks)
      for (const auto& row : chunk.rows)
        if (row.stopped)
          found.insert(row.seq);
    return found;
  }

  std::vector<std::pair<std::int64_t, std::string>> recipients;
  std::mt19937 random{7};
  std::unique_ptr<ports::phone_numbers> phones = phone::make_phone_numbers();
  std::unique_ptr<ports::time_zones> zones = time_zone::make_time_zones();
  query_pool pool{base.options(), 1};
  std::unique_ptr<ports::claim_store> store;
  core::lease_epoch epoch{};
};

TEST_F(blocked, import_and_claim_and_retry_stop_the_same_people) {
  for (int n = 0; n < 40; ++n) {
    const bool both = n % 4 == 0;
    recipients.emplace_back(n % 4 < 2 || both ? phone_of(n) : 0,
                            n % 4 >= 2 || both ? "DE." + std::to_string((n * 7) % 40) : "");
  }
  std::size_t blocked_at_all = 0;
  for (int round = 0; round < 12; ++round) {
    base.run(
        "DELETE FROM suppression; UPDATE campaign_recipient SET customer_no = NULL; DELETE FROM "
        "customer");
    const std::string kind = round % 2 == 0 ? "offer" : "receipt";
    const auto before = import(kind);
    const auto leftover = import(kind);
    make_people();
    const auto after = import(kind);
    const auto expected = screened(after);
    blocked_at_all += expected.size();

    const auto claimed = need(store->claim(before, {{1, epoch, 40}}, {}));
    EXPECT_EQ(stopped(claimed.chunks), expected) << kind << " by the cursor";

    base.run(
        "INSERT INTO dispatch_claim (campaign_no, number_no, from_seq, to_seq, mark, owner, epoch, "
        "free) VALUES (" +
        std::to_string(leftover) + ", 1, 1, 40, 0, '', 1, true)");
    const auto left = need(store->claim(leftover, {{1, epoch, 40}}, {}));
    EXPECT_EQ(stopped(left.chunks), expected) << kind << " from what was left over";

    base.run(
        "INSERT INTO retry_queue (campaign_no, seq, attempt, retries, due_ms, number_no, state) "
        "SELECT " +
        std::to_string(before) + ", s, 1, 1, 0, 0, 0 FROM generate_series(1, 40) s");
    const auto again = need(store->claim_retries(before, {{1, epoch, 40}}, {},
                                                 core::wall_time{std::chrono::milliseconds{1}}));
    EXPECT_EQ(stopped(again), expected) << kind << " as retries";
  }
  EXPECT_GT(blocked_at_all, 50U) << "a world in which nobody is blocked shows nothing";
}

TEST_F(blocked, a_stop_under_one_key_holds_for_the_customers_other_key) {
  recipients = {{phone_of(1), ""}, {phone_of(2), ""}, {0, "DE.3"}};
  const auto campaign = import("receipt");
  base.run(
      "INSERT INTO customer (organization_no, phone, user_id) VALUES (1, 4915112300001, 'DE.1'), "
      "(1, 4915112300003, 'DE.3')");
  base.run("INSERT INTO suppression (organization_no, phone, user_id, reason, stopped_at) VALUES "
           "(1, NULL, 'DE.1', 'stop_word', now()), (1, 4915112300003, NULL, 'stop_word', now())");
  EXPECT_EQ(stopped(need(store->claim(campaign, {{1, epoch, 10}}, {})).chunks),
            (std::set<std::int64_t>{1, 3}));
}

} // namespace
