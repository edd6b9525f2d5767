#pragma once
/// One run of one plan: processes, Meta, operators and incidents in virtual time, then the
/// judgement. One thread.

#include "tests/simulation/run/checker.hpp"
#include "tests/simulation/run/plan.hpp"
#include "tests/simulation/run/report.hpp"

namespace stentor::simulation {

/// @param traces keep what happened, for people
[[nodiscard]] report run(const plan& of, bool traces);

/// Leaves out and shortens incidents as long as the run still breaks the same promise.
[[nodiscard]] plan smallest(const plan& of, const std::string& broken);

} // namespace stentor::simulation
