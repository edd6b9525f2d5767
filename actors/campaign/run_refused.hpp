#pragma once
/// What is said of a run of a recurring campaign that doesn't start. Any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/rfc3339.hpp"
#include "stentor/core/base/sentence.hpp"

namespace stentor::actors {

[[nodiscard]] inline core::sentence run_refused(core::wall_time at, const core::sentence& reason) {
  return core::make_sentence("run_refused", "Its run of {at} could not start: {reason}",
                             core::quoting(reason, {{"at", core::to_text(at)}}));
}

} // namespace stentor::actors
