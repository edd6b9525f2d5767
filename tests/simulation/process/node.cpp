#include "tests/simulation/process/node.hpp"

#include "actors/runtime/error.hpp"
#include "tests/simulation/run/canaries.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <utility>

namespace stentor::simulation {

using namespace std::chrono_literals;

namespace {

/// Waits are short here, so that a run takes milliseconds; their order is that of the defaults.
constexpr milliseconds stops_age{3'000};
constexpr milliseconds slow_statement{400};

class silent_management final : public ports::management_api {
public:
  void list_templates(const ports::business_account&, const std::string&,
                      std::function<void(core::result<ports::template_page>)>) override {}
  void read_number(const std::string&, const std::string&,
                   std::function<void(core::result<ports::number_facts>)>) override {}
  [[nodiscard]] std::string messages_path(std::string_view phone_number_id) const override {
    return "/" + std::string{phone_number_id} + "/messages";
  }
};

void end_at_once(const caf::actor& one) {
  caf::anon_send<caf::message_priority::high>(
      one, caf::exit_msg{caf::actor_addr{}, caf::exit_reason::kill});
}

http2::gateway_settings gateway_settings(std::function<core::wall_time()> wall_clock) {
  http2::gateway_settings s;
  s.wall_clock = std::move(wall_clock);
  s.connections_min = 2;
  s.connections_max = 3;
  s.request_timeout = 3s;
  s.connect_timeout = 2s;
  s.ping_interval = 4s;
  s.ping_timeout = 2s;
  s.reconnect_max = 2s;
  s.retry_patience = 2s;
  s.pair_interval = 200ms;
  return s;
}

} // namespace

/// Outlives the process, so that what comes too late finds nobody instead of a ruin.
class node::end_of_wires final : public wire_end {
public:
  explicit end_of_wires(node& of) : node_{&of} {}
  void in_turn(std::function<void()> arrived) override {
    if (node_ != nullptr && node_->alive())
      node_->gateway_->arrived(std::move(arrived));
  }
  departure departure_of_now() override {
    return node_ != nullptr ? node_->departure_of_now() : departure{};
  }
  void on_departure() override {
    if (node_ != nullptr && node_->on_departure)
      node_->on_departure();
  }
  void forget() { node_ = nullptr; }

private:
  node* node_;
};

node::system_config::system_config() {
  add_message_types<caf::id_block::stentor_messages>();
  add_message_types<caf::id_block::stentor_actors>();
  set("scheduler.policy", caf::atom("testing"));
}

node::node(surroundings on, network& way, int no, int start)
    : on_{on}, way_{way}, no_{no}, stops_aged_{on.time.now()},
      order_{dice{on.of.seed}.roll(about::order_of_actors, {static_cast<std::uint64_t>(no),
                                                            static_cast<std::uint64_t>(start)})},
      wires_{std::make_shared<end_of_wires>(*this)}, flights_{on.flights},
      management_{std::make_unique<silent_management>()},
      system_{std::make_unique<caf::actor_system>(config_)},
      scheduler_{dynamic_cast<caf::scheduler::test_coordinator*>(&system_->scheduler())} {
  scheduler_->advance_time(on.time.now() - scheduler_->clock().now());
  gateway_ = std::make_unique<gateway>(
      gateway_settings([this] { return core::wall_time{milliseconds{wall_ms()}}; }),
      http2::surroundings{.connect =
                              [this](http2::transport_listener& listener) {
                                return way_.connect(listener, wires_);
                              },
                          .clock = [this] { return on_.time.now(); },
                          .seed = on.of.seed + static_cast<std::uint64_t>(start),
                          .flights = flights_},
      stops_, outcomes_, [this] { turn_at(on_.time.now() + 200us); });
  make_context(start);
  supervisor_ = system_->spawn(actors::supervisor, context_);
  caf::anon_send(supervisor_, actors::atom::start_v);
  on_.log.say([&] { return "process " + context_->settings.owner + " starts"; });
}

node::~node() {
  kill();
  end_all_actors();
  wires_->forget();
}

void node::make_context(int start) {
  context_ = std::shared_ptr<actors::context>{
      new actors::context{.gateway = *gateway_,
                          .management = *management_,
                          .renderer = renderer_,
                          .time_zones = zones_,
                          .stops = stops_,
                          .outcomes = outcomes_,
                          .flights = flights_,
                          .stores = stores_of(on_.database, "node" + std::to_string(no_)),
                          .wall_clock = [this] { return core::wall_time{milliseconds{wall_ms()}}; },
                          .boot_clock = [this] { return on_.time.now(); },
                          .detached = false}};
  context_->stores.open_freezes = [this] {
    return core::result<std::unique_ptr<ports::freeze_store>>{
        std::make_unique<freeze_store>(on_.database)};
  };
  auto& s = context_->settings;
  s.owner = "node" + std::to_string(no_) + "#" + std::to_string(start);
  s.senders = 2;
  s.lease_duration = 3s;
  s.projection_interval = 500ms;
  s.in_doubt_wait = 5s;
  s.template_sync_interval = 0ms;
  s.drain_patience = 2s;
  s.retry_patience = 2s;
  s.chunk_duration = 500ms;
  s.retry.base_delay = 1s;
  s.retry.delay_max = 8s;
  s.retry.day_delay = 10s;
  s.retry.pair_delay = 200ms;
  for (std::size_t i = 0; i < on_.of.rates.size(); ++i) {
    s.numbers.push_back({.phone_number_id = std::to_string(1'000 + i),
                         .waba_id = "waba",
                         .token = std::string{canary_token} + std::to_string(i),
                         .per_second = on_.of.rates[i] * on_.of_rates});
    stops_.learn(core::number_no{static_cast<std::int32_t>(i + 1)}, 1);
  }
}

std::int64_t node::wall_ms() const {
  return on_.time.wall_ms() + wall_offset_.count();
}

departure node::departure_of_now() const {
  return {.at = on_.time.now(),
          .wall_ms = wall_ms(),
          .world_ms = on_.time.wall_ms(),
          .takeable_ms = std::chrono::duration_cast<milliseconds>(on_.takeable).count(),
          .node = no_,
          .leases = on_.database.leases,
          .owner = context_->settings.owner};
}

std::size_t node::waiting() const {
  const auto metrics = gateway_->metrics();
  return metrics.queued + metrics.in_flight +
         static_cast<std::size_t>(std::max<std::int64_t>(0, context_->counters.ledger_queue));
}

std::vector<std::string> node::alarms() const {
  std::vector<std::string> all;
  for (const auto& [organization, sentence] : context_->alarms.all())
    all.push_back(sentence.text);
  return all;
}

bool node::tells(std::string_view code) const {
  const auto all = context_->alarms.all();
  return std::any_of(all.begin(), all.end(),
                     [&](const ports::alarm& one) { return one.what.code == code; });
}

// -- what becomes of it

void node::kill() {
  dead_ = true;
}

/// Everything that could still move is told to end; what nobody knows any more ends by itself.
void node::end_all_actors() {
  end_at_once(caf::actor_cast<caf::actor>(supervisor_));
  supervisor_ = nullptr;
  for (int round = 0; round < 1'000; ++round) {
    end_those_that_move();
    // Bounded: two that ask each other as long as both live must not keep the others from ending.
    for (int jobs = 0; jobs < 1'000 && scheduler_->try_run_once(); ++jobs) {
    }
    if (scheduler_->clock().schedule().empty() && scheduler_->jobs.empty())
      break;
  }
  outcomes_.connect_to({});
  context_->webhooks.connect_to({});
  context_->running.remove_numbers();
  for (const auto& c : on_.of.campaigns)
    context_->running.remove_campaign(c.terms.no);
  for (int round = 0; round < 1'000 && !scheduler_->jobs.empty(); ++round) {
    end_those_that_move();
    scheduler_->try_run_once();
  }
  if (system_->registry().running() > 0) {
    on_.log.say([] { return "actors are left behind"; });
    static_cast<void>(system_.release()); // its destructor would wait for them for ever
  }
}

/// Those whom a timer or a message will wake.
void node::end_those_that_move() {
  std::vector<caf::strong_actor_ptr> known;
  auto& clock = scheduler_->clock();
  for (const auto& [due, event] : clock.schedule())
    if (event->subtype == caf::detail::simple_actor_clock::actor_msg_type)
      known.push_back(
          static_cast<const caf::detail::simple_actor_clock::actor_msg&>(*event).receiver);
  for (auto* const job : scheduler_->jobs)
    if (auto* const moving = dynamic_cast<caf::local_actor*>(job))
      known.emplace_back(moving->ctrl());
  for (const auto& one : known)
    end_at_once(caf::actor_cast<caf::actor>(one));
  known.clear();
  clock.cancel_all();
}

void node::freeze(span lasts, bool stands_still) {
  frozen_until_ = std::max(frozen_until_, on_.time.now() + lasts);
  if (stands_still)
    stood_still_ += lasts;
}

void node::hold_up(const std::string& actor, span lasts) {
  held_up_[actor] = on_.time.now() + lasts;
}

void node::slow_down(const std::string& actor, span lasts) {
  slow_until_[actor] = on_.time.now() + lasts;
  hold_up(actor, slow_statement);
}

void node::hold_up_all(span lasts) {
  for (const auto* const actor :
       {"claim_store", "housekeeping", "recorder", "projector", "lease_keeper", "listener"})
    hold_up(actor, lasts);
}

void node::step_wall_clock(milliseconds by) {
  wall_offset_ += by;
}

/// SIGHUP, when the file has another limit now or the same.
void node::reload() {
  auto numbers = context_->settings.numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i].per_second = on_.of.rates[i] * on_.of_rates;
  caf::anon_send(
      supervisor_, actors::atom::numbers_reloaded_v,
      actors::numbers_ptr{std::make_shared<const std::vector<ports::number>>(std::move(numbers))});
}

// -- its time

bool node::run_one() {
  if (dead_ || frozen())
    return false;
  auto& jobs = scheduler_->jobs;
  if (jobs.empty())
    return false;
  const auto begin = order_() % jobs.size();
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const auto at = (begin + i) % jobs.size();
    if (!held_up_.empty() || !slow_until_.empty()) {
      const auto* const actor = dynamic_cast<caf::local_actor*>(jobs[at]);
      if (actor != nullptr && held_up_.contains(actor->name()))
        continue;
      if (actor != nullptr && slow_until_.contains(actor->name()))
        hold_up(actor->name(), slow_statement);
    }
    std::swap(jobs[at], jobs.front());
    scheduler_->run_once();
    return true;
  }
  return false;
}

void node::catch_up() {
  if (dead_ || frozen())
    return;
  const auto over = [&](const auto& each) { return each.second <= on_.time.now(); };
  std::erase_if(held_up_, over);
  std::erase_if(slow_until_, over);
  // Also by nothing: a timer that was set for a moment that is over goes off now.
  scheduler_->advance_time(std::max(steady() - scheduler_->clock().now(), span{0}));
  if (on_.time.now() - stops_aged_ >= stops_age) {
    stops_.age();
    stops_aged_ = on_.time.now();
  }
  if (turn_at_ <= on_.time.now()) {
    turn_at_ = core::steady_time::max();
    const auto next = gateway_->turn();
    if (next != core::steady_time::max())
      turn_at(std::max(next, on_.time.now() + 100us));
  }
}

core::steady_time node::next() const {
  if (dead_)
    return core::steady_time::max();
  if (frozen())
    return frozen_until_;
  auto at = turn_at_;
  const auto& timers = scheduler_->clock().schedule();
  if (!timers.empty())
    at = std::min(at, timers.begin()->first + stood_still_);
  for (const auto& [actor, until] : held_up_)
    at = std::min(at, until);
  return at;
}

std::string node::what_is_due() const {
  const auto now = on_.time.now();
  auto text = owner();
  if (turn_at_ <= now)
    text += ", the gateway's turn";
  for (const auto& [due, event] : scheduler_->clock().schedule())
    if (due + stood_still_ <= now)
      text += ", a timer";
  for (const auto& [actor, until] : held_up_)
    if (until <= now)
      text += ", the end of what held up " + actor;
  for (auto* const job : scheduler_->jobs)
    if (const auto* const actor = dynamic_cast<caf::local_actor*>(job))
      text += std::string{", a message to "} + actor->name();
  return text;
}

// -- what is asked of it

/// A dead process gives no answers.
node::heard node::while_alive(heard then) {
  return [this, then = std::move(then)](const core::status& s) {
    if (alive())
      then(s);
  };
}

template <class... Request>
void node::ask(heard then, Request... request) {
  system_->spawn(
      [then = while_alive(std::move(then)), ... request = std::move(request)](
          caf::event_based_actor* self, const actors::supervisor_actor& supervisor) {
        actors::when_done(
            self->request<caf::message_priority::high>(supervisor, caf::infinite, request...),
            then);
      },
      supervisor_);
}

void node::command(core::campaign_no campaign, core::campaign_command command,
                   const std::string& subject, heard then) {
  // As engine::command: the gateway holds at once.
  if (command == core::campaign_command::pause || command == core::campaign_command::cancel)
    gateway_->hold_campaign(campaign, true);
  ports::audit_entry audit;
  audit.who.organization = 1;
  audit.subject = subject;
  ask(std::move(then), actors::campaign_order{.campaign = campaign,
                                              .command = command,
                                              .reason = core::bare_text("by an operator"),
                                              .audit = audit});
}

void node::suppress(ports::suppression_row row, heard then) {
  auto write = std::make_shared<ports::ledger_write>();
  write->suppressions.push_back(std::move(row));
  ask(std::move(then), actors::atom::write_v, std::move(write));
}

void node::resume_number(const std::string& phone_number_id, heard then) {
  ask(std::move(then), actors::number_order{.phone_number_id = phone_number_id, .audit = {}});
}

void node::ingest(std::shared_ptr<const ports::webhook_payload> payload, heard then) {
  context_->webhooks.put({std::move(payload), while_alive(std::move(then))});
}

void node::stop(heard then) {
  ask(std::move(then), actors::atom::stop_v);
}

} // namespace stentor::simulation
