#pragma once
/// What the benchmarks work on, in the shapes and sizes of real traffic. Pure functions; any
/// thread.

#include "adapters/meta/messages/callback_data.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/delivery/chunk.hpp"

#include <string>
#include <string_view>

namespace stentor::micro {

[[nodiscard]] const meta::callback_codec& codec();

/// A marketing template with three variables in its body.
[[nodiscard]] core::campaign campaign();
/// Recipients with a phone number and three variables each, as the store hands them out.
[[nodiscard]] core::claimed_chunk claimed(int recipients);
/// The same recipients' request bodies.
[[nodiscard]] core::chunk rendered(int recipients);

/// Meta's answer to an accepted message, and to a throttled one.
[[nodiscard]] std::string_view accepted_answer();
[[nodiscard]] std::string_view throttled_answer();

/// A webhook with statuses of our own messages: about 590 bytes with one, 7 KB with twenty.
[[nodiscard]] std::string webhook(int statuses);

/// Digits of the i-th invented Brazilian mobile number, without the plus.
[[nodiscard]] std::string phone(int i);

} // namespace stentor::micro
