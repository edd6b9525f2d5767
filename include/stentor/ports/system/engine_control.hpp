#pragma once
/// What the admin API and the webhook endpoint may ask of the running engine. The actors implement
/// it (actors/supervisor/engine.hpp); its methods may be called from any thread, return at once,
/// and answer by callback on an actor's thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/delivery/pacing/learned_rate.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::ports {

/// What an operator must act on.
struct alarm {
  core::organization_no organization{}; ///< whose it is; 0: it concerns everybody
  core::sentence what;
};

/// A business number at work, for metrics.
struct number_metrics {
  std::string phone_number_id;
  double per_second = 0; ///< at this moment; the configuration's unless Meta throttles
  double ceiling = 0;    ///< the highest rate that is taken to be safe: configured or learned
  core::pace_state pace = core::pace_state::free; ///< why it is what it is
  bool stopped = false;                           ///< for a fault, or by an operator
};

/// For /readyz, /metrics and people.
struct engine_metrics {
  bool ready = false;
  core::sentence not_ready_reason; ///< of one that is not
  /// For whom this daemon sends: campaigns, numbers, outcomes, statuses, messages and opt-outs
  /// below are this organization's. All numbers of a configuration belong to one. 0 without
  /// numbers.
  core::organization_no organization{};
  std::uint32_t campaigns_running = 0;
  std::uint32_t numbers_active = 0;
  std::uint32_t numbers_without_lease = 0; ///< of all daemons on the database
  std::uint32_t nodes_alive = 1;           ///< this one counted
  std::vector<number_metrics> numbers;
  std::vector<alarm> alarms;
  std::uint64_t events_committed_total = 0;
  std::uint64_t commits_total = 0;
  double longest_commit_ms = 0;         ///< of the last hundred
  std::uint64_t outcomes_total[6] = {}; ///< by core::outcome_class
  std::uint64_t webhooks_total = 0;
  std::uint64_t statuses_total = 0;
  std::uint64_t inbound_total = 0;
  std::uint64_t opt_outs_total = 0;
  std::uint64_t media_uploaded_total = 0;
  std::uint64_t media_failed_total = 0; ///< tries to upload
  std::uint32_t media_awaited = 0;      ///< media and numbers that campaigns wait for
  std::uint64_t restarts_total = 0;     ///< actors restarted by the supervisor
  std::int64_t projection_lag_ms = 0;
  std::int64_t ledger_queue = 0;        ///< events waiting for a commit
  double disk_used_ratio = 0;           ///< of the disk on which this daemon stores, 0 to 1
  std::uint64_t in_doubt_recovered = 0; ///< at the last start
};

class control {
public:
  virtual ~control() = default;

  /// launch: the campaign is in `sending` in the database already (or `scheduled`: then the
  /// scheduler looks at it again). pause, resume, cancel: acts within 100 ms and writes the status
  /// itself, with the audit row in the same transaction. conflict, with the sentence for the
  /// caller, when the campaign's state forbids the command.
  virtual void command(core::campaign_no campaign, core::campaign_command command,
                       std::optional<audit_entry> audit,
                       std::function<void(core::status)> then) = 0;

  /// Makes a payload durable; `then` is called with ok after the commit, with unavailable if it
  /// cannot be stored.
  virtual void ingest(std::shared_ptr<const webhook_payload> payload,
                      std::function<void(core::status)> then) = 0;

  /// An operator's opt-out or its lifting, durable together with its audit row and effective before
  /// `then`.
  virtual void suppress(suppression_row row, std::optional<audit_entry> audit,
                        std::function<void(core::status)> then) = 0;

  /// A business number that was stopped for a fault tries again; one that sends already goes on.
  /// The audit row is durable before `then`, and its organization must be the number's: not_found
  /// otherwise, and for a number that is not at work here.
  virtual void resume_number(std::string phone_number_id, std::optional<audit_entry> audit,
                             std::function<void(core::status)> then) = 0;

  /// A business number sends nothing more, within 100 ms, until it is resumed; a restart does not
  /// free it. Otherwise as resume_number().
  virtual void pause_number(std::string phone_number_id, std::optional<audit_entry> audit,
                            std::function<void(core::status)> then) = 0;

  /// Fetches the templates of this organization's accounts from Meta: now, or when the last fetch
  /// is some seconds old; whoever asks meanwhile shares the answer. Nothing is asked of Meta for an
  /// organization without numbers here.
  virtual void sync_templates(core::organization_no organization,
                              std::function<void(core::status)> then) = 0;

  [[nodiscard]] virtual engine_metrics metrics() const = 0;
};

} // namespace stentor::ports
