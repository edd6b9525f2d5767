#pragma once
/// Inbound messages and the campaigns they answer. Used from one thread (a store actor's); every
/// call blocks.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/delivery/ledger.hpp"

#include <cstdint>
#include <vector>

namespace stentor::ports {

struct attribution_report {
  std::int64_t waiting = 0; ///< for the projection or for the next round
  /// Keys under which stops were written because of what was answered, for the stops in memory.
  std::vector<stop_effect> stops;
};

class inbox_store {
public:
  virtual ~inbox_store() = default;

  /// Attributes at most `limit` inbound messages that wait for it to campaign recipients. Who
  /// answered with a stop word has opted out, under whatever number the list has.
  [[nodiscard]] virtual core::result<attribution_report> attribute_replies(std::int64_t limit) = 0;
};

} // namespace stentor::ports
