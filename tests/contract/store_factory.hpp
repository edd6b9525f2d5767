#pragma once
/// What the suites of this folder need of a database: the stores that they hold to their promises,
/// and a way to fill it and to look into it. PostgreSQL and the simulated database keep the same
/// promises, because the same tests run on both. One thread.

#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/campaign/campaign_store.hpp"
#include "stentor/ports/delivery/claim_store.hpp"
#include "stentor/ports/delivery/ledger.hpp"
#include "stentor/ports/delivery/retry_store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace stentor::test {

/// A campaign of organization 1 on its numbers 1 and 2 (account "w1"), with the template "hello" in
/// "en_US", for marketing. Its recipients are 1..recipients, +491510000000 plus the seq, none
/// screened.
struct contract_campaign {
  core::campaign_no no = 1;
  core::recipient_seq recipients = 100;
  core::campaign_status status = core::campaign_status::sending;
  core::in_doubt_policy in_doubt = core::in_doubt_policy::hold;
  std::optional<core::wall_time> scheduled_for{};
  std::optional<core::wall_time> expires_at{};
  bool list_awaited = false; ///< it is for all customers, and was not drawn
  bool retry_failed = true;
  std::int32_t retries_max = 3;
  bool in_portuguese = false; ///< too ("pt_BR"): those of even seq get it in that
};

/// An empty database with organization 1 and its numbers 1 and 2, and stores on it.
class store_world {
public:
  store_world() = default;
  store_world(const store_world&) = delete;
  store_world& operator=(const store_world&) = delete;
  virtual ~store_world() = default;

  virtual ports::claim_store& claims() = 0;
  virtual ports::retry_store& retries() = 0;
  virtual ports::campaign_store& campaigns() = 0;
  virtual ports::number_store& numbers() = 0;
  virtual ports::ledger& ledger() = 0;
  /// Until the projection has caught up.
  virtual void fold() = 0;

  virtual void add(const contract_campaign& c) = 0;
  /// Makes two parts of its list, the first up to this recipient.
  virtual void divide(core::campaign_no campaign, core::recipient_seq border) = 0;
  /// The recipient says stop, after the import.
  virtual void stop(core::campaign_no campaign, core::recipient_seq seq) = 0;
  /// The next transaction of claims() is written, and its answer is lost.
  virtual void lose_answer_of_claims() = 0;
  /// A customer who has both keys.
  virtual void know(core::person_key phone, const std::string& user_id) = 0;
  virtual core::campaign_status status_of(core::campaign_no campaign) = 0;
  /// Of its delivery, by the name in the database; empty when there is none.
  virtual std::string state_of(core::campaign_no campaign, core::recipient_seq seq) = 0;
  /// Rows of the audit log.
  virtual std::size_t orders() = 0;
};

struct store_factory {
  std::string name;
  std::unique_ptr<store_world> (*make)();

  friend void PrintTo(const store_factory& f, std::ostream* to) { *to << f.name; }
};

/// All worlds that the suites run on.
[[nodiscard]] std::vector<store_factory> store_factories();

/// The fixture of all suites here, and what their tests have in common.
class store_contract : public ::testing::TestWithParam<store_factory> {
protected:
  void SetUp() override { world = GetParam().make(); }

  /// Leases of both numbers.
  std::vector<ports::lease> lease(const std::string& owner);
  ports::claim_result claim(const std::vector<ports::claim_order>& orders,
                            core::campaign_no campaign = 1, const ports::claim_scope& scope = {});
  void commit(const ports::ledger_write& write);
  /// One event of each row of the chunk, folded, and its claim closed.
  void settle(const core::claimed_chunk& chunk, core::event_kind kind);

  std::unique_ptr<store_world> world;
};

/// The value, or a failed test with the error's message.
template <class T>
T value_of(core::result<T> r) {
  if (!r) {
    ADD_FAILURE() << r.error().message;
    throw std::runtime_error{r.error().message};
  }
  return std::move(*r);
}

inline ports::no_flight_recorder no_flights;
inline constexpr std::int64_t now_ms = 1'900'000'000'000; // a moment for due times
[[nodiscard]] inline core::wall_time at(std::int64_t ms) {
  return core::wall_time{std::chrono::milliseconds{ms}};
}
[[nodiscard]] inline std::string
name_of_factory(const ::testing::TestParamInfo<store_factory>& info) {
  return info.param.name;
}

} // namespace stentor::test
