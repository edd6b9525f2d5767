#include "tests/actors/support/fixture.hpp"

#include <caf/send.hpp>

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace stentor::test {

namespace {

constexpr std::int64_t wall_begin_ms = 1'767'600'000'000; ///< 2026-01-05 08:00 UTC, a Monday
constexpr std::chrono::milliseconds step{10};

} // namespace

engine_test::system_config::system_config() {
  add_message_types<caf::id_block::stentor_messages>();
  add_message_types<caf::id_block::stentor_actors>();
  set("scheduler.policy", caf::atom("testing"));
}

engine_test::engine_test() {
  spdlog::set_level(spdlog::level::off);
  system_ = std::make_unique<caf::actor_system>(config_);
  scheduler_ = dynamic_cast<caf::scheduler::test_coordinator*>(&system_->scheduler());
  scheduler_->advance_time(1h);
  world_.now_ms = [this] { return now_ms(); };
  render_by(renderer_);
}

void engine_test::render_by(const ports::renderer& renderer, ports::media_api* api,
                            ports::media_ids* ids) {
  context_ = std::shared_ptr<actors::context>{new actors::context{
      .gateway = gateway_,
      .management = management_,
      .renderer = renderer,
      .time_zones = zones_,
      .stops = stops_,
      .outcomes = outcomes_,
      .flights = flights_,
      .stores = simulation::stores_of(world_),
      .wall_clock = [this] { return core::wall_time{std::chrono::milliseconds{now_ms()}}; },
      .media_api = api,
      .media_ids = ids,
      .detached = false}};
}

std::int64_t engine_test::now_ms() const {
  const auto steady = std::chrono::duration_cast<std::chrono::milliseconds>(
      scheduler_->clock().now().time_since_epoch() - 1h);
  return wall_begin_ms + steady.count();
}

void engine_test::SetUp() {
  auto& settings = context_->settings;
  settings.owner = "node#1";
  settings.senders = 2;
  for (const auto* const id : {"100", "200"})
    settings.numbers.push_back(
        {.phone_number_id = id, .waba_id = "waba", .token = "token", .per_second = 80});
}

void engine_test::TearDown() {
  world_.store_fails = world_.ledger_fails = world_.projection_fails = false;
  const auto stopped = supervisor_ ? stop() : nullptr;
  for (auto waited = 0ms; stopped && !*stopped && waited < 30s; waited += step)
    run_for(step);
  if (stopped && !*stopped) {
    ADD_FAILURE() << "The engine does not stop; the test program ends here.";
    std::_Exit(1);
  }
  run();
  supervisor_ = nullptr;
  system_.reset();
}

void engine_test::start() {
  supervisor_ = system_->spawn(actors::supervisor, context_);
  caf::anon_send(supervisor_, actors::atom::start_v);
  run_until([this] { return context_->counters.ready.load(); });
}

void engine_test::run() {
  const auto once = [this] {
    if (shuffle_ && (*shuffle_)() % 2 == 0)
      return scheduler_->try_run_once_lifo();
    return scheduler_->try_run_once();
  };
  while (once()) {
  }
}

void engine_test::run_for(std::chrono::milliseconds time) {
  run();
  for (; time > 0ms; time -= step) {
    scheduler_->advance_time(step);
    run();
    gateway_.deliver(step);
    run();
  }
}

void engine_test::run_until(const std::function<bool()>& condition,
                            std::chrono::milliseconds patience) {
  run();
  for (; !condition() && patience > 0ms; patience -= step)
    run_for(step);
  EXPECT_TRUE(condition()) << "It did not happen in time.";
}

core::campaign& engine_test::add_campaign(core::campaign_no no, core::recipient_seq recipients) {
  auto& c = world_.campaigns[no].terms;
  c.no = no;
  c.id = "campaign-" + std::to_string(no);
  c.organization = 1;
  c.status = core::campaign_status::sending;
  c.template_name = "spring";
  c.numbers = {1, 2};
  c.recipients_total = recipients;
  return c;
}

void engine_test::run_to_the_end(core::campaign_no no, std::chrono::milliseconds patience) {
  run_until(
      [&] {
        return world_.status(no) == core::campaign_status::completed &&
               !context_->running.campaign(no);
      },
      patience);
  EXPECT_EQ(world_.open_claims(), 0U);
  EXPECT_EQ(gateway_.unmarked, 0U);
}

heard engine_test::command(core::campaign_no no, core::campaign_command command) {
  return ask(actors::campaign_order{.campaign = no,
                                    .command = command,
                                    .reason = core::bare_text("by an operator"),
                                    .audit = {},
                                    .no = {}});
}

heard engine_test::resume_number(std::string phone_number_id) {
  return ask(actors::number_order{.phone_number_id = std::move(phone_number_id), .audit = {}});
}

heard engine_test::ingest(ports::webhook_payload payload) {
  auto answer = std::make_shared<std::optional<core::status>>();
  context_->webhooks.put({std::make_shared<const ports::webhook_payload>(std::move(payload)),
                          [answer](const core::status& status) { *answer = status; }});
  return answer;
}

heard engine_test::stop() {
  return ask(actors::atom::stop_v);
}

std::size_t engine_test::sent_of(core::campaign_no no) const {
  std::size_t sum = 0;
  for (const auto& [who, times] : gateway_.sent)
    sum += who.first == no ? static_cast<std::size_t>(times) : 0;
  return sum;
}

bool engine_test::has_alarm(std::string_view part) const {
  for (const auto& [organization, what] : context_->alarms.all())
    if (what.text.find(part) != std::string::npos)
      return true;
  return false;
}

void engine_test::expect_nobody_twice() const {
  for (const auto& [who, times] : gateway_.accepted)
    EXPECT_LE(times, 1) << "campaign " << who.first << ", recipient " << who.second;
}

void engine_test::expect_all_accepted(core::campaign_no no) const {
  const auto total = world_.campaigns.at(no).terms.recipients_total;
  for (core::recipient_seq seq = 1; seq <= total; ++seq) {
    const auto found = gateway_.accepted.find({no, seq});
    EXPECT_EQ(found == gateway_.accepted.end() ? 0 : found->second, 1) << "recipient " << seq;
  }
}

ports::webhook_payload status_of(recipient who, core::event_kind kind, std::int32_t code,
                                 std::int16_t attempt) {
  ports::webhook_payload payload;
  payload.statuses.push_back({.campaign = who.first,
                              .seq = who.second,
                              .attempt = attempt,
                              .kind = kind,
                              .code = code,
                              .at_ms = 1,
                              .person = static_cast<core::person_key>(who.second)});
  return payload;
}

} // namespace stentor::test
