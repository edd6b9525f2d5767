#include "adapters/postgres/delivery/ledger_session.hpp"

namespace stentor::postgres {

core::result<transaction> ledger_session::begin() {
  if (auto s = cursor_.ensure(*db_); !s)
    return s.error();
  return transaction::begin(*db_);
}

core::status ledger_session::append_and_commit(transaction& t, const core::event_batch& events) {
  if (!events.empty())
    if (auto s = cursor_.append(*db_, events); !s)
      return s;
  if (auto s = t.commit(); !s)
    return s;
  if (!events.empty())
    cursor_.committed();
  return core::ok{};
}

core::result<std::shared_ptr<connection>> open_store_connection(connection_options options) {
  options.plans = planning::per_call;
  options.idle_in_transaction = frozen_after;
  auto db = connection::open(std::move(options));
  if (!db)
    return db.error();
  if (auto s = db->prepare_all(); !s)
    return s.error();
  return std::make_shared<connection>(std::move(*db));
}

} // namespace stentor::postgres
