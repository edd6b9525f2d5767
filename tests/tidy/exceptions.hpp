#pragma once
/// What breaks a rule today. A line may leave, an amount may sink; none may come or grow.
/// Constants; any thread.

#include "tests/tidy/sources.hpp"

namespace tidy::exceptions {

/// Includes that point up the table of features: file -> feature, how many.
inline const amounts arrows = {};
/// Files over their limit.
inline const amounts file_lines = {};
/// Functions over 60 lines.
inline const amounts function_lines = {};
/// Ports with more than eight methods.
inline const amounts port_methods = {};
/// Statements of SQL in C++: the compiler of conditions, which composes what it can't know before.
inline const amounts sql_statements = {
    {"src/adapters/postgres/audience/condition_totals.cpp", 2},
};
/// Functions that a header declares and nobody names.
inline const amounts unused_functions = {};

} // namespace tidy::exceptions
