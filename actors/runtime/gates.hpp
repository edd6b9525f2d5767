#pragma once
/// Where other threads hand something to an actor: to the one of the moment, because the tree may
/// start again. Thread-safe.

#include "actors/runtime/interfaces.hpp"
#include "actors/runtime/sender_pool.hpp"

#include "stentor/ports/delivery/message_gateway.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace stentor::actors {

/// Where the gateway's outcomes go: to the senders of their numbers.
class outcome_gate final : public ports::gateway_listener {
public:
  void connect_to(sender_pool senders);
  void on_outcomes(std::shared_ptr<const core::outcome_batch> batch) override;

private:
  std::mutex mutex_;
  sender_pool senders_;
};

/// Where webhooks go. One message tells the webhook actor of all payloads that come until it takes
/// them.
class webhook_gate {
public:
  struct arrival {
    std::shared_ptr<const ports::webhook_payload> payload;
    std::function<void(core::status)> then; ///< called once, on any thread
  };
  /// Refuses what an earlier webhook actor has not taken.
  void connect_to(webhook_actor webhook);
  /// Refuses at once while there is no webhook actor.
  void put(arrival one);
  [[nodiscard]] std::vector<arrival> take();

private:
  std::mutex mutex_;
  webhook_actor webhook_;
  std::vector<arrival> arrivals_;
};

} // namespace stentor::actors
