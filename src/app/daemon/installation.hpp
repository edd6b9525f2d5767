#pragma once
/// What the daemon knows of its database before it opens its stores, and what it keeps beside it in
/// the state folder. Main thread.

#include "adapters/meta/messages/callback_data.hpp"
#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/delivery/flight_recorder.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace stentor::app {

struct installation {
  meta::callback_codec::key_type callback_key{};
  std::string database; ///< names the cluster, its timeline, the database and how often it was
                        ///< restored
};

[[nodiscard]] core::result<installation> read_installation(postgres::connection_options options);

/// The black box. Without one, which the log says, the marks tell after a crash who may have been
/// sent to.
[[nodiscard]] std::unique_ptr<ports::flight_recorder>
open_flight_recorder(const std::filesystem::path& state_folder, const std::string& database);

} // namespace stentor::app
