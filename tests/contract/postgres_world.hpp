#pragma once
/// The stores on PostgreSQL, for the suites of this folder. One thread.

#include "tests/contract/store_factory.hpp"

namespace stentor::test {

[[nodiscard]] std::unique_ptr<store_world> make_postgres_world();

} // namespace stentor::test
