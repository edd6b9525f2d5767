#pragma once
/// Retries by due time, and recipients in doubt whose wait is over. Used from one thread (a store
/// actor's); every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <vector>

namespace stentor::ports {

struct retry_agenda {
  std::vector<core::campaign_no> due; ///< campaigns that have a retry due
  std::int64_t next_due_ms = 0;       ///< when the next one is due; 0: none queued
};

class retry_store {
public:
  virtual ~retry_store() = default;

  [[nodiscard]] virtual core::result<retry_agenda> agenda(core::wall_time now) = 0;
  /// In-doubt recipients whose doubt began until `begun`, settled by their campaign's policy: held,
  /// failed, or queued to be sent again (unless the campaign is over). Tries that a completed
  /// campaign did not make before it expired fail, and a doubt whose next try is never made is
  /// held. Returns how many doubts were settled.
  [[nodiscard]] virtual core::result<std::int64_t> settle_doubts(core::wall_time now,
                                                                 core::wall_time begun) = 0;
};

} // namespace stentor::ports
