#pragma once
/// Invented customers, written into a daemon's database at once: millions in a minute, where an
/// import over HTTP would take several. Main thread only.

#include "app/local/local_stack.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>

namespace stentor::load {

/// Customers with a name, a consent and five attributes, every second one with a sale within the
/// last year; and the index that serves equalities of attributes.
/// @param places so many time zones they live in, turn by turn; at least one
[[nodiscard]] core::status make_customers(app::local_stack& stack, std::uint64_t people,
                                          unsigned places);

} // namespace stentor::load
