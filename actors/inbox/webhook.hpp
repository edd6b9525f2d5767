#pragma once
/// WEBHOOK: verified payloads on their way into the ledger. It takes all that wait at the gate at
/// once, and they share a commit; a payload is answered only after it. A stop counts in memory at
/// once and in the database before the answer.

#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include "stentor/core/contact/alias_memory.hpp"
#include "stentor/core/delivery/answer_guard.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <optional>
#include <string>
#include <unordered_map>

namespace stentor::actors {

/// Who the webhook actor talks to.
struct webhook_partners {
  recorder_actor recorder;
  campaign_store_actor campaigns;
  inbox_store_actor inbox;
  number_store_actor numbers;
  supervisor_actor supervisor;
};

class webhook_state {
public:
  static constexpr const char* name = "webhook";
  explicit webhook_state(webhook_actor::pointer self) : self_{self} {}
  webhook_state(const webhook_state&) = delete;
  webhook_state& operator=(const webhook_state&) = delete;
  ~webhook_state();

  void start(context_ptr context, webhook_partners partners);
  void on_ingest();
  void on_write(const write_ptr& write, const owed_ptr& written);
  void on_policy(const campaign_policy& of) { policies_[of.campaign] = of.policy; }
  void on_forget(core::campaign_no campaign) { policies_.erase(campaign); }
  void on_tick();

private:
  class answers;

  /// The campaign of a failure in it whose terms nobody knows here; 0: there is none.
  [[nodiscard]] core::campaign_no unknown_in(const ports::webhook_payload& payload) const;
  /// Until the database has told the campaign's terms.
  void park(core::campaign_no campaign, webhook_gate::arrival one);
  void ingest(std::vector<webhook_gate::arrival> arrivals);
  void take(const ports::webhook_payload& payload);
  void take_status(const ports::webhook_payload& payload, const ports::status_update& status);
  void take_inbound(const ports::inbound_message& message);
  void take_preference(const ports::preference_change& change);
  void take_template(const ports::template_change& change);
  void take_account(const ports::account_change& change);
  void take_limit(const ports::limit_change& change);
  void suppress(ports::suppression_row row);
  /// That these two are one person, if both are known.
  void note_alias(core::organization_no organization, core::person_key person,
                  std::string_view user_id, std::int64_t at_ms);
  /// Hands what is pending to the recorder; `waiting` hear of its commit.
  void pass_on(std::shared_ptr<answers> waiting);
  void attribute();
  [[nodiscard]] core::organization_no organization_of(const std::string& phone_number_id) const;
  /// 0: none that is at work here.
  [[nodiscard]] core::number_no number_of(std::string_view phone_number_id) const;

  webhook_actor::pointer self_;
  context_ptr context_;
  webhook_partners partners_;
  std::unordered_map<std::string, core::organization_no> organizations_; ///< by phone_number_id
  core::organization_no first_organization_{};
  /// Of campaigns that run here, and of others whose failures came; none: it is over.
  std::map<core::campaign_no, std::optional<core::retry_policy>> policies_;
  std::map<core::campaign_no, std::vector<webhook_gate::arrival>> parked_;
  std::map<core::campaign_no, core::refusal_guard> refusals_;
  core::alias_memory aliases_; ///< noted
  write_ptr pending_;
  std::size_t committing_ = 0; ///< payloads that the recorder has
  bool attributing_ = false;
  bool replies_wait_ = true; ///< also those that an earlier process stored and did not attribute
};

webhook_actor::behavior_type webhook(webhook_actor::stateful_pointer<webhook_state> self,
                                     context_ptr context, webhook_partners partners);

} // namespace stentor::actors
