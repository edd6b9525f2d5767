/// The rule of core, who may be written to, against the fragment by which the database screens.

#include "stentor/core/audience/screening.hpp"
#include "stentor/core/contact/consent.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace stentor::postgres::testing {
namespace {

/// A person by phone number and user id; 0 and empty: unknown.
struct keys {
  std::int64_t phone = 0;
  std::string user;

  [[nodiscard]] bool meet(const keys& other) const {
    return (phone != 0 && phone == other.phone) || (!user.empty() && user == other.user);
  }
};
struct known_customer {
  keys who;
  bool agrees = true;
};

class consent_test : public admin_side {
protected:
  int some(int from, int to) { return std::uniform_int_distribution{from, to}(random); }
  keys somebody() {
    const auto which = some(0, 2);
    return {which == 1 ? 0 : 4915112300000 + some(0, 30),
            which == 0 ? "" : "DE." + std::to_string(some(0, 30))};
  }
  static std::string values(const keys& k) {
    return (k.phone == 0 ? "NULL" : std::to_string(k.phone)) + ", " +
           (k.user.empty() ? "NULL" : "'" + k.user + "'");
  }

  void fill_world() {
    base.run("DELETE FROM suppression; DELETE FROM customer");
    customers.clear();
    stops.clear();
    std::set<std::int64_t> phones_taken;
    std::set<std::string> users_taken;
    for (int i = 0; i < 20; ++i) {
      const auto k = somebody();
      if ((k.phone != 0 && !phones_taken.insert(k.phone).second) ||
          (!k.user.empty() && !users_taken.insert(k.user).second))
        continue;
      customers.push_back({k, some(0, 2) != 0});
      base.run("INSERT INTO customer (organization_no, marketing_opt_in, phone, user_id) VALUES "
               "(1, " +
               std::string{customers.back().agrees ? "true" : "false"} + ", " + values(k) + ")");
    }
    for (int i = 0; i < 8; ++i) {
      keys k = somebody();
      if (k.phone != 0)
        k.user.clear(); // a stop has one key
      stops.push_back(k);
      base.run("INSERT INTO suppression (organization_no, reason, stopped_at, phone, user_id) "
               "VALUES (1, 'stop_word', now(), " +
               values(k) + ") ON CONFLICT DO NOTHING");
    }
  }

  /// What is known of a recipient, found the slow way.
  core::block expected(const keys& recipient, core::message_class message) const {
    auto stopped = core::stop::none;
    auto agreed = core::consent::unknown;
    const auto look = [&](const keys& k) {
      for (const auto& s : stops)
        if (s.meet(k))
          stopped = core::stop::by_person;
    };
    look(recipient);
    for (const auto& c : customers)
      if (c.who.meet(recipient)) {
        look(c.who);
        if (!c.agrees)
          agreed = core::consent::withdrawn;
      }
    return core::blocked(message, stopped, agreed);
  }

  static core::screen_reason reason_of(core::block b) {
    return b == core::block::stopped      ? core::screen_reason::opted_out
           : b == core::block::no_consent ? core::screen_reason::no_consent
                                          : core::screen_reason::none;
  }

  std::mt19937 random{11};
  std::vector<known_customer> customers;
  std::vector<keys> stops;
};

TEST_F(consent_test, the_database_blocks_whom_the_rule_blocks) {
  std::size_t blocked = 0;
  for (int round = 0; round < 10; ++round) {
    fill_world();
    const bool marketing = round % 2 == 0;
    const auto id = make_draft(marketing ? "offer" : "receipt");
    std::vector<keys> list;
    std::vector<ports::contact_input> input;
    for (int i = 0; i < 60; ++i) {
      const auto k = somebody();
      const bool repeated =
          std::any_of(list.begin(), list.end(), [&](const keys& other) { return k.meet(other); });
      if (repeated)
        continue; // it would be screened as a duplicate
      list.push_back(k);
      input.push_back({k.phone == 0 ? "" : "+" + std::to_string(k.phone), k.user, "", "", {}});
    }
    static_cast<void>(need(recipients->add(who, id, input)));
    const auto found = base.query("SELECT r.screen FROM campaign_recipient r JOIN campaign c ON "
                                  "c.no = r.campaign_no WHERE c.id = '" +
                                  id + "' ORDER BY r.seq");
    ASSERT_EQ(static_cast<std::size_t>(found.size()), list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto rule = expected(list[i], marketing ? core::message_class::marketing
                                                    : core::message_class::utility);
      blocked += rule != core::block::none;
      EXPECT_EQ(found.integer(static_cast<int>(i), 0), static_cast<int>(reason_of(rule)))
          << values(list[i]) << (marketing ? " marketing" : " utility") << " round " << round;
    }
  }
  EXPECT_GT(blocked, 50U) << "a world in which nobody is blocked shows nothing";
}

} // namespace
} // namespace stentor::postgres::testing
