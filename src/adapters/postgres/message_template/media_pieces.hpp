#pragma once
/// A medium's bytes in the database. As thread-safe as the connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/message_template/media_directory.hpp"

#include <optional>

namespace stentor::postgres {

/// @param found a row with `no`, `name` and `mime`; none: no medium
[[nodiscard]] core::result<std::optional<ports::media_file>> read_media(connection& db,
                                                                        const rows& found);

} // namespace stentor::postgres
