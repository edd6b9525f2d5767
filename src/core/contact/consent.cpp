#include "stentor/core/contact/consent.hpp"

namespace stentor::core {

block blocked(message_class message, stop stopped, consent agreed) noexcept {
  if (stopped == stop::by_operator)
    return block::stopped;
  if (stopped == stop::by_person && message != message_class::service)
    return block::stopped;
  if (agreed == consent::withdrawn && message == message_class::marketing)
    return block::no_consent;
  return block::none;
}

} // namespace stentor::core
