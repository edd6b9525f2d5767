#pragma once
/// The engine as the rest of the daemon sees it: starts and stops the actors, and is the control
/// port of the admin API. Thread-safe. The ports given to it must outlive it.

#include "actors/runtime/context.hpp"

#include "stentor/ports/system/engine_control.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <memory>

namespace stentor::actors {

class engine final : public ports::control {
public:
  /// @param threads scheduler threads of the actor system, at least 1
  engine(context_ptr context, std::size_t threads);
  ~engine() override;
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  void start();
  /// Drains in order and waits for it. Safe to call twice.
  void stop();
  /// Its supervisor has failed: nothing of it works any more, and it can't be stopped in order.
  [[nodiscard]] bool failed() const noexcept { return context_->counters.failed; }
  /// New tokens and limits of known numbers; numbers that were stopped for a fault try again.
  void reload_numbers(std::vector<ports::number> numbers);

  void command(core::campaign_no campaign, core::campaign_command command,
               std::optional<ports::audit_entry> audit,
               std::function<void(core::status)> then) override;
  void ingest(std::shared_ptr<const ports::webhook_payload> payload,
              std::function<void(core::status)> then) override;
  void suppress(ports::suppression_row row, std::optional<ports::audit_entry> audit,
                std::function<void(core::status)> then) override;
  void pause_number(std::string phone_number_id, std::optional<ports::audit_entry> audit,
                    std::function<void(core::status)> then) override;
  void resume_number(std::string phone_number_id, std::optional<ports::audit_entry> audit,
                     std::function<void(core::status)> then) override;
  void sync_templates(core::organization_no organization,
                      std::function<void(core::status)> then) override;
  [[nodiscard]] ports::engine_metrics metrics() const override;
  /// Those of an organization's numbers here, with the tokens of this moment. Any thread.
  [[nodiscard]] std::vector<ports::business_account>
  accounts(core::organization_no organization) const;

private:
  struct system_config;

  [[nodiscard]] bool refuse(const std::function<void(core::status)>& then) const;
  /// Sends a request to the supervisor; `then` hears its answer on an actor's thread.
  template <class... Request>
  void ask(std::function<void(core::status)> then, Request... request);

  context_ptr context_;
  std::unique_ptr<system_config> config_;
  std::unique_ptr<caf::actor_system> system_;
  supervisor_actor supervisor_;
  caf::actor guard_; ///< held, since a monitor alone keeps no actor alive
  std::atomic<bool> running_{false};
};

} // namespace stentor::actors
