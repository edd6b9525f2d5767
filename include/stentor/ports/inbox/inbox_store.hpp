#pragma once
/// Inbound messages and the campaigns they answer. Used from one thread (a store actor's); every
/// call blocks.

#include "stentor/core/base/result.hpp"

#include <cstdint>

namespace stentor::ports {

class inbox_store {
public:
  virtual ~inbox_store() = default;

  /// Attributes at most `limit` inbound messages that wait for it to campaign recipients; returns
  /// how many still wait, for the projection or for the next round. Who answered with a stop word
  /// has opted out.
  [[nodiscard]] virtual core::result<std::int64_t> attribute_replies(std::int64_t limit) = 0;
};

} // namespace stentor::ports
