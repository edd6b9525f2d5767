#pragma once
/// A file that was embedded into the binary at build time (scripts/cmake/embed.cmake). Constant
/// data, usable from any thread.

#include <span>
#include <string_view>

namespace stentor::core {

struct embedded_file {
  std::string_view name; ///< the file's name without folder and ending
  std::string_view text; ///< its bytes; one NUL follows them
};

} // namespace stentor::core
