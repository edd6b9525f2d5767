#pragma once
/// ports::time_zones over Howard Hinnant's date library with the system's tzdata. Thread-safe.

#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::time_zone {

[[nodiscard]] std::unique_ptr<ports::time_zones> make_time_zones();

} // namespace stentor::time_zone
