#pragma once
/// Who this daemon is among those on one database: a random id in its state folder. Reads and
/// writes a file; the folder's lock is held by the caller.

#include "stentor/core/base/result.hpp"

#include <filesystem>
#include <string>

namespace stentor::app {

/// The id of this folder; made when there is none, and anew when the folder is a copy of another's
/// (its file lies elsewhere, or its host has another name): two daemons of one id would take each
/// other's numbers.
[[nodiscard]] core::result<std::string> node_identity(const std::filesystem::path& state_folder);
[[nodiscard]] std::string host_name();

} // namespace stentor::app
