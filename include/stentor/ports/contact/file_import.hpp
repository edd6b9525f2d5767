#pragma once
/// A file on its way into the database: recipients of a campaign, customers, events. One thread per
/// import.

#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::ports {

/// What an import did. `problems` holds the first hundred, by line.
struct import_report {
  struct problem {
    std::int64_t line = 0;
    core::sentence what;
  };
  std::string id; ///< UUID of what is kept of the import; empty: nothing is
  std::int64_t rows_read = 0;
  std::int64_t rows_added = 0; ///< of recipients screened or not
  std::int64_t rows_bad = 0;
  // Of recipients only.
  std::int64_t sendable = 0;
  std::vector<std::pair<std::string, std::int64_t>> screened; ///< reason -> count
  // Of customers only.
  std::int64_t rows_updated = 0;
  std::int64_t rows_unchanged = 0;
  std::vector<problem> problems;
  /// What was taken for what in a file: phoneNumber -> "Mobile No". The other columns are
  /// variables.
  std::vector<std::pair<std::string, std::string>> columns;
};

/// Streams a file in pieces, so that memory does not depend on its size. Destroying it before
/// finish() ends it: of recipients nothing is kept then, of customers and events what was committed
/// before, and the same file once more goes on from there.
class file_import {
public:
  virtual ~file_import() = default;
  /// The next bytes of a CSV file. An error ends the import (a file that is no CSV, a missing phone
  /// column).
  [[nodiscard]] virtual core::status feed(std::string_view bytes) = 0;
  [[nodiscard]] virtual core::result<import_report> finish() = 0;
};

} // namespace stentor::ports
