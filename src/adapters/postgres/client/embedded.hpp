#pragma once
/// The SQL files that travel inside the binary: migrations and files of named queries, each sorted
/// by name. Constant data, usable from any thread.

#include "stentor/core/base/embedded_file.hpp"

namespace stentor::postgres::embedded {

[[nodiscard]] std::span<const core::embedded_file> migrations();
[[nodiscard]] std::span<const core::embedded_file> queries();

} // namespace stentor::postgres::embedded
