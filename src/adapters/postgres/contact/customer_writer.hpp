#pragma once
/// Writes rows of customers in pieces, each a transaction of its own: a piece that is committed is
/// kept whatever comes later, and the same rows once more change nothing. Memory does not depend on
/// their number. One thread.

#include "adapters/postgres/contact/contact_touch.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace stentor::postgres {

struct customer_counts {
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t refused = 0;
};

class customer_writer {
public:
  /// Told of each line that changed nothing, in no order.
  using problem_sink = std::function<void(std::int64_t line, core::sentence why)>;
  /// Inside a piece's transaction, before its end.
  using piece_end = std::function<core::status(connection& db)>;

  /// @param db,zones must outlive this object @param keep false: everything is tried and rolled
  /// back
  customer_writer(connection& db, core::organization_no organization,
                  const ports::time_zones& zones, std::set<std::string, std::less<>> required,
                  problem_sink problems, bool keep = true)
      : db_{db}, touch_{organization, zones, std::move(required)}, problems_{std::move(problems)},
        keep_{keep} {}

  [[nodiscard]] core::status add(core::customer_row row);
  [[nodiscard]] core::status finish();
  /// So that what is written with a piece is committed with it.
  void at_the_end_of_each_piece(piece_end then) { piece_end_ = std::move(then); }

  [[nodiscard]] const customer_counts& counts() const noexcept { return counts_; }

private:
  [[nodiscard]] core::status flush();
  [[nodiscard]] core::status write(const core::customer_batch& batch);
  [[nodiscard]] core::status join(const touch_report& report);
  [[nodiscard]] core::status write_halves(const core::customer_batch& batch);
  [[nodiscard]] core::result<touch_report> try_once(const core::customer_batch& batch);

  connection& db_;
  contact_touch touch_;
  problem_sink problems_;
  piece_end piece_end_;
  bool keep_;
  core::customer_batch batch_;
  customer_counts counts_;
};

} // namespace stentor::postgres
