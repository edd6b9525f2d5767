#pragma once
/// A small reader of C++ as clang-format writes it: where functions, classes, declarations and
/// string literals begin and end. It knows no types and no macros; what it relies on is written at
/// scan(). Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tidy {

struct function_found {
  std::string name;       ///< as written before the parameters: "rate_limiter::tick"
  std::size_t line = 0;   ///< of the signature, from 0
  std::size_t length = 0; ///< lines from the signature to the closing brace
};

struct declaration_found {
  std::string name; ///< without its class
  std::string text; ///< the whole statement
  std::size_t line = 0;
};

struct class_found {
  std::string name;
  std::size_t line = 0;
  std::size_t virtual_methods = 0; ///< the destructor is not counted
};

/// Neighbouring literals are one text for the compiler, and here.
struct literal_found {
  std::string text;
  std::size_t line = 0; ///< of its beginning
};

struct scanned {
  std::vector<function_found> functions; ///< with a body, longer than one line or not
  std::vector<declaration_found> declarations;
  std::vector<class_found> classes;
  std::vector<literal_found> literals;
  std::string code; ///< without comments, preprocessor lines and what stands in literals
};

/// Relies on what clang-format does: a body's brace has a space before it, a braced list has none
/// (or stands behind = or inside brackets).
[[nodiscard]] scanned scan(const std::vector<std::string>& lines);

} // namespace tidy
