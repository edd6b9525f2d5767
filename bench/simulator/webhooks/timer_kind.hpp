#pragma once
/// What can be due for a message at a later time. The statuses have the numbers of
/// core::event_kind.

#include <cstdint>

namespace stentor::load {

enum class timer_kind : std::uint32_t {
  answer = 0,
  sent = 2,
  delivered = 3,
  read = 4,
  failed = 5,
  reply = 11,
  stop_word = 20,
  stop_preference = 21,
  webhook_retry = 30,
};

} // namespace stentor::load
