#pragma once
/// ports::media_directory on PostgreSQL. Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/ports/message_template/media_directory.hpp"

#include <memory>

namespace stentor::postgres {

/// @param pool must outlive the directory
[[nodiscard]] std::unique_ptr<ports::media_directory> make_media_directory(query_pool& pool);

} // namespace stentor::postgres
