#pragma once
/// ports::phone_numbers on libphonenumber.

#include "stentor/ports/system/phone_numbers.hpp"

#include <memory>

namespace stentor::phone {

/// Clean international numbers are confirmed by an automaton made from libphonenumber's own
/// metadata; the library itself judges the rest (some 25 us each). @param fast false: always ask
/// the library, which is how tests compare the two
[[nodiscard]] std::unique_ptr<ports::phone_numbers> make_phone_numbers(bool fast = true);

} // namespace stentor::phone
