#pragma once
/// The seed's segment queries as SQL over customer.attributes. Names and values from outside travel
/// as parameters only, never as SQL text. Pure.

#include "adapters/postgres/client/params.hpp"
#include "stentor/core/base/result.hpp"

#include <string>
#include <string_view>

namespace stentor::postgres {

/// @param json what core::read_segment takes
/// @param arguments receives the values; the SQL numbers them from what it holds already
/// @return a boolean expression over a row `k` of customer; `invalid` with every problem found,
/// each behind its path
[[nodiscard]] core::result<std::string> segment_to_sql(std::string_view json, params& arguments);

} // namespace stentor::postgres
