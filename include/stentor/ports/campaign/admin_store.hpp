#pragma once
/// What the admin API needs of the database for campaigns. Every call blocks and takes a connection
/// from a small pool, so it may be used from several threads. Answers are JSON text in the seed's
/// camelCase, built by PostgreSQL, to be sent as they are.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// Fields of POST and PUT; an absent one is left as it is (PUT) or gets its default (POST).
struct campaign_draft {
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> template_id;
  std::optional<std::string> template_name;
  std::optional<std::string> template_language;
  std::optional<std::string> template_variables; ///< JSON object
  std::optional<std::string> target_type;
  std::optional<std::string> segment_query; ///< JSON
  std::optional<std::string> scheduled_for; ///< RFC 3339; empty string clears it
  std::optional<std::string> expires_at;
  std::optional<std::int32_t> rate_limit; ///< 0 clears it
  std::optional<bool> retry_failed;
  std::optional<std::int32_t> max_retries;
  std::optional<std::string> in_doubt_policy;
  std::optional<std::string> send_window;             ///< JSON object; "null" clears it
  std::optional<std::vector<std::string>> number_ids; ///< empty clears it
  std::optional<std::vector<std::string>> tags;
};

using core::page;

class admin_store {
public:
  virtual ~admin_store() = default;

  // ids are UUIDs
  [[nodiscard]] virtual core::result<std::string> create_campaign(const principal& who,
                                                                  const campaign_draft& draft) = 0;
  [[nodiscard]] virtual core::result<std::string>
  list_campaigns(const principal& who, std::string_view status, page p) = 0;
  [[nodiscard]] virtual core::result<std::string> get_campaign(const principal& who,
                                                               std::string_view id) = 0;
  /// conflict unless it is a draft. One that is scheduled becomes a draft again when its time, and
  /// nothing else, is taken away.
  [[nodiscard]] virtual core::result<std::string>
  update_campaign(const principal& who, std::string_view id, const campaign_draft& draft) = 0;
  /// A draft is deleted with its recipients; anything else must be cancelled first (conflict).
  [[nodiscard]] virtual core::status delete_campaign(const principal& who, std::string_view id) = 0;
  [[nodiscard]] virtual core::result<core::campaign_no> campaign_no_of(const principal& who,
                                                                       std::string_view id) = 0;
  /// draft -> sending, or scheduled when scheduledFor lies ahead. Fills the list from customers for
  /// targetType "all". invalid with every obstacle in the message when preflight finds one (no
  /// recipients, template unknown or not approved).
  [[nodiscard]] virtual core::result<core::campaign_status>
  launch_campaign(const principal& who, std::string_view id) = 0;
  [[nodiscard]] virtual core::result<core::campaign> load_campaign(const principal& who,
                                                                   std::string_view id) = 0;
  /// Counts, rates, times, errors by code, per number, screening, throughput: the report.
  [[nodiscard]] virtual core::result<std::string> campaign_stats(const principal& who,
                                                                 std::string_view id) = 0;
};

} // namespace stentor::ports
