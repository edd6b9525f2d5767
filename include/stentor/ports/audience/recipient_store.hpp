#pragma once
/// The list of a campaign and what became of everybody on it. Thread-safe; every call blocks.
/// Campaigns are named by their UUID; one of another organization is not found.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/contact/import_columns.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/contact/contact_input.hpp"
#include "stentor/ports/contact/file_import.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// Cells that a spreadsheet would take for formulas (core/base/csv_cell): with an apostrophe, or as
/// they are.
enum class export_cells : bool { guarded, raw };

/// Which of those who failed.
struct failed_choice {
  std::vector<std::int32_t> codes; ///< Meta's, or ours
  std::vector<core::recipient_seq> seqs;
};

inline constexpr std::int64_t retry_failed_max = 100'000;

/// What a person decides about a message of which nobody knows whether it was sent.
enum class settlement {
  resend,  ///< again, at the risk of a second message
  give_up, ///< it counts as failed, at the risk of none
};

/// Whose: people as timeline() takes them, or all that are held.
struct held_choice {
  std::vector<std::string> recipients;
  bool all = false;
};

struct settled {
  std::int64_t count = 0;
  bool more = false; ///< there were more than are settled at once: ask again
};

inline constexpr std::int64_t settled_max = 100'000;

class recipient_store {
public:
  virtual ~recipient_store() = default;

  /// A page of JSON in the order of the list. @param status only those in this state; empty: all
  [[nodiscard]] virtual core::result<std::string>
  list(const principal& who, std::string_view campaign, std::string_view status, core::page p) = 0;
  /// conflict when the campaign was launched already.
  [[nodiscard]] virtual core::result<import_report>
  add(const principal& who, std::string_view campaign,
      const std::vector<contact_input>& recipients) = 0;
  /// @param chosen columns whose names say too little
  [[nodiscard]] virtual core::result<std::unique_ptr<file_import>>
  import_csv(const principal& who, std::string_view campaign, core::column_choice chosen) = 0;
  /// One recipient with every event in order, as JSON: the answer to "why". `recipient` is its
  /// UUID, its place on the list, or a phone number.
  [[nodiscard]] virtual core::result<std::string>
  timeline(const principal& who, std::string_view campaign, std::string_view recipient) = 0;
  /// Queues those who failed with one of these codes, or stand at one of these places, to be sent
  /// to again, with all their retries; returns how many. At most `retry_failed_max` at once, the
  /// first on the list. Whoever said stop meanwhile gets nothing all the same. conflict unless the
  /// campaign is sending, paused or completed.
  [[nodiscard]] virtual core::result<std::int64_t>
  retry_failed(const principal& who, std::string_view campaign, const failed_choice& choice) = 0;
  /// Ends doubts that are held. conflict when they are to be resent and the campaign is not
  /// sending, paused or completed; not_found when somebody named is not on the list. Who is not
  /// held, or not any more, is passed over.
  [[nodiscard]] virtual core::result<settled> settle_held(const principal& who,
                                                          std::string_view campaign, settlement how,
                                                          const held_choice& choice) = 0;
  /// All recipients as CSV, in pieces, in constant memory; `write` returns false to stop.
  [[nodiscard]] virtual core::status
  export_csv(const principal& who, std::string_view campaign, export_cells cells,
             const std::function<bool(std::string_view)>& write) = 0;
};

} // namespace stentor::ports
