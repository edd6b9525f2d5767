#pragma once
/// The stores of the simulated database, for the suites of this folder. One thread.

#include "tests/contract/store_factory.hpp"

namespace stentor::test {

[[nodiscard]] std::unique_ptr<store_world> make_simulated_world();

} // namespace stentor::test
