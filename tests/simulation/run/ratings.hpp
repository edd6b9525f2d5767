#pragma once
/// What Meta thinks of the numbers while a run goes on, and that they obey. One thread.

#include "tests/model/world.hpp"
#include "tests/simulation/meta/truth.hpp"
#include "tests/simulation/run/plan.hpp"
#include "tests/simulation/run/timeline.hpp"

#include <string>
#include <vector>

namespace stentor::simulation {

/// Everything here outlives the run.
void foresee_ratings(const plan& of, world& w, timeline& time);

/// The requests of marketing that left a number which had been RED for so long that whoever sends
/// from it must have heard of it, or lost its lease.
[[nodiscard]] std::vector<std::string> sent_though_red(const plan& of, const truth& known);

} // namespace stentor::simulation
