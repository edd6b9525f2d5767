#pragma once
/// ports::inbox_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/delivery/ledger_session.hpp"
#include "stentor/core/inbox/attribution.hpp"
#include "stentor/ports/inbox/inbox_store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::postgres {

class inbox_store_on_postgres final : public ports::inbox_store {
public:
  explicit inbox_store_on_postgres(std::shared_ptr<ledger_session> session)
      : session_{std::move(session)} {}

  core::result<std::int64_t> attribute_replies(std::int64_t limit) override;

private:
  [[nodiscard]] core::result<core::reply_matcher> load_reached(const rows& inbound);
  [[nodiscard]] core::result<std::int64_t> count_waiting();

  std::shared_ptr<ledger_session> session_;
};

} // namespace stentor::postgres
