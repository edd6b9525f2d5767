#pragma once
/// The fake stores that the actors are tested with, for the suites of this folder. One thread.

#include "tests/contract/store_factory.hpp"

namespace stentor::test {

[[nodiscard]] std::unique_ptr<store_world> make_fake_world();

} // namespace stentor::test
