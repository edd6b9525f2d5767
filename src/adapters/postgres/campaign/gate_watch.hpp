#pragma once
/// ports::gate_watch on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/campaign/gate_watch.hpp"

#include <memory>

namespace stentor::postgres {

class gate_watch_on_postgres final : public ports::gate_watch {
public:
  explicit gate_watch_on_postgres(std::shared_ptr<connection> db) : db_{std::move(db)} {}

  core::result<std::vector<ports::gate_note>> look(core::wall_time now) override;

private:
  std::shared_ptr<connection> db_;
};

} // namespace stentor::postgres
