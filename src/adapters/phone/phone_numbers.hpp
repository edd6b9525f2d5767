#pragma once
/// ports::phone_numbers on libphonenumber and numbering plans of today.

#include "stentor/ports/system/phone_numbers.hpp"

#include <memory>

namespace stentor::phone {

/// Clean international numbers are confirmed by automata made from the numbering plans that travel
/// with the program; the library itself judges the rest (some 25 us each). A number is valid when
/// either knows it. @param fast false: always ask the library first, which is how tests compare the
/// two
[[nodiscard]] std::unique_ptr<ports::phone_numbers> make_phone_numbers(bool fast = true);

} // namespace stentor::phone
