#pragma once
/// How recipients get onto a campaign's list: CSV, the API and customers all end here. One import
/// is one transaction on a connection of its own; rows go by binary COPY straight into the
/// campaign's partition, then set-based statements mark the few that must not be sent to. Memory
/// does not depend on the number of rows. Not thread-safe: one thread per import.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/campaign/admin_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stentor::postgres {

/// screen_reason.code of the schema.
enum class screen_code : std::int16_t {
  none,
  invalid_number,
  duplicate,
  no_consent,
  opted_out,
  united_states,
  frequency
};

/// What an import and a launch need to know about their campaign; its row stays locked until the
/// transaction ends.
struct locked_campaign {
  core::campaign_no no{};
  core::organization_no organization{};
  std::string status;
  bool for_marketing = true; ///< the fragment campaign_is_marketing
  core::recipient_seq total = 0;
  bool has_partition = false;

  [[nodiscard]] std::string table() const { return "campaign_recipient_" + std::to_string(no); }
  [[nodiscard]] bool marketing() const noexcept { return for_marketing; }
};

/// Locks the campaign's row; not_found also for one of another organization.
[[nodiscard]] core::result<locked_campaign>
lock_campaign(connection& db, core::organization_no organization, std::string_view id);

/// The table that will be the campaign's partition, if there is none yet. It is attached by
/// complete_partition: creating it as a partition at once would lock out every reader of all lists
/// until the import ends.
[[nodiscard]] core::status create_partition(connection& db, const locked_campaign& c);
[[nodiscard]] core::status complete_partition(connection& db, const locked_campaign& c);

/// Marks duplicates among the recipients from `from_seq` on. Once is enough: a row's person never
/// changes.
[[nodiscard]] core::status screen_duplicates(connection& db, const locked_campaign& c,
                                             core::recipient_seq from_seq);
/// Marks stops and missing consent among the recipients from `from_seq` on, and links customers.
/// It can be repeated: what is marked stays marked.
[[nodiscard]] core::status screen_people(connection& db, const locked_campaign& c,
                                         core::recipient_seq from_seq);
/// Marks numbers in the United States, which only libphonenumber can tell from the other +1
/// countries.
[[nodiscard]] core::status screen_united_states(connection& db, const locked_campaign& c,
                                                core::recipient_seq from_seq,
                                                const ports::phone_numbers& phones);

/// Counts the rows from `from_seq` on by reason into `report`, and writes the campaign's totals and
/// an `import` row.
[[nodiscard]] core::status count_import(connection& db, const locked_campaign& c,
                                        core::recipient_seq from_seq, const std::string& source,
                                        bool consent_was_ignored, ports::import_report& report);

struct import_order {
  connection_options database;
  const ports::phone_numbers* phones = nullptr;
  std::string region; ///< of numbers without country code; empty: such numbers are refused
  ports::principal who;
  std::string campaign_id;
};

[[nodiscard]] core::result<std::unique_ptr<ports::recipient_import>>
begin_csv_import(const import_order& order);
[[nodiscard]] core::result<ports::import_report>
import_list(const import_order& order, const std::vector<ports::recipient_input>& recipients);

} // namespace stentor::postgres
