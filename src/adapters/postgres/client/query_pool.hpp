#pragma once
/// Named queries on a small pool of connections: what the stores of the admin side stand on, all of
/// them on one. Thread-safe; every call blocks.

#include "adapters/postgres/client/connection_pool.hpp"
#include "stentor/core/base/page.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace stentor::postgres {

class query_pool {
public:
  /// Connects nothing yet. @param connections at most so many at once
  query_pool(connection_options options, int connections);

  /// One named query.
  [[nodiscard]] core::result<rows> ask(std::string_view query, params arguments = {});
  /// The first value of its first row, a JSON text; not_found with the sentence `missing` when
  /// there is no row.
  [[nodiscard]] core::result<std::string> json_of(std::string_view query, params arguments = {},
                                                  std::string_view missing = "nothing was found");
  /// {"data": […], "page": …, "limit": …, "total": …, "totalExact": …, "nextCursor": …} of a query
  /// whose one row has the columns `data` (a JSON array), `total`, `exact`, `next_key` (NULL: it is
  /// the last page) and `scanned_to` (NULL: everything). It gets three more parameters, the last
  /// ones: how many entries, how many stand before them, and the key of the one before (NULL:
  /// none).
  [[nodiscard]] core::result<std::string> page_of(std::string_view query, params arguments,
                                                  core::page wanted,
                                                  std::string_view missing = "nothing was found");

  /// Gives `work` a connection inside a transaction, and commits when its result is a value. The
  /// result is a core::result or core::status.
  template <class Work>
  [[nodiscard]] auto in_transaction(Work work) -> decltype(work(std::declval<connection&>())) {
    auto db = pool_.take();
    if (!db)
      return db.error();
    auto t = transaction::begin(**db);
    if (!t)
      return t.error();
    auto made = work(**db);
    if (!made)
      return made;
    if (auto s = t->commit(); !s)
      return s.error();
    return made;
  }

  /// Lends `work` a connection for transactions of its own.
  template <class Work>
  [[nodiscard]] auto with_connection(Work work) -> decltype(work(std::declval<connection&>())) {
    auto db = pool_.take();
    if (!db)
      return db.error();
    return work(**db);
  }

  /// A connection for work that may take minutes: not of the pool, and without its time limit.
  [[nodiscard]] core::result<connection> own_connection(std::string application_name) const;

private:
  connection_options options_;
  connection_pool pool_;
};

} // namespace stentor::postgres
