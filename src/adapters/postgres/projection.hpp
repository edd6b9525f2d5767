#pragma once
/// ports::projection on PostgreSQL: the only session that writes `delivery` and the campaigns'
/// counters (an advisory lock sees to it). Used from one thread; every call blocks.

#include "adapters/postgres/connection.hpp"
#include "stentor/core/ids.hpp"
#include "stentor/ports/projection.hpp"

#include <memory>
#include <vector>

namespace stentor::postgres {

class projection final : public ports::projection {
public:
  [[nodiscard]] static core::result<std::unique_ptr<projection>> open(connection_options options);

  /// conflict while another projector holds the lock.
  [[nodiscard]] core::result<ports::fold_report> fold(std::int64_t events_max) override;
  [[nodiscard]] connection& session() noexcept { return db_; }

private:
  /// Batches (after, upto] of each writer.
  struct range {
    std::vector<std::int32_t> writer;
    std::vector<std::int64_t> after, upto;
  };

  explicit projection(connection&& db) : db_{std::move(db)} {}
  [[nodiscard]] core::status ensure();
  [[nodiscard]] core::result<range> choose(std::int64_t events_max, ports::fold_report& report);
  [[nodiscard]] core::status fold_range(const range& r, ports::fold_report& report);
  [[nodiscard]] core::status count(const rows& deltas);
  [[nodiscard]] core::status stop_people(core::campaign_no campaign, const range& r);

  connection db_;
  int locked_backend_ = 0;
};

} // namespace stentor::postgres
