#pragma once
/// A campaign's own table of recipients: which it is, how it comes to be. As thread-safe as the
/// connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/core/contact/consent.hpp"

#include <string>
#include <string_view>

namespace stentor::postgres {

/// What an import and a launch need to know about their campaign; its row stays locked until the
/// transaction ends.
struct locked_campaign {
  core::campaign_no no{};
  core::organization_no organization{};
  std::string status;
  bool for_marketing = true; ///< the fragment campaign_is_marketing
  core::recipient_seq total = 0;
  bool has_partition = false;
  std::string list{}; ///< the table that holds the list; empty: its partition

  [[nodiscard]] bool has_list() const noexcept { return has_partition || !list.empty(); }
  [[nodiscard]] bool marketing() const noexcept { return for_marketing; }
  [[nodiscard]] core::message_class message() const noexcept {
    return for_marketing ? core::message_class::marketing : core::message_class::utility;
  }
};

/// What somebody wants of a campaign's list.
enum class list_use {
  stay, ///< it must stay as it is (a change of the draft)
  fill, ///< nobody else may use it (an import, a launch)
};

/// Holds the list and locks the campaign's row. not_found also for one of another organization;
/// conflict, without waiting, while an import or a launch has the list.
[[nodiscard]] core::result<locked_campaign> lock_campaign(connection& db,
                                                          core::organization_no organization,
                                                          std::string_view id, list_use use);

/// The same, but the row stays free: what fills the list calls relock_campaign() at its end.
[[nodiscard]] core::result<locked_campaign>
hold_list(connection& db, core::organization_no organization, std::string_view id);

/// Locks the row of a campaign whose list is held; conflict when it takes no recipients any more.
[[nodiscard]] core::status relock_campaign(connection& db, const locked_campaign& c,
                                           std::string_view id);

/// A fragment that is a statement on the list.
[[nodiscard]] std::string list_statement(const std::string& name, const locked_campaign& c);

/// Runs one that gives no rows.
[[nodiscard]] core::status on_list(connection& db, const locked_campaign& c, const char* statement,
                                   params arguments = {});

/// The table that will be the campaign's partition, if there is none yet. It is attached by
/// complete_partition: creating it as a partition at once would lock out every reader of all lists
/// until the import ends.
[[nodiscard]] core::status create_partition(connection& db, const locked_campaign& c);
[[nodiscard]] core::status complete_partition(connection& db, const locked_campaign& c);

} // namespace stentor::postgres
