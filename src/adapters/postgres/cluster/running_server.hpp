#pragma once
/// The embedded PostgreSQL as another process finds it, by the pid file that PostgreSQL itself
/// keeps. Any thread.

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace stentor::postgres {

/// libpq's connection string of the database `stentor` behind a socket's folder.
[[nodiscard]] std::string conninfo_of(const std::filesystem::path& socket_folder,
                                      const std::string& database, int port = 5432);

/// The server process that the pid file in a data folder names, if it really is one of this folder:
/// process ids are used again. 0 when there is none.
[[nodiscard]] pid_t server_of(const std::filesystem::path& data_folder);

/// The server of a state folder; 0 when none runs.
[[nodiscard]] pid_t running_server(const std::filesystem::path& state_folder);
/// How to reach the server of a state folder; nothing when none answers.
[[nodiscard]] std::optional<std::string>
running_conninfo(const std::filesystem::path& state_folder);

} // namespace stentor::postgres
