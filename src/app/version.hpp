#pragma once
/// The program's version, from CMakeLists.txt.

namespace stentor::app {

inline constexpr const char* version = STENTOR_VERSION;

} // namespace stentor::app
