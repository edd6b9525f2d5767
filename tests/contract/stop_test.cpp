/// What every ledger promises of stops: it tells under which keys a write stops people, and which
/// of its lifts lift something.

#include "tests/contract/store_factory.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <set>

using namespace stentor;
using namespace stentor::test;

namespace {

class stops : public store_contract {
protected:
  using keys = std::set<core::person_key>;

  static ports::suppression_row stop(core::person_key person, const std::string& user_id,
                                     const std::string& reason = "stop_word") {
    return {.organization = 1,
            .person = person,
            .user_id = user_id,
            .reason = reason,
            .evidence = {},
            .at_ms = 1'000,
            .lift = false};
  }
  ports::ledger_receipt write(ports::suppression_row row) {
    ports::ledger_write w;
    w.suppressions.push_back(std::move(row));
    return value_of(world->ledger().commit(w));
  }
  static keys of(const ports::ledger_receipt& receipt, bool lifted = false) {
    keys found;
    for (const auto& effect : receipt.stops) {
      EXPECT_EQ(effect.organization, 1);
      if (effect.lifted == lifted)
        found.insert(effect.person);
    }
    return found;
  }
  ports::suppression_row lift(core::person_key person, const std::string& user_id,
                              const std::string& reason) {
    auto row = stop(person, user_id, reason);
    row.at_ms = 2'000;
    row.lift = true;
    return row;
  }
  const core::person_key user = core::person_from_user_id("US.7");
};

TEST_P(stops, tell_both_keys_of_a_customer_whichever_was_named) {
  world->know(49151, "US.7");
  EXPECT_EQ(of(write(stop(49151, ""))), (keys{49151, user}));
  EXPECT_EQ(of(write(stop(user, "US.7"))), (keys{49151, user}));
}

TEST_P(stops, tell_the_named_keys_of_somebody_unknown) {
  EXPECT_EQ(of(write(stop(49151, ""))), keys{49151});
  EXPECT_EQ(of(write(stop(49152, "US.7"))), (keys{49152, user}));
}

TEST_P(stops, are_lifted_by_whom_they_may_be) {
  write(stop(49151, "", "operator"));
  write(stop(49152, "", "stop_word"));
  write(stop(49153, "", "user_preferences"));
  EXPECT_EQ(of(write(lift(49151, "", "stop_word")), true), keys{});
  EXPECT_EQ(of(write(lift(49152, "", "user_preferences")), true), keys{});
  EXPECT_EQ(of(write(lift(49153, "", "user_preferences")), true), keys{49153});
  EXPECT_EQ(of(write(lift(49152, "", "stop_word")), true), keys{49152});
  EXPECT_EQ(of(write(lift(49151, "", "operator")), true), keys{49151});
}

INSTANTIATE_TEST_SUITE_P(on, stops, ::testing::ValuesIn(store_factories()), name_of_factory);

} // namespace
