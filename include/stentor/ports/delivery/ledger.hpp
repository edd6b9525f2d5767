#pragma once
/// The commit point. One commit makes many writes durable; the recorder actor gathers them and
/// calls this from its own thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/delivery/event.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// A recipient to be tried again.
struct retry_row {
  core::campaign_no campaign{};
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0; ///< of the next try
  std::int16_t retries = 0; ///< retries that count against the campaign's maxRetries
  std::int64_t due_ms = 0;
  core::number_no number{}; ///< 0: any number of the campaign
  /// The claim that an unsent recipient came from: if recovery has closed it in the meantime, it
  /// has explained the recipient too, and this row is not written. 0: written in any case.
  core::claim_id claim{};
};

/// A claimed retry that is over. The claim keeps a commit that is repeated, or late, from closing
/// one that was claimed since.
struct ended_try {
  core::campaign_no campaign{};
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0;
  core::claim_id claim{};
  bool made = true; ///< false: it came back unsent; whoever waits because the try before is in
                    ///< doubt waits on, as the doubt is all that is known
};

/// "Bytes may be written up to this place": committed before they are. Of a claim on the list a
/// place is its seq; those of retries are counted from 1.
struct progress_mark {
  core::claim_id claim{};
  core::number_no number{};
  core::lease_epoch epoch{};
  core::recipient_seq mark = 0;
};

/// A recipient in doubt, until a webhook or the policy settles it.
struct doubt_row {
  core::campaign_no campaign{};
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::int64_t since_ms = 0;
  std::int32_t code = 0; ///< Meta answered with this server error; 0: no answer at all
};

struct suppression_row {
  core::organization_no organization{};
  core::person_key person = 0; ///< 0 when only the user id is known
  std::string user_id;         ///< business-scoped user id, may be empty
  std::string reason;          ///< "stop_word", "user_preferences", "131050", "operator"
  std::string evidence;        ///< message id or text, for the consent record
  std::int64_t at_ms = 0;
  bool lift = false; ///< the person resumed: removes Meta's stop, is no new consent
};

/// A phone number and a user id that are one person, as Meta's receipts and messages tell.
struct alias_row {
  core::organization_no organization{};
  core::person_key phone = 0;
  std::string user_id;
  std::int64_t at_ms = 0;
};

/// A person has another phone number or user id now: stops of the old one hold for the new one.
struct change_row {
  core::organization_no organization{};
  core::person_key old_phone = 0; ///< 0: not known, as below
  std::string old_user_id;
  core::person_key phone = 0;
  std::string user_id;
  std::int64_t at_ms = 0;
};

/// The `type` of a row that is no message but the person's stop in WhatsApp itself.
inline constexpr std::string_view preference_type = "user_preferences";

struct inbound_row {
  core::organization_no organization{};
  std::string phone_number_id; ///< the business number that was written to
  core::person_key person = 0;
  std::string user_id;
  std::string message_id;
  std::string context_id; ///< wamid of the message replied to, may be empty
  std::string type;
  std::string text;    ///< what people read of it
  std::string payload; ///< the whole message object as JSON
  std::int64_t at_ms = 0;
  bool stop = false; ///< it said stop
};

/// What a webhook tells of a template.
struct template_row {
  std::string waba_id;
  std::string name;
  std::string language;           ///< empty: every one
  std::string status;             ///< empty: as it was
  std::string category = {};      ///< in force now; empty: as it was
  std::string next_category = {}; ///< announced; empty: none
  std::int64_t next_category_at_ms = 0;
  std::string quality = {}; ///< empty: as it was
};

/// A webhook change that dispatch has no use for, kept as it came.
struct other_webhook_row {
  std::string field;
  std::string payload;
  std::int64_t at_ms = 0;
};

struct ledger_write {
  core::event_batch events;
  std::vector<retry_row> retries;
  std::vector<ended_try> retries_done; ///< rows of the retry queue that have an outcome
  std::vector<doubt_row> doubts;
  std::vector<progress_mark> marks;
  std::vector<core::claim_id> claims_done; ///< every recipient of these has an outcome
  std::vector<alias_row> aliases;
  std::vector<change_row> changes;
  std::vector<suppression_row> suppressions;
  std::vector<inbound_row> inbound;
  std::vector<template_row> templates;
  std::vector<other_webhook_row> others;
  std::vector<audit_entry> audits; ///< of operators, about what this write does

  [[nodiscard]] bool empty() const noexcept {
    return events.empty() && retries.empty() && retries_done.empty() && doubts.empty() &&
           marks.empty() && claims_done.empty() && aliases.empty() && changes.empty() &&
           suppressions.empty() && inbound.empty() && templates.empty() && others.empty() &&
           audits.empty();
  }
};

/// A key under which a stop was written or lifted.
struct stop_effect {
  core::organization_no organization{};
  core::person_key person = 0;
  bool lifted = false;
  bool operator==(const stop_effect&) const = default;
};

/// A time in which somebody owned a number.
struct ownership {
  core::number_no number{};
  core::lease_epoch epoch{};
  bool operator==(const ownership&) const = default;
};

struct ledger_receipt {
  /// Every key of the people whose stops came, went, or follow them to a key that became known. For
  /// the stops in memory (contact/stop_list.hpp), before anybody hears that the write is durable.
  std::vector<stop_effect> stops;
  /// Under which no mark holds, because the lease was lost. Do not send the messages under them.
  std::vector<ownership> fenced;
};

/// Used from one thread. A failed commit leaves nothing behind; it may be repeated as a whole,
/// because folding an event twice changes nothing.
class ledger {
public:
  virtual ~ledger() = default;
  [[nodiscard]] virtual core::result<ledger_receipt> commit(const ledger_write& write) = 0;
};

} // namespace stentor::ports
