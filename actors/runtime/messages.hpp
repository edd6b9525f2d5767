#pragma once
/// What travels between the actors: plain values or shared immutable ones. Messages stay inside the
/// process; batches travel, never recipients.

#include "actors/runtime/atoms.hpp"

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/delivery/chunk.hpp"
#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/core/delivery/outcome.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/campaign/campaign_store.hpp"
#include "stentor/ports/campaign/gate_watch.hpp"
#include "stentor/ports/delivery/claim_store.hpp"
#include "stentor/ports/delivery/ledger.hpp"
#include "stentor/ports/delivery/retry_store.hpp"
#include "stentor/ports/inbox/inbox_store.hpp"
#include "stentor/ports/inbox/webhook.hpp"
#include "stentor/ports/meta/management_api.hpp"
#include "stentor/ports/system/node_feed.hpp"

#include <caf/type_id.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::actors {

class claimed_recipients; // actors/delivery/claimed.hpp

using outcomes_ptr = std::shared_ptr<const core::outcome_batch>;
using chunk_ptr = std::shared_ptr<const core::chunk>;
using claimed_ptr = std::shared_ptr<claimed_recipients>;
using write_ptr = std::shared_ptr<ports::ledger_write>;
using campaign_ptr = std::shared_ptr<const core::campaign>;
using campaigns_ptr = std::shared_ptr<const std::vector<core::campaign>>;
using numbers_ptr = std::shared_ptr<const std::vector<ports::number>>;
using plan_terms_ptr = std::shared_ptr<const core::plan_terms>;
using gate_notes_ptr = std::shared_ptr<const std::vector<ports::gate_note>>;
using media_answer_ptr = std::shared_ptr<const core::result<std::string>>;
using template_page_ptr = std::shared_ptr<const core::result<ports::template_page>>;
using number_facts_ptr = std::shared_ptr<const core::result<ports::number_facts>>;

/// A number asks a campaign for recipients.
struct demand {
  core::number_no number{};
  core::lease_epoch epoch{};
  std::int32_t count = 0;
};

/// A claim whose recipients are about to be sent: the sender counts their outcomes.
struct claim_opened {
  core::claim_id claim{};
  core::campaign_no campaign{};
  std::int32_t count = 0;
};

/// What the store answers to a claim.
struct claim_answer {
  claimed_ptr recipients;
  std::vector<core::number_no> fenced;
  std::vector<core::part_cursor> left;
  bool dry = false;
  bool exhausted = false;
  bool limit_reached = false; ///< Meta's messaging limit
};

/// In place of an index into a campaign's languages.
inline constexpr std::int16_t language_unknown = -1;

/// Something beyond one message is wrong.
struct fault {
  core::scope_action scope = core::scope_action::none;
  core::number_no number{};
  core::campaign_no campaign{};
  std::int32_t code = 0;
  std::chrono::seconds wait{0};
  std::string text;
  std::int16_t lang = language_unknown; ///< of the message, an index into the campaign's languages
};

/// Meta took a template away, or lets it be used again.
struct template_status {
  std::string waba_id;
  std::string name;
  std::string language;
  std::string status; ///< in Meta's words
  bool stops_sending = false;
};

/// Which campaigns use it.
struct template_key {
  std::string waba_id;
  std::string name;
  std::string language;
};

/// All templates of one WhatsApp business account.
struct account_templates {
  core::organization_no organization{};
  std::string waba_id;
  std::string json; ///< an array of Meta's objects
};

/// Answers of Meta to one number's requests, by the time of sending.
struct answer_counts {
  struct slot {
    core::steady_time sent; ///< within core::learned_rate::slot_time
    std::uint32_t count = 0;
    std::uint32_t refused = 0; ///< "too fast" or "overloaded"
  };
  std::vector<slot> slots;
};

/// How failures of a campaign's messages are tried again.
struct campaign_policy {
  core::campaign_no campaign{};
  core::retry_policy policy;
};

/// A command to a campaign: an operator's, or the engine's own because of a fault.
struct campaign_order {
  core::campaign_no campaign{};
  core::campaign_command command = core::campaign_command::pause;
  std::optional<core::sentence> reason;    ///< of a pause or a cancel
  std::optional<ports::audit_entry> audit; ///< of an operator
  core::pause_kind kind = core::pause_kind::none;
  std::uint64_t no = 0; ///< grows with every order that the supervisor takes
};

/// What became of a command in the database.
struct order_ended {
  core::campaign_command command = core::campaign_command::pause;
  std::optional<core::errc> problem;
  std::uint64_t no = 0; ///< the order's
};

/// A campaign is over, if everybody is explained.
struct campaign_end {
  core::campaign_no campaign{};
  core::campaign_status to = core::campaign_status::completed;
};

/// Why a number does not send; none: it sends again.
struct number_stop {
  core::number_no number{};
  std::optional<core::sentence> reason;
};

/// What Meta says of a number.
struct number_reading {
  core::number_no number{};
  ports::number_facts facts;
};

/// How many people the portfolio of an account may write to, as Meta told.
using told_limit = ports::limit_change;

/// An operator pauses a number, or lets a stopped one try again.
struct number_order {
  std::string phone_number_id;
  std::optional<ports::audit_entry> audit;
  bool pause = false;
};

