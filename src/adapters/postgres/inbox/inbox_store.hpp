#pragma once
/// ports::inbox_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/contact/customer_join.hpp"
#include "adapters/postgres/delivery/ledger_session.hpp"
#include "stentor/core/inbox/attribution.hpp"
#include "stentor/ports/inbox/inbox_store.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace stentor::postgres {

class inbox_store_on_postgres final : public ports::inbox_store {
public:
  explicit inbox_store_on_postgres(std::shared_ptr<ledger_session> session)
      : session_{std::move(session)} {}

  core::result<ports::attribution_report> attribute_replies(std::int64_t limit) override;

private:
  struct round;

  void follow_customers();
  [[nodiscard]] core::status load_reached(round& r);
  [[nodiscard]] core::status load_named(round& r, const rows& recent);

  std::shared_ptr<ledger_session> session_;
  /// Young stops for whose context the deliveries were looked through already.
  std::set<std::int64_t> searched_;
  std::chrono::steady_clock::time_point next_search_{}; ///< for what is no stop
  customer_follower follower_;
  std::chrono::steady_clock::time_point next_follow_{};
};

} // namespace stentor::postgres
