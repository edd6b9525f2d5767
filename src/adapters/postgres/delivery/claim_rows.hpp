#pragma once
/// Answers of the queries `dispatch_read_range` and `dispatch_read_some` as recipients of a chunk.
/// Any thread; the caller's objects are its own.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/chunk.hpp"

namespace stentor::postgres {

/// Appends row `i` of an answer with the columns seq, phone, user_id, variables and stopped, in
/// binary or as text.
void add_claimed_row(core::claimed_chunk& chunk, const rows& people, int i);

} // namespace stentor::postgres
