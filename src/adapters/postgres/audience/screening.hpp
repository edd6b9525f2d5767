#pragma once
/// The set-based half of an import and of a launch: marks the few on a list who must not be sent
/// to, and counts them. As thread-safe as the connection.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/ports/contact/file_import.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

#include <string>

namespace stentor::postgres {

/// Marks duplicates among the recipients from `from_seq` on. Once is enough: a row's person never
/// changes.
[[nodiscard]] core::status screen_duplicates(connection& db, const locked_campaign& c,
                                             core::recipient_seq from_seq);
/// Marks stops and missing consent among the recipients from `from_seq` on, and links customers.
/// It can be repeated: what is marked stays marked.
[[nodiscard]] core::status screen_people(connection& db, const locked_campaign& c,
                                         core::recipient_seq from_seq);
/// Marks numbers in the United States, which only libphonenumber can tell from the other +1
/// countries: as screened, or for the day on which the campaign becomes one for marketing.
[[nodiscard]] core::status screen_united_states(connection& db, const locked_campaign& c,
                                                core::recipient_seq from_seq,
                                                const ports::phone_numbers& phones);

/// Screens out those who are closed to marketing when the campaign starts, because Meta said that
/// they had enough of it. Before screened people are counted.
[[nodiscard]] core::status screen_capped(connection& db, const locked_campaign& c,
                                         core::wall_time starts);

/// One way by which recipients came onto a list.
struct import_summary {
  std::string source;               ///< csv, api, customers
  core::recipient_seq from_seq = 1; ///< the first new place
  std::string actor{};              ///< who imports; empty: the daemon does
  ports::import_report report;      ///< what was read; recording it counts the rest
};

/// Counts the new recipients by reason into the summary's report, and writes an `import` row about
/// a list that was drawn; the campaign's totals are still to be written.
[[nodiscard]] core::status record_drawn(connection& db, const locked_campaign& c,
                                        import_summary& summary);
/// The same of people who were added, with the campaign's totals.
[[nodiscard]] core::status record_import(connection& db, const locked_campaign& c,
                                         import_summary& summary);

} // namespace stentor::postgres
