#pragma once
/// What dispatch needs of the database besides the ledger. Used from one thread (the store
/// actor's); every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/delivery/chunk.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stentor::ports {

/// A sending number as configured.
struct number {
  core::number_no no{};
  core::organization_no organization{};
  std::string phone_number_id;
  std::string waba_id;
  std::string token;
  double per_second = 80;
  std::uint32_t in_flight_max = 0;
  bool active = true;
};

struct lease {
  core::number_no number{};
  core::lease_epoch epoch{};
  bool fresh = false; ///< the owner changed with this call (or expired before): wait one limit
                      ///< window before sending
};

struct claim_order {
  core::number_no number{};
  core::lease_epoch epoch{};
  std::int32_t count = 0; ///< recipients wanted
};

struct claim_result {
  std::vector<core::claimed_chunk> chunks; ///< one per order that got something
  std::vector<core::number_no> fenced;
  bool exhausted = false; ///< no recipient of the list is left unclaimed
};

struct recovery_report {
  std::int64_t in_doubt = 0;  ///< recipients that were in flight when the last owner died
  std::int64_t reclaimed = 0; ///< recipients above a progress mark: surely not sent, claimed again
};

/// Whether everything of a campaign is explained.
struct campaign_balance {
  std::int64_t total = 0;
  std::int64_t screened = 0;
  std::int64_t sent = 0; ///< accepted by Meta and not failed since
  std::int64_t failed = 0;
  std::int64_t opted_out = 0;
  std::int64_t expired = 0;
  std::int64_t cancelled = 0;
  std::int64_t held = 0;
  std::int64_t in_doubt = 0;     ///< still waiting
  std::int64_t retrying = 0;     ///< rows of the retry queue
  std::int64_t claimed_open = 0; ///< claims that are not done
  std::int64_t unclaimed = 0;

  [[nodiscard]] bool settled() const noexcept {
    return total == screened + sent + failed + opted_out + expired + cancelled + held;
  }
};

class dispatch_store {
public:
  virtual ~dispatch_store() = default;

  /// Writes the configured numbers, gives them their number_no and organization_no.
  [[nodiscard]] virtual core::result<std::vector<number>>
  save_numbers(const std::vector<number>& configured, const std::string& organization_name) = 0;
  /// Takes or renews the leases of these numbers for `owner`; returns those that are held now.
  [[nodiscard]] virtual core::result<std::vector<lease>>
  hold_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
              std::chrono::milliseconds duration) = 0;
  [[nodiscard]] virtual core::status release_leases(const std::string& owner) = 0;

  /// Settles the open claims and claimed retries that an earlier owner of these numbers left: what
  /// has no outcome and lies at or below its mark becomes in doubt, what lies above is free again.
  /// Call after the projection has caught up.
  [[nodiscard]] virtual core::result<recovery_report> recover(const std::vector<lease>& leases,
                                                              std::int64_t now_ms) = 0;

  /// Campaigns in `sending`, in `scheduled` and due, and finished ones that have retries due. Due
  /// ones become `sending`.
  [[nodiscard]] virtual core::result<std::vector<core::campaign>> runnable(core::wall_time now) = 0;
  [[nodiscard]] virtual core::result<core::campaign> load(core::campaign_no campaign) = 0;
  /// Changes the status if the transition is allowed; conflict otherwise. `reason` is kept for
  /// people.
  [[nodiscard]] virtual core::status
  set_status(core::campaign_no campaign, core::campaign_status to, const std::string& reason) = 0;

  /// Moves the cursor and writes one claim per order in one transaction, then reads the recipients
  /// with the stops of this moment. Leftover claims of `recover` are handed out first.
  [[nodiscard]] virtual core::result<claim_result>
  claim(core::campaign_no campaign, const std::vector<claim_order>& orders) = 0;
  /// Claims retries that are due, oldest first, for the numbers given (round robin where a retry
  /// names none).
  [[nodiscard]] virtual core::result<std::vector<core::claimed_chunk>>
  claim_retries(core::campaign_no campaign, const std::vector<claim_order>& orders,
                core::wall_time now) = 0;
  /// Campaigns that have a retry due, and when the next one is due.
  struct retry_agenda {
    std::vector<core::campaign_no> due;
    std::int64_t next_due_ms = 0; ///< 0: none queued
  };
  [[nodiscard]] virtual core::result<retry_agenda> retries(core::wall_time now) = 0;

  /// In-doubt recipients older than `wait`, settled by their campaign's policy: held, failed, or
  /// queued to be sent again.
  [[nodiscard]] virtual core::result<std::int64_t>
  settle_doubts(core::wall_time now, std::chrono::milliseconds wait) = 0;

  /// Cheap, asked often: whether nothing of the campaign is open any more, so that finish() is
  /// worth its scan.
  [[nodiscard]] virtual core::result<bool> may_be_over(core::campaign_no campaign) = 0;
  /// Ends a campaign as `to` if its balance is settled (expired and cancelled ones get their
  /// remaining recipients explained first).
  [[nodiscard]] virtual core::result<bool> finish(core::campaign_no campaign,
                                                  core::campaign_status to) = 0;

  /// Attributes inbound messages that wait for it to campaign recipients; returns how many still
  /// wait, for the projection or for the next round. Who answered with a stop word has opted out.
  [[nodiscard]] virtual core::result<std::int64_t> attribute_replies(std::int64_t limit) = 0;

  /// Templates as Meta lists them (JSON array of its objects) for one WhatsApp business account.
  [[nodiscard]] virtual core::status save_templates(core::organization_no organization,
                                                    const std::string& waba_id,
                                                    const std::string& json) = 0;
  /// One template's new status by webhook.
  [[nodiscard]] virtual core::status set_template_status(const std::string& waba_id,
                                                         const std::string& name,
                                                         const std::string& language,
                                                         const std::string& status) = 0;
  /// Running campaigns that use a template.
  [[nodiscard]] virtual core::result<std::vector<core::campaign_no>>
  campaigns_of_template(const std::string& name, const std::string& language) = 0;
};

} // namespace stentor::ports
