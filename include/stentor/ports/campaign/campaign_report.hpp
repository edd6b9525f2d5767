#pragma once
/// The figures of a campaign for people. Every call blocks. Thread-safe.

#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string_view>

namespace stentor::ports {

class campaign_report {
public:
  virtual ~campaign_report() = default;

  /// Counts, rates, times, errors by code, per number, screening, throughput; and whether the
  /// recipients' states add up.
  [[nodiscard]] virtual core::result<core::json_text> stats(const principal& who,
                                                            std::string_view id) = 0;
};

} // namespace stentor::ports
