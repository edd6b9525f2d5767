#pragma once
/// ports::retry_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/delivery/ledger_session.hpp"
#include "stentor/ports/delivery/retry_store.hpp"

#include <memory>

namespace stentor::postgres {

class retry_store_on_postgres final : public ports::retry_store {
public:
  explicit retry_store_on_postgres(std::shared_ptr<ledger_session> session)
      : session_{std::move(session)} {}

  core::result<ports::retry_agenda> agenda(core::wall_time now) override;
  core::result<std::int64_t> settle_doubts(core::wall_time now, core::wall_time begun) override;

private:
  std::shared_ptr<ledger_session> session_;
};

} // namespace stentor::postgres
