#pragma once
/// One inbound message of a webhook. Any thread.

#include "adapters/meta/webhooks/webhook_values.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <span>

namespace stentor::meta {

/// Words of the configuration beside the built-in ones.
struct intent_words {
  std::span<const std::string> stop;
  std::span<const std::string> start;
};

/// @param value the `value` of the change, for its metadata and contacts
[[nodiscard]] ports::inbound_message read_inbound(element message, element value,
                                                  std::int64_t now_ms, intent_words extra);

} // namespace stentor::meta
