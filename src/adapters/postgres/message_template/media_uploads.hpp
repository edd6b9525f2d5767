#pragma once
/// ports::media_uploads on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/message_template/media_uploads.hpp"

#include <memory>

namespace stentor::postgres {

/// A connection of its own.
[[nodiscard]] core::result<std::unique_ptr<ports::media_uploads>>
open_media_uploads(connection_options options);

} // namespace stentor::postgres
