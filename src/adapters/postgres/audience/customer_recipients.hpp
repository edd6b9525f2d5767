#pragma once
/// People whom a list names by their customer ids. Thread-safe; blocks.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/access/principal.hpp"
#include "stentor/ports/contact/contact_input.hpp"

#include <vector>

namespace stentor::postgres {

/// Their keys, names and attributes in place of the ids; what the list itself says wins. The id of
/// a customer whom nobody knows stays.
[[nodiscard]] core::result<std::vector<ports::contact_input>>
with_customers(query_pool& pool, const ports::principal& who,
               std::vector<ports::contact_input> recipients);

} // namespace stentor::postgres
