#pragma once
/// Every typed actor interface of the engine. `actors/README.md` is the map, messages.hpp has what
/// travels.
///
/// `replies_to` is asked by a request and answers exactly once, with a value or an error
/// (error.hpp); a `reacts_to` is only told.

#include "actors/runtime/messages.hpp"

#include <caf/replies_to.hpp>
#include <caf/typed_actor.hpp>

namespace stentor::actors {

using caf::reacts_to;
using caf::replies_to;

/// Carries some of the business numbers: makes marks durable, submits, and turns what became of
/// requests into ledger events, retries and signals.
using sender_actor = caf::typed_actor<
    reacts_to<atom::submit, std::vector<core::slice>>, ///< of one number: to the gateway, as soon
                                                       ///< as their marks are durable
    reacts_to<atom::hold, core::number_no, bool>, ///< what gets its mark while its number is held
                                                  ///< is queued again
    reacts_to<atom::finished, outcomes_ptr>,      ///< from the gateway's listener
    reacts_to<claim_opened>,                      ///< count this claim's outcomes
    reacts_to<campaign_policy>,                   ///< a campaign's retry policy
    reacts_to<atom::requeue, core::slice>, ///< these were never submitted: queue them again (if
                                           ///< the number was lost since, its next owner recovers
                                           ///< them)
    reacts_to<atom::discard, core::campaign_no>, ///< what comes back unsent of this campaign is not
                                                 ///< queued again
    reacts_to<atom::forget, core::campaign_no>,  ///< the campaign is over
    replies_to<atom::catch_up>::with<atom::done>, ///< when everything heard so far is durable
    replies_to<atom::stop>::with<atom::done>,     ///< when no mark is on its way any more
    reacts_to<atom::flush>>; ///< to itself: pass on the counts that have gathered

/// Who may be sent to next; a connection of its own.
using claim_store_actor = caf::typed_actor<
    /// Settles what earlier owners of these numbers left.
    replies_to<atom::recover, std::vector<ports::lease>>::with<ports::recovery_report>,
    /// Recipients for these numbers. Whoever of them nobody takes goes back by these senders.
    replies_to<atom::claim, core::campaign_no, std::vector<ports::claim_order>, ports::claim_scope,
               std::vector<sender_actor>>::with<claim_answer>,
    /// The same of retries that are due.
    replies_to<atom::claim_retries, core::campaign_no, std::vector<ports::claim_order>,
               ports::claim_scope, std::vector<sender_actor>>::with<claimed_ptr>,
    reacts_to<atom::tick>>; ///< to itself: give back what was taken in vain

/// Running campaigns: each question is one transaction.
using campaign_store_actor = caf::typed_actor<
    replies_to<atom::runnable>::with<campaigns_ptr>,             ///< those that should run now
    replies_to<atom::command, campaign_order>::with<atom::done>, ///< an error says why not
    replies_to<atom::end, campaign_end>::with<bool>, ///< false: not everybody is explained yet
    replies_to<atom::plan, core::campaign_no>::with<plan_terms_ptr>,
    replies_to<atom::watch>::with<gate_notes_ptr>, ///< what their gates decided just now
    replies_to<atom::using_template, template_key>::with<std::vector<core::campaign_no>>,
    replies_to<atom::terms, core::campaign_no>::with<ports::retry_terms>>;

/// Retries that are due, and recipients in doubt for too long.
using retry_store_actor =
    caf::typed_actor<replies_to<atom::agenda>::with<ports::retry_agenda>,
                     replies_to<atom::settle, std::int64_t>::with<
                         std::int64_t>>; ///< doubts that began until then; how many were settled

/// Takes leases and renews them; a connection of its own.
using lease_keeper_actor = caf::typed_actor<
    replies_to<atom::lease, std::string,
               std::vector<core::number_no>>::with<std::vector<ports::lease>>, ///< for this owner
    replies_to<atom::release, std::string>::with<atom::done>,     ///< every lease of this owner
    replies_to<atom::release, core::number_no>::with<atom::done>, ///< this one: it sends no more
    reacts_to<atom::poll>, ///< other daemons have moved: look now
    reacts_to<atom::tick>>;

/// Hears what other daemons on the database tell.
using listener_actor = caf::typed_actor<reacts_to<atom::tick>>;

/// Business numbers.
using number_store_actor =
    caf::typed_actor<replies_to<atom::save, numbers_ptr>::with<numbers_ptr>, ///< as configured;
                                                                             ///< answers with keys
                     replies_to<number_stop>::with<atom::done>,              ///< kept for people
                     replies_to<number_reading>::with<atom::done>,           ///< the same
                     replies_to<told_limit>::with<atom::done>, ///< for their portfolio
                     replies_to<ports::number_command>::with<ports::obeyed_number>>; ///< written
                                                                                     ///< for all

/// Replies and the messages they answer.
using inbox_store_actor = caf::typed_actor<replies_to<atom::attribute, std::int64_t>::with<
    ports::attribution_report>>; ///< at most so many; answers how many still wait

/// Templates as Meta has them.
using template_store_actor =
    caf::typed_actor<replies_to<atom::save, account_templates>::with<atom::done>>;

/// Everything besides claims, on one connection: slow questions must not hold up a claim. A request
/// of high priority overtakes the others.
using housekeeping_actor = campaign_store_actor::extend_with<retry_store_actor>::extend_with<
    number_store_actor>::extend_with<inbox_store_actor>::extend_with<template_store_actor>;

/// Gathers writes into group commits.
using recorder_actor =
    caf::typed_actor<reacts_to<atom::write, write_ptr>, ///< make durable with the next commit
                     replies_to<atom::commit, write_ptr>::with<atom::done>, ///< once it is durable
                     reacts_to<atom::flush, std::uint64_t>>; ///< to itself: commit what has
                                                             ///< gathered

/// Folds the ledger into rows and counters.
using projector_actor =
    caf::typed_actor<reacts_to<atom::tick>,
                     replies_to<atom::catch_up>::with<atom::done>>; ///< when what is committed is
                                                                    ///< folded, or some time is
                                                                    ///< over

/// One running campaign.
using campaign_actor = caf::typed_actor<
    reacts_to<atom::run, campaign_ptr>,             ///< first message: what to run
    reacts_to<demand>,                              ///< a number wants recipients
    reacts_to<atom::claims_finished, std::int32_t>, ///< so many of its claims have all their
                                                    ///< outcomes
    reacts_to<atom::retries>,                       ///< retries are due
    reacts_to<atom::plan>,                          ///< its plan may be another
    reacts_to<atom::number, core::number_no, core::lease_epoch>, ///< number, epoch: it can send for
                                                                 ///< you now; epoch 0: it no longer
                                                                 ///< can
    reacts_to<campaign_order>, ///< a pause or cancel is being written: hold at once
    reacts_to<order_ended>,    ///< what became of an order
    reacts_to<atom::tick>>;

/// One business number's shares and turns.
using rate_limiter_actor = caf::typed_actor<
    reacts_to<atom::attach, core::campaign_no, campaign_actor, double,
              bool>, ///< campaign, its actor, its own limit per second on this number (0: none),
                     ///< whether it is marketing
    reacts_to<atom::detach, core::campaign_no>, ///< the campaign wants no more from here; what is
                                                ///< buffered goes back
    reacts_to<atom::hold, core::campaign_no, bool>, ///< campaign: stop or resume feeding it
    reacts_to<atom::chunk, chunk_ptr>,              ///< recipients, asked for or retries
    reacts_to<atom::none, core::campaign_no>, ///< campaign: nothing for you now; it will attach
                                              ///< again
    reacts_to<atom::finished, core::campaign_no, std::int32_t>, ///< campaign, count: so many of its
                                                                ///< requests on this number have
                                                                ///< ended
    reacts_to<core::departed_slice>,                            ///< room for the next one's mark
    reacts_to<answer_counts>,              ///< how many of its requests Meta answered, and how
    reacts_to<atom::pause, std::int64_t>,  ///< stop the number for so many seconds (0: until
                                           ///< released), give its recipients back
    reacts_to<atom::release>,              ///< the number may send again
    reacts_to<atom::rate_changed, double>, ///< its limit per second has changed
    reacts_to<atom::quality, double>,      ///< how much of its rate may be marketing's, 0 to 1
    replies_to<atom::room, core::campaign_no>::with<std::int32_t>, ///< how many retries of it can
                                                                   ///< be used now
    replies_to<atom::stop>::with<atom::done>,  ///< give everything back for good
    replies_to<atom::leave>::with<atom::done>, ///< the same; when nothing of it is under way
    reacts_to<atom::tick>>;

/// Retries that are due; recipients in doubt.
using retry_actor = caf::typed_actor<reacts_to<atom::tick>, reacts_to<atom::poll>>;

/// What starts when.
using scheduler_actor =
    caf::typed_actor<reacts_to<atom::tick>,
                     reacts_to<atom::poll>>; ///< look for runnable campaigns now

/// Runs of recurring campaigns.
using recurring_actor = caf::typed_actor<reacts_to<atom::tick>>;

/// Lists that are drawn when their campaigns start.
using freezer_actor = caf::typed_actor<reacts_to<atom::tick>>;

/// Verified payloads on their way into the ledger.
using webhook_actor = caf::typed_actor<
    reacts_to<atom::ingest>, ///< payloads wait at the webhook gate: make durable, then answer
    replies_to<atom::write, write_ptr>::with<atom::done>, ///< an operator's opt-outs, on the same
                                                          ///< way
    reacts_to<campaign_policy>,                           ///< for failures told by webhook
    reacts_to<atom::forget, core::campaign_no>, ///< the campaign does not run any more: ask anew
    reacts_to<atom::tick>>;

/// Numbers as Meta has them.
using number_sync_actor =
    caf::typed_actor<reacts_to<atom::tick>,                      ///< to itself: ask for all of them
                     reacts_to<atom::number, number_facts_ptr>>; ///< Meta's answer for the one that
                                                                 ///< was asked for

/// Templates as Meta has them.
using template_sync_actor =
    caf::typed_actor<reacts_to<atom::tick>,
                     replies_to<atom::sync, core::organization_no>::with<atom::done>,
                     reacts_to<atom::tick, core::organization_no>, ///< to itself: its turn has come
                     reacts_to<atom::page, template_page_ptr>>;    ///< what Meta answered

/// Media of headers on their way to Meta.
using media_actor = caf::typed_actor<reacts_to<atom::tick>,
                                     reacts_to<atom::ended, media_answer_ptr>>; ///< an upload

/// The tree.
using supervisor_actor = caf::typed_actor<
    reacts_to<atom::start>,                                   ///< start the tree
    reacts_to<atom::runnable, campaigns_ptr>,                 ///< these campaigns should be running
    reacts_to<atom::retries, std::vector<core::campaign_no>>, ///< these have retries due
    reacts_to<atom::ended, core::campaign_no>,    ///< a campaign's actor has nothing left to do
    replies_to<campaign_order>::with<atom::done>, ///< once its status is written
    reacts_to<atom::number, ports::lease,
              std::int64_t>, ///< it is ours, counted from this moment (context::lease_time) in ns
    reacts_to<atom::leave, core::number_no, core::lease_epoch>, ///< another daemon is to have it
    reacts_to<heard_news>,                                      ///< of other daemons
    reacts_to<atom::lease_lost, core::number_no, core::lease_epoch>, ///< number, epoch
    reacts_to<fault>,                           ///< a number, account, token or template is stopped
    reacts_to<template_status>,                 ///< Meta says so of a template
    reacts_to<atom::release, core::number_no>,  ///< the time of this number's fault is over
    replies_to<number_order>::with<atom::done>, ///< the same by an operator
    reacts_to<atom::stopped_reason, core::number_no>, ///< to itself: write it again
    reacts_to<atom::numbers_reloaded, numbers_ptr>,   ///< tokens and limits were read again: use
                                                      ///< them, and try every number
    replies_to<atom::sync, core::organization_no>::with<atom::done>, ///< fetch its templates now
    replies_to<atom::write, write_ptr>::with<atom::done>, ///< passed on to the webhook actor of the
                                                          ///< moment
    replies_to<atom::stop>::with<atom::done>,             ///< drain in order
    reacts_to<atom::gateway, std::uint64_t>>; ///< it has done what this number was asked for

} // namespace stentor::actors

CAF_BEGIN_TYPE_ID_BLOCK(stentor_actors, caf::id_block::stentor_messages::end)
CAF_ADD_TYPE_ID(stentor_actors, (stentor::actors::campaign_actor))
CAF_ADD_TYPE_ID(stentor_actors, (stentor::actors::rate_limiter_actor))
CAF_ADD_TYPE_ID(stentor_actors, (stentor::actors::sender_actor))
CAF_ADD_TYPE_ID(stentor_actors, (std::vector<stentor::actors::sender_actor>))
CAF_END_TYPE_ID_BLOCK(stentor_actors)
