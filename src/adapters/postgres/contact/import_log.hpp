#pragma once
/// The rows that tell of one import of a file whose pieces are transactions of their own (tables
/// import, import_problem). One thread, one connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/contact/file_import.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::postgres {

class import_log {
public:
  /// Begins an import, in a transaction of its own. @param kind customers, events
  /// @param db must outlive the log
  [[nodiscard]] static core::result<import_log> open(connection& db, const ports::principal& who,
                                                     std::string_view kind);
  /// One that nobody is told of, for a trial.
  [[nodiscard]] static import_log silent(connection& db) { return import_log{db}; }

  /// Counts a line that changed nothing. The first 100,000 are kept, the first hundred reported.
  void bad(std::int64_t line, core::sentence why);
  /// What was done so far; committed with the caller's transaction. @param position every line up
  /// to it is done
  [[nodiscard]] core::status progress(std::int64_t position);
  [[nodiscard]] core::status finish();
  /// It ended before its time. Best effort.
  void give_up(std::string_view why);

  ports::import_report report;

private:
  explicit import_log(connection& db) : db_{&db} {}
  [[nodiscard]] core::status write(std::string_view state, std::string_view reason);
  [[nodiscard]] core::status write_problems();

  connection* db_;
  std::int64_t no_ = 0; ///< 0: nobody is told
  std::int64_t position_ = 0;
  std::size_t kept_ = 0;
  std::vector<std::int64_t> lines_;
  std::vector<std::string> problems_;
};

} // namespace stentor::postgres
