#pragma once
/// Every typed actor interface of the engine and every message, one comment line each.
/// `actors/README.md` is the map.
///
/// Messages stay inside the process, so payloads are plain values or shared immutable ones; batches
/// travel, never recipients.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/delivery/chunk.hpp"
#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/core/delivery/outcome.hpp"
#include "stentor/ports/delivery/dispatch_store.hpp"
#include "stentor/ports/delivery/ledger.hpp"
#include "stentor/ports/inbox/webhook.hpp"
#include "stentor/ports/system/engine_control.hpp"

#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stentor::actors {

using outcomes_ptr = std::shared_ptr<const core::outcome_batch>;
using chunk_ptr = std::shared_ptr<const core::chunk>;
using write_ptr = std::shared_ptr<ports::ledger_write>;
using payload_ptr = std::shared_ptr<const ports::webhook_payload>;
using campaign_ptr = std::shared_ptr<const core::campaign>;
using campaigns_ptr = std::shared_ptr<const std::vector<core::campaign>>;
using numbers_ptr = std::shared_ptr<const std::vector<ports::number>>;
using callback_ptr = std::shared_ptr<const std::function<void(core::status)>>;
using closure_ptr = std::shared_ptr<std::function<void()>>;
using store_work_ptr = std::shared_ptr<std::function<void(ports::dispatch_store&)>>;

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

/// Something beyond one message is wrong.
struct trouble {
  core::scope_action scope = core::scope_action::none;
  core::number_no number{};
  core::campaign_no campaign{};
  std::int32_t code = 0;
  std::chrono::seconds wait{0};
  std::string text;
};

struct retry_terms {
  core::campaign_no campaign{};
  core::retry_policy policy;
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
STENTOR_LOCAL_MESSAGE(stentor::actors::write_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::campaign_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::campaigns_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::numbers_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::callback_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::closure_ptr)
STENTOR_LOCAL_MESSAGE(stentor::actors::store_work_ptr)
STENTOR_LOCAL_MESSAGE(stentor::core::campaign_no)
STENTOR_LOCAL_MESSAGE(stentor::core::number_no)
STENTOR_LOCAL_MESSAGE(stentor::core::lease_epoch)
STENTOR_LOCAL_MESSAGE(std::vector<stentor::core::campaign_no>)
STENTOR_LOCAL_MESSAGE(stentor::core::slice)
STENTOR_LOCAL_MESSAGE(stentor::actors::demand)
STENTOR_LOCAL_MESSAGE(stentor::actors::claim_opened)
STENTOR_LOCAL_MESSAGE(stentor::actors::trouble)
STENTOR_LOCAL_MESSAGE(stentor::actors::retry_terms)
#undef STENTOR_LOCAL_MESSAGE

CAF_BEGIN_TYPE_ID_BLOCK(stentor_messages, caf::first_custom_type_id)
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::outcomes_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::chunk_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::write_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::campaign_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::campaigns_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::numbers_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::callback_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::closure_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::store_work_ptr))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::slice))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::demand))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::claim_opened))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::trouble))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::actors::retry_terms))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::campaign_no))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::number_no))
CAF_ADD_TYPE_ID(stentor_messages, (stentor::core::lease_epoch))
CAF_ADD_TYPE_ID(stentor_messages, (std::vector<stentor::core::campaign_no>))
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, attach, "attach")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, cancel, "cancel")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, catch_up, "catch_up")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, chunk, "chunk")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, claimed, "claimed")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, closed, "closed")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, command, "command")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, detach, "detach")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, ended, "ended")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, finished, "finished")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, flush, "flush")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, forget, "forget")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, give_back, "give_back")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, hold, "hold")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, ingest, "ingest")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, look, "look")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, marked, "marked")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, none, "none")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, number, "number")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, open, "open")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, pause, "pause")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, release, "release")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, resume, "resume")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, retries, "retries")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, runnable, "runnable")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, stop, "stop")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, sync, "sync")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, terms, "terms")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, then, "then")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, throttled, "throttled")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, tick, "tick")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, trouble, "trouble")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, work, "work")
CAF_ADD_ATOM(stentor_messages, stentor::actors::atom, write, "write")
CAF_END_TYPE_ID_BLOCK(stentor_messages)

