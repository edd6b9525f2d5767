#pragma once
/// Every store of the engine on the simulated database (world.hpp). Each method is one transaction
/// and decides as the SQL of src/adapters/postgres does. One thread.

#include "tests/model/world.hpp"

#include "actors/runtime/stores.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace stentor::simulation {

class claim_store final : public ports::claim_store {
public:
  explicit claim_store(world& w) : w_{w} {}
  core::result<ports::recovery_report> recover(const std::vector<ports::lease>& leases,
                                               std::int64_t now_ms,
                                               const ports::flight_recorder& flights) override;
  core::result<ports::claim_result> claim(core::campaign_no campaign,
                                          const std::vector<ports::claim_order>& orders,
                                          const ports::claim_scope& scope) override;
  core::result<std::vector<core::claimed_chunk>>
  claim_retries(core::campaign_no campaign, const std::vector<ports::claim_order>& orders,
                const ports::claim_scope& scope, core::wall_time now) override;
  core::status give_back() override;

private:
  void free_unheard();
  void note(const std::vector<core::claimed_chunk>& chunks);
  world& w_;
  std::vector<core::claim_id>
      unheard_claims_; ///< of calls that failed, perhaps behind their commit
};

class campaign_store final : public ports::campaign_store {
public:
  explicit campaign_store(world& w) : w_{w} {}
  core::result<std::vector<core::campaign>> runnable(core::wall_time now) override;
  core::status command(core::campaign_no campaign, core::campaign_command what,
                       const std::optional<core::sentence>& reason,
                       const std::optional<ports::audit_entry>& audit,
                       core::pause_kind kind) override;
  core::result<bool> end(core::campaign_no campaign, core::campaign_status to) override;
  core::result<core::plan_terms> plan_terms_of(core::campaign_no campaign) override;
  core::result<std::vector<core::campaign_no>> using_template(const std::string& waba_id,
                                                              const std::string& name,
                                                              const std::string& language) override;
  core::result<ports::retry_terms> retry_terms_of(core::campaign_no campaign,
                                                  core::wall_time now) override;

private:
  [[nodiscard]] bool is_open(core::campaign_no campaign, bool early) const;
  core::status change(campaign_row& c, core::campaign_status to,
                      const std::optional<core::sentence>& reason);
  world& w_;
};

/// How the recipients of a campaign are explained if it ended as `as`.
[[nodiscard]] core::campaign_balance balance_of(const world& w, core::campaign_no campaign,
                                                core::campaign_status as);

class gate_watch final : public ports::gate_watch {
public:
  explicit gate_watch(world& w) : w_{w} {}
  core::result<std::vector<ports::gate_note>> look(core::wall_time now) override;

private:
  std::optional<ports::gate_note> look_at(campaign_row& c, core::wall_time now);
  ports::gate_note decided(campaign_row& c, std::optional<core::canary_state> state,
                           core::sentence what);
  world& w_;
};

/// Lists of customers, which are drawn when their campaigns start.
class freeze_store final : public ports::freeze_store {
public:
  explicit freeze_store(world& w) : w_{w} {}
  freeze_store(const freeze_store&) = delete;
  freeze_store& operator=(const freeze_store&) = delete;
  ~freeze_store() override; ///< frees what it holds, as the end of a session does
  core::result<std::optional<ports::due_freeze>>
  take(core::wall_time now, const std::set<std::int64_t>& but_not) override;
  core::result<ports::freeze_end> draw(const ports::due_freeze& what,
                                       const ports::campaign_launch::check& obstacles) override;
  core::status give_up(const ports::due_freeze& what, const core::sentence& why) override;
  core::status release(const ports::due_freeze& what) override;

private:
  world& w_;
};

/// A person resumes a campaign that a gate has paused.
void let_go_on(world& w, campaign_row& c);

class retry_store final : public ports::retry_store {
public:
  explicit retry_store(world& w) : w_{w} {}
  core::result<ports::retry_agenda> agenda(core::wall_time now) override;
  core::result<std::int64_t> settle_doubts(core::wall_time now, core::wall_time begun) override;

private:
  void settle(const recipient& who, const queued_doubt& doubt, std::int64_t now_ms);
  world& w_;
};