/// What other daemons told, and when it was asked for.
struct heard_news {
  std::shared_ptr<const ports::node_news> news;
  core::steady_time asked;  ///< as context::lease_time
  std::uint64_t orders = 0; ///< that had been taken here or had ended
};

} // namespace stentor::actors

// Local messages only: nothing here is ever serialised.
#define STENTOR_LOCAL_MESSAGE(type)                                                                \
  namespace caf {                                                                                  \
  template <>                                                                                      \
  struct allowed_unsafe_message_type<type> : std::true_type {};                                    \
  }
STENTOR_LOCAL_MESSAGE(stentor::actors::outcomes_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::chunk_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::claimed_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::write_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::campaign_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::campaigns_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::numbers_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::plan_terms_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::gate_notes_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::heard_news)
STENTOR_LOCAL_MESSAGE(stentor::actors::template_page_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::media_answer_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::number_facts_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::number_reading)
STENTOR_LOCAL_MESSAGE(stentor::actors::told_limit)
STENTOR_LOCAL_MESSAGE(stentor::core::campaign_no)
STENTOR_LOCAL_MESSAGE(stentor::core::organization_no)
STENTOR_LOCAL_MESSAGE(stentor::core::number_no)
STENTOR_LOCAL_MESSAGE(stentor::core::lease_epoch)
STENTOR_LOCAL_MESSAGE(std::vector<stentor::core::campaign_no>)
STENTOR_LOCAL_MESSAGE(std::vector<stentor::core::number_no>)
STENTOR_LOCAL_MESSAGE(std::vector<stentor::core::slice>)
STENTOR_LOCAL_MESSAGE(std::vector<stentor::ports::claim_order>)
STENTOR_LOCAL_MESSAGE(stentor::ports::claim_scope)
STENTOR_LOCAL_MESSAGE(std::vector<stentor::ports::lease>)
STENTOR_LOCAL_MESSAGE(stentor::ports::lease)
STENTOR_LOCAL_MESSAGE(stentor::ports::number_command)
STENTOR_LOCAL_MESSAGE(stentor::ports::obeyed_number)
STENTOR_LOCAL_MESSAGE(stentor::core::slice)
STENTOR_LOCAL_MESSAGE(stentor::core::departed_slice)
STENTOR_LOCAL_MESSAGE(stentor::ports::recovery_report)
STENTOR_LOCAL_MESSAGE(stentor::ports::retry_agenda)
STENTOR_LOCAL_MESSAGE(stentor::ports::attribution_report)
STENTOR_LOCAL_MESSAGE(stentor::ports::retry_terms)
STENTOR_LOCAL_MESSAGE(stentor::actors::demand)
STENTOR_LOCAL_MESSAGE(stentor::actors::claim_opened)
STENTOR_LOCAL_MESSAGE(stentor::actors::claim_answer)
STENTOR_LOCAL_MESSAGE(stentor::actors::fault)
STENTOR_LOCAL_MESSAGE(stentor::actors::template_status)
STENTOR_LOCAL_MESSAGE(stentor::actors::template_key)
STENTOR_LOCAL_MESSAGE(stentor::actors::account_templates)
STENTOR_LOCAL_MESSAGE(stentor::actors::answer_counts)
STENTOR_LOCAL_MESSAGE(stentor::actors::campaign_policy)
STENTOR_LOCAL_MESSAGE(stentor::actors::campaign_order)
STENTOR_LOCAL_MESSAGE(stentor::actors::order_ended)
STENTOR_LOCAL_MESSAGE(stentor::actors::campaign_end)
STENTOR_LOCAL_MESSAGE(stentor::actors::number_order)
STENTOR_LOCAL_MESSAGE(stentor::actors::number_stop)
#undef STENTOR_LOCAL_MESSAGE

CAF_BEGIN_TYPE_ID_BLOCK(stentor_messages, caf::first_custom_type_id)
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::outcomes_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::chunk_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::claimed_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::write_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::campaign_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::campaigns_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::numbers_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::plan_terms_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::gate_notes_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::heard_news))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::template_page_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::media_answer_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::campaign_no))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::organization_no))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::number_no))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::lease_epoch))
CAF_ADD_TYPE_ID(stentor_messages, (std::vector<stentor::core::campaign_no>))
CAF_ADD_TYPE_ID(stentor_messages, (std::vector<stentor::core::number_no>))
CAF_ADD_TYPE_ID(stentor_messages, (std::vector<stentor::core::slice>))
CAF_ADD_TYPE_ID(stentor_messages, (std::vector<stentor::ports::claim_order>))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::claim_scope))
CAF_ADD_TYPE_ID(stentor_messages, (std::vector<stentor::ports::lease>))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::lease))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::number_command))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::obeyed_number))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::slice))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::departed_slice))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::recovery_report))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::retry_agenda))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::attribution_report))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::ports::retry_terms))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::demand))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::claim_opened))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::claim_answer))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::fault))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::template_status))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::template_key))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::account_templates))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::answer_counts))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::campaign_policy))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::campaign_order))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::order_ended))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::campaign_end))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::number_order))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::number_stop))
CAF_END_TYPE_ID_BLOCK(stentor_messages)