namespace stentor::actors {

using caf::reacts_to;

/// Blocking work on the database, in the order of arrival; answers travel as `then` to the asker
/// (actors/runtime/ask.hpp).
using store_actor = caf::typed_actor<reacts_to<atom::work, store_work_ptr>>;

/// Gathers writes into group commits.
using recorder_actor =
    caf::typed_actor<reacts_to<atom::write, write_ptr, callback_ptr>, ///< make durable, then call
                                                                      ///< (may be null) on the
                                                                      ///< recorder's thread
                     reacts_to<atom::flush, std::uint64_t>>; ///< to itself: commit what has
                                                             ///< gathered

/// Folds the ledger into rows and counters.
using projector_actor =
    caf::typed_actor<reacts_to<atom::tick>,
                     reacts_to<atom::catch_up, callback_ptr>>; ///< call when everything committed
                                                               ///< before is folded

using campaign_actor = caf::typed_actor<
    reacts_to<atom::open, campaign_ptr>,   ///< first message: what to run
    reacts_to<demand>,                     ///< a number wants recipients
    reacts_to<atom::closed, std::int32_t>, ///< so many of its claims have all their outcomes
    reacts_to<atom::retries>,              ///< retries are due
    reacts_to<atom::number, core::number_no, core::lease_epoch>, ///< number, epoch: it can send for
                                                                 ///< you now; epoch 0: it no longer
                                                                 ///< can
    reacts_to<atom::pause, std::string, callback_ptr>, ///< hold at once, write `paused` with a
                                                       ///< reason
    reacts_to<atom::resume, callback_ptr>, reacts_to<atom::cancel, callback_ptr>,
    reacts_to<atom::tick>, reacts_to<atom::then, closure_ptr>>;

using rate_limiter_actor = caf::typed_actor<
    reacts_to<atom::attach, core::campaign_no, campaign_actor,
              double>, ///< campaign, its actor, its own limit per second on this number (0: none)
    reacts_to<atom::detach, core::campaign_no>, ///< the campaign wants no more from here; what is
                                                ///< buffered goes back
    reacts_to<atom::hold, core::campaign_no, bool>, ///< campaign: stop or resume feeding it
    reacts_to<atom::chunk, chunk_ptr>,              ///< recipients, asked for or retries
    reacts_to<atom::none, core::campaign_no>, ///< campaign: nothing for you now; it will attach
                                              ///< again
    reacts_to<atom::marked, std::int64_t, std::int32_t>, ///< ticket, errc: the marks of this ticket
                                                         ///< are durable (0) or why not
    reacts_to<atom::finished, core::campaign_no, std::int32_t>, ///< campaign, count: so many of its
                                                                ///< requests on this number have
                                                                ///< ended
    reacts_to<atom::throttled>,                                 ///< Meta says too fast
    reacts_to<atom::pause, std::int64_t>, ///< stop the number for so many seconds (0: until
                                          ///< released), give its recipients back
    reacts_to<atom::release>,             ///< the number may send again
    reacts_to<atom::terms, double>,       ///< its limit per second has changed
    reacts_to<atom::stop, callback_ptr>, ///< give everything back for good; call when no mark is on
                                         ///< its way any more
    reacts_to<atom::tick>>;

/// Turns what became of requests into ledger events, retries and signals.
using sender_actor = caf::typed_actor<
    reacts_to<atom::finished, outcomes_ptr>,    ///< from the gateway's listener
    reacts_to<atom::open, claim_opened>,        ///< count this claim's outcomes
    reacts_to<atom::terms, retry_terms>,        ///< a campaign's retry policy
    reacts_to<atom::give_back, core::slice>,    ///< these were never submitted: queue them again
                                                ///< (if the number was lost since, its next owner
                                                ///< recovers them)
    reacts_to<atom::cancel, core::campaign_no>, ///< what comes back unsent of this campaign is not
                                                ///< queued again
    reacts_to<atom::forget, core::campaign_no>, ///< the campaign is over
    reacts_to<atom::catch_up, callback_ptr>,    ///< call when everything heard so far is durable
    reacts_to<atom::flush>>; ///< to itself: pass on the counts that have gathered

using retry_actor = caf::typed_actor<reacts_to<atom::tick>, reacts_to<atom::then, closure_ptr>>;

using scheduler_actor = caf::typed_actor<reacts_to<atom::tick>,
                                         reacts_to<atom::look>, ///< look for runnable campaigns now
                                         reacts_to<atom::then, closure_ptr>>;

using webhook_actor = caf::typed_actor<
    reacts_to<atom::ingest>, ///< payloads wait at the webhook gate: make durable, then answer
    reacts_to<atom::write, write_ptr, callback_ptr>, ///< an operator's opt-outs, on the same way
    reacts_to<atom::terms, retry_terms>, ///< a campaign's retry policy, for failures told by
                                         ///< webhook
    reacts_to<atom::tick>, reacts_to<atom::then, closure_ptr>>;

using template_sync_actor =
    caf::typed_actor<reacts_to<atom::tick>, reacts_to<atom::sync, callback_ptr>,
                     reacts_to<atom::then, closure_ptr>>;

using supervisor_actor = caf::typed_actor<
    reacts_to<atom::open>,                                    ///< start the tree
    reacts_to<atom::runnable, campaigns_ptr>,                 ///< these campaigns should be running
    reacts_to<atom::retries, std::vector<core::campaign_no>>, ///< these have retries due
    reacts_to<atom::ended, core::campaign_no>, ///< a campaign's actor has nothing left to do
    reacts_to<atom::command, core::campaign_no, std::int32_t,
              callback_ptr>,                                     ///< campaign,
                                                                 ///< ports::campaign_command
    reacts_to<atom::number, core::number_no, core::lease_epoch>, ///< number, epoch: its lease is
                                                                 ///< ours since a moment
    reacts_to<atom::closed, core::number_no, core::lease_epoch>, ///< number, epoch: this lease is
                                                                 ///< lost
    reacts_to<trouble>, ///< a number, account, token or template is in trouble
    reacts_to<atom::release, core::number_no>, ///< this number's trouble is over (0: of all
                                               ///< numbers)
    reacts_to<atom::terms, numbers_ptr>, ///< tokens and limits were read again: use them, and try
                                         ///< every number
    reacts_to<atom::sync, callback_ptr>, ///< fetch templates now
    reacts_to<atom::write, write_ptr, callback_ptr>, ///< passed on to the webhook actor of the
                                                     ///< moment
    reacts_to<atom::stop, callback_ptr>,             ///< drain in order, then call
    reacts_to<atom::then, closure_ptr>>;

} // namespace stentor::actors

CAF_BEGIN_TYPE_ID_BLOCK(stentor_actors, caf::id_block::stentor_messages::end)
CAF_ADD_TYPE_ID(stentor_actors, (stentor::actors::campaign_actor))
CAF_ADD_TYPE_ID(stentor_actors, (stentor::actors::rate_limiter_actor))
CAF_END_TYPE_ID_BLOCK(stentor_actors)
