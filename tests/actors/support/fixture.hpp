#pragma once
/// The whole engine under CAF's test coordinator: its clock stands still unless the test lets time
/// pass, and every actor runs on the test's thread.

#include "tests/actors/support/fakes.hpp"

#include "actors/supervisor/supervisor.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <gtest/gtest.h>

#include <random>

namespace stentor::test {

using namespace std::chrono_literals;

/// What a callback heard, once it was called.
using heard = std::shared_ptr<std::optional<core::status>>;

class engine_test : public ::testing::Test {
protected:
  engine_test();
  void SetUp() override;
  /// Stops the engine in order; a test coordinator with a living periodic actor never ends.
  void TearDown() override;

  void start(); ///< until it is open
  void run();   ///< everything that waits in mailboxes
  void run_for(std::chrono::milliseconds time);
  /// Until the condition holds; a failure of the test if it doesn't within `patience`.
  void run_until(const std::function<bool()>& condition, std::chrono::milliseconds patience = 60s);

  core::campaign& add_campaign(core::campaign_no no, core::recipient_seq recipients);
  void run_to_the_end(core::campaign_no no, std::chrono::milliseconds patience = 120s);
  heard command(core::campaign_no no, core::campaign_command command);
  heard resume_number(std::string phone_number_id);
  heard ingest(ports::webhook_payload payload);
  heard stop();
  /// For an engine with another renderer, which may name media. Before start().
  void render_by(const ports::renderer& renderer, ports::media_api* api = nullptr,
                 ports::media_ids* ids = nullptr);
  [[nodiscard]] std::int64_t now_ms() const;
  [[nodiscard]] std::size_t sent_of(core::campaign_no no) const;
  [[nodiscard]] bool has_alarm(std::string_view part) const;
  void expect_nobody_twice() const;
  void expect_all_accepted(core::campaign_no no) const;
  /// What the supervisor answers to a request, once it does.
  template <class... Request>
  heard ask(Request... request) {
    return ask_actor(supervisor_, std::move(request)...);
  }
  template <class Handle, class... Request>
  heard ask_actor(Handle whom, Request... request) {
    auto answer = std::make_shared<std::optional<core::status>>();
    system_->spawn(
        [answer, ... request = std::move(request)](caf::event_based_actor* self,
                                                   const Handle& asked) {
          actors::when_done(
              self->request<caf::message_priority::high>(asked, caf::infinite, request...),
              [answer](const core::status& status) { *answer = status; });
        },
        whom);
    return answer;
  }
  template <class Handle>
  void kill(const Handle& handle) {
    caf::anon_send_exit(handle, caf::exit_reason::kill);
    run();
  }

  struct system_config : caf::actor_system_config {
    system_config();
  };
  world world_;
  actors::outcome_gate outcomes_;
  fake_management management_;
  simulation::renderer renderer_;
  simulation::time_zones zones_;
  fake_stop_list stops_;
  simulation::flight_file flight_file_;
  simulation::flight_recorder flights_{flight_file_};
  fake_gateway gateway_{world_, outcomes_, flights_};
  system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* scheduler_ = nullptr;
  actors::context_ptr context_;
  actors::supervisor_actor supervisor_;
  std::optional<std::mt19937> shuffle_; ///< which of the ready actors runs next
};

ports::webhook_payload status_of(recipient who, core::event_kind kind, std::int32_t code = 0,
                                 std::int16_t attempt = 0);

} // namespace stentor::test
