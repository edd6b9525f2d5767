#include "actors/supervisor/engine.hpp"

#include "actors/supervisor/guard.hpp"
#include "actors/supervisor/supervisor.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <future>

namespace stentor::actors {

namespace {

/// A long mailbox must not keep a scheduler thread from the others.
constexpr std::size_t messages_per_turn = 200;

/// Why a campaign is what an operator's command made of it.
std::optional<core::sentence> reason_of(core::campaign_command command) {
  switch (command) {
  case core::campaign_command::pause:
    return core::make_sentence("operator_paused", "An operator paused it.");
  case core::campaign_command::cancel:
    return core::make_sentence("operator_cancelled", "An operator cancelled it.");
  case core::campaign_command::launch:
  case core::campaign_command::resume:
    break;
  }
  return std::nullopt;
}

/// Whose the numbers are: all of one configuration belong to one organization.
core::organization_no organization_of(const std::vector<ports::number>& numbers) {
  return numbers.empty() ? core::organization_no{} : numbers.front().organization;
}

} // namespace

struct engine::system_config : caf::actor_system_config {
  explicit system_config(std::size_t threads) {
    add_message_types<caf::id_block::stentor_messages>();
    add_message_types<caf::id_block::stentor_actors>();
    set("scheduler.max-threads", threads);
    set("scheduler.max-throughput", messages_per_turn);
    // A scheduler thread without work looks again after this pause. CAF's 50 us cost a sixth of the
    // daemon's CPU time under load, and no decision here is so urgent.
    set("work-stealing.moderate-sleep-duration", caf::timespan{std::chrono::microseconds{500}});
  }
};

engine::engine(context_ptr context, std::size_t threads)
    : context_{std::move(context)}, config_{std::make_unique<system_config>(threads)},
      system_{std::make_unique<caf::actor_system>(*config_)} {
  // The other half of the threads is for what hands recipients to the senders.
  context_->settings.senders = std::max<std::size_t>(1, threads / 2);
}

engine::~engine() {
  stop();
  system_.reset();
}

/// A request needs an actor who hears the answer: this one lives as long as the request. The
/// supervisor is an argument, because CAF 0.17 reads through a null pointer when a function is
/// spawned without any.
template <class... Request>
void engine::ask(std::function<void(core::status)> then, Request... request) {
  system_->spawn(
      [then = std::move(then), ... request = std::move(request)](
          caf::event_based_actor* self, const supervisor_actor& supervisor) {
        when_done(self->request<caf::message_priority::high>(supervisor, caf::infinite, request...),
                  then);
      },
      supervisor_);
}

void engine::start() {
  supervisor_ = system_->spawn(supervisor, context_);
  guard_ = system_->spawn(guard, supervisor_, context_);
  running_ = true;
  caf::anon_send(supervisor_, atom::start_v);
}

void engine::stop() {
  if (!running_.exchange(false))
    return;
  auto stopped = std::make_shared<std::promise<void>>();
  auto done = stopped->get_future();
  ask([stopped](const core::status&) { stopped->set_value(); }, atom::stop_v);
  done.wait();
  system_->await_all_actors_done();
}

bool engine::refuse(const std::function<void(core::status)>& then) const {
  if (running_)
    return false;
  then(core::error{core::errc::unavailable, "The engine is not running."});
  return true;
}

void engine::reload_numbers(std::vector<ports::number> numbers) {
  caf::anon_send(
      supervisor_, atom::numbers_reloaded_v,
      numbers_ptr{std::make_shared<const std::vector<ports::number>>(std::move(numbers))});
}

void engine::command(core::campaign_no campaign, core::campaign_command command,
                     std::optional<ports::audit_entry> audit,
                     std::function<void(core::status)> then) {
  if (refuse(then))
    return;
  const auto pause = command == core::campaign_command::pause;
  // The gateway holds at once; the actors follow and write the status.
  if (pause || command == core::campaign_command::cancel)
    context_->gateway.hold_campaign(campaign, true);
  ask(std::move(then),
      campaign_order{.campaign = campaign,
                     .command = command,
                     .reason = reason_of(command),
                     .audit = std::move(audit),
                     .kind = pause ? core::pause_kind::operator_ : core::pause_kind::none,
                     .no = {}});
}

void engine::ingest(std::shared_ptr<const ports::webhook_payload> payload,
                    std::function<void(core::status)> then) {
  if (refuse(then))
    return;
  context_->webhooks.put({std::move(payload), std::move(then)});
}

void engine::suppress(ports::suppression_row row, std::optional<ports::audit_entry> audit,
                      std::function<void(core::status)> then) {
  if (refuse(then))
    return;
  auto write = std::make_shared<ports::ledger_write>();
  write->suppressions.push_back(std::move(row));
  if (audit)
    write->audits.push_back(std::move(*audit));
  ask(std::move(then), atom::write_v, std::move(write));
}

void engine::resume_number(std::string phone_number_id, std::optional<ports::audit_entry> audit,
                           std::function<void(core::status)> then) {
  if (!refuse(then))
    ask(std::move(then),
        number_order{.phone_number_id = std::move(phone_number_id), .audit = std::move(audit)});
}

std::vector<ports::business_account> engine::accounts(core::organization_no organization) const {
  std::vector<ports::business_account> all;
  const auto numbers = context_->numbers.all();
  for (const auto& number : *numbers)
    if (number.organization == organization &&
        std::none_of(all.begin(), all.end(),
                     [&](const auto& known) { return known.waba_id == number.waba_id; }))
      all.push_back({.waba_id = number.waba_id, .token = number.token});
  return all;
}

void engine::pause_number(std::string phone_number_id, std::optional<ports::audit_entry> audit,
                          std::function<void(core::status)> then) {
  if (!refuse(then))
    ask(std::move(then), number_order{.phone_number_id = std::move(phone_number_id),
                                      .audit = std::move(audit),
                                      .pause = true});
}

void engine::sync_templates(core::organization_no organization,
                            std::function<void(core::status)> then) {
  if (!refuse(then))
    ask(std::move(then), atom::sync_v, organization);
}

ports::engine_metrics engine::metrics() const {
  const auto& c = context_->counters;
  ports::engine_metrics f;
  const auto now = context_->lease_time(std::chrono::steady_clock::now()).time_since_epoch();
  const bool leases_over =
      !context_->numbers.all()->empty() &&
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count() > c.leases_until_ns;
  f.ready = c.ready && !c.ledger_failing && !leases_over;
  f.alarms = context_->alarms.all();
  if (!f.ready)
    f.not_ready_reason =
        c.ledger_failing ? core::make_sentence("outcomes_not_stored",
                                               "Outcomes cannot be stored in the database.")
        : c.ready && leases_over
            ? core::make_sentence("leases_not_renewed",
                                  "PostgreSQL has not renewed the leases of the numbers in time.")
            : core::make_sentence("engine_not_open", "The engine is starting or stopping.");
  f.organization = organization_of(*context_->numbers.all());
  f.campaigns_running = c.campaigns_running;
  f.numbers_active = c.numbers_active;
  f.numbers_without_lease = c.numbers_without_lease;
  f.nodes_alive = 1 + static_cast<std::uint32_t>(c.other_nodes.load());
  f.events_committed_total = c.events_committed;
  f.commits_total = c.commits;
  f.longest_commit_ms = static_cast<double>(c.longest_commit_us) / 1'000.0;
  for (std::size_t i = 0; i < 6; ++i)
    f.outcomes_total[i] = c.outcomes[i];
  f.webhooks_total = c.webhooks;
  f.statuses_total = c.statuses;
  f.inbound_total = c.inbound;
  f.opt_outs_total = c.opt_outs;
  f.media_uploaded_total = c.media_uploaded;
  f.media_failed_total = c.media_failed;
  f.media_awaited = c.media_awaited;
  f.restarts_total = c.restarts;
  f.projection_lag_ms = c.projection_lag_ms;
  f.ledger_queue = c.ledger_queue;
  f.in_doubt_recovered = c.in_doubt_recovered;
  f.numbers = context_->number_figures.all();
  f.disk_used_ratio = context_->counters.disk_used_permille / 1'000.0;
  return f;
}

} // namespace stentor::actors
