#pragma once
/// What all daemons on one database share. Blocks.

#include "adapters/meta/messages/callback_data.hpp"
#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/result.hpp"

namespace stentor::app {

/// Signs the callback data that Meta echoes, so that any of them knows its own.
[[nodiscard]] core::result<meta::callback_codec::key_type>
read_callback_key(postgres::connection_options options);

} // namespace stentor::app