class number_store final : public ports::number_store {
public:
  explicit number_store(world& w) : w_{w} {}
  core::result<std::vector<ports::number>> save(const std::vector<ports::number>& configured,
                                                const std::string& organization) override;
  core::result<std::vector<ports::lease>>
  acquire_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                 std::chrono::milliseconds duration) override;
  core::result<std::vector<ports::lease>>
  renew_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
               std::chrono::milliseconds duration,
               const std::vector<ports::number_pace>& at_work) override;
  core::status release_lease(const std::string& owner, core::number_no number) override;
  core::status release_leases(const std::string& owner) override;
  core::result<ports::node_view> show(const ports::node_sign& sign) override;
  core::result<ports::obeyed_number> order(const ports::number_command& command) override;
  core::status set_stopped_reason(core::number_no number,
                                  const std::optional<core::sentence>& reason) override;

private:
  core::result<std::vector<ports::lease>> take(const std::string& owner,
                                               const std::vector<core::number_no>& numbers,
                                               std::chrono::milliseconds duration, bool first);
  world& w_;
};

class number_facts_store final : public ports::number_facts_store {
public:
  explicit number_facts_store(world& w) : w_{w} {}
  core::status keep(core::number_no number, const ports::number_facts& facts) override;
  core::status keep_limit(const std::string& waba_id, const std::string& limit) override;

private:
  world& w_;
};

/// What other processes tell; the world remembers every stop for them.
class node_feed final : public ports::node_feed {
public:
  node_feed(world& w, std::string node) : w_{w}, node_{std::move(node)} {}
  core::status wait(std::chrono::milliseconds patience) override;
  core::result<ports::node_news> look(const std::vector<core::campaign_no>& running) override;

private:
  world& w_;
  std::string node_;
  std::optional<std::size_t> seen_; ///< of the world's told stops
  std::map<core::number_no, std::int64_t> words_;
  std::string leases_; ///< who held what at the last look
};

class inbox_store final : public ports::inbox_store {
public:
  explicit inbox_store(world& w) : w_{w} {}
  core::result<ports::attribution_report> attribute_replies(std::int64_t limit) override;

private:
  world& w_;
};

class template_store final : public ports::template_store {
public:
  explicit template_store(world& w) : w_{w} {}
  core::status save(core::organization_no organization, const std::string& account,
                    const std::string& json) override;

private:
  world& w_;
};

class ledger final : public ports::ledger {
public:
  explicit ledger(world& w) : w_{w} {}
  core::result<ports::ledger_receipt> commit(const ports::ledger_write& write) override;

private:
  ports::ledger_receipt write_all(const ports::ledger_write& write);
  world& w_;
};

class projection final : public ports::projection {
public:
  explicit projection(world& w, std::string session = "projector")
      : w_{w}, session_{std::move(session)} {}
  core::result<ports::fold_report> fold(std::int64_t events_max) override;
  /// Nothing: no run is as long as a retention, and the checker reads the whole ledger.
  core::result<ports::trim_report> trim(const ports::retention_terms& terms) override;

private:
  void stop_person(const ledger_event& e);
  void reopen(const recipient& who, queued_retry& retry);
  world& w_;
  std::string session_;
};

/// What the ledger and the stores that append to it share: a retry or a doubt as its SQL writes it.
void queue_retry(world& w, const ports::retry_row& row);
void note_doubt(world& w, const ports::doubt_row& row);
/// Whether a campaign is over before its list was.
[[nodiscard]] bool ended_early(const world& w, core::campaign_no campaign);
/// Whether one that was surely not made ends with that; the SQL's fragment state_unsent.
[[nodiscard]] bool ends_unsent(const world& w, const recipient& who);

/// Every store of one world.
/// @param session names the process, for what only one may do
[[nodiscard]] actors::store_factory stores_of(world& w, std::string session = "projector");

} // namespace stentor::simulation
