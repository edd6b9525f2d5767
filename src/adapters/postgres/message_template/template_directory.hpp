#pragma once
/// ports::template_directory on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/message_template/template_directory.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the directory
[[nodiscard]] std::unique_ptr<ports::template_directory> make_template_directory(query_pool& pool);

} // namespace stentor::postgres
