#pragma once
/// Work that outlives its request, such as the drawing of a campaign's list, as people look at it.
/// Thread-safe; every call blocks.

#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string>
#include <string_view>

namespace stentor::ports {

class job_store {
public:
  virtual ~job_store() = default;

  /// A page of JSON, the newest first. @param state one of job_states; empty: all
  [[nodiscard]] virtual core::result<std::string> list(const principal& who, std::string_view state,
                                                       core::page p) = 0;
  /// One job by UUID, as JSON.
  [[nodiscard]] virtual core::result<std::string> show(const principal& who,
                                                       std::string_view id) = 0;
  /// Ends one that waits or runs, in one transaction with its audit row; what it would have changed
  /// stays as it is. conflict when it has ended. @return the job as it is then
  [[nodiscard]] virtual core::result<std::string> cancel(const principal& who,
                                                         std::string_view id) = 0;
};

/// Stored as text.
inline constexpr std::string_view job_states[] = {"waiting", "running", "done", "failed",
                                                  "cancelled"};

} // namespace stentor::ports
