#pragma once
/// One inbound message of a webhook. Any thread.

#include "adapters/meta/webhooks/webhook_values.hpp"
#include "stentor/core/contact/stop_words.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <optional>

namespace stentor::meta {

/// @param value the `value` of the change, for its metadata and contacts
[[nodiscard]] ports::inbound_message
read_inbound(element message, element value, std::int64_t now_ms, const core::stop_words& words);

/// What a message of type `system` tells of a new phone number or user id; nothing of any other.
[[nodiscard]] std::optional<ports::identity_change> read_identity(element message, element value,
                                                                  std::int64_t now_ms);

} // namespace stentor::meta
