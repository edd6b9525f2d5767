#pragma once
/// ports::disk by statvfs.

#include "stentor/ports/system/disk.hpp"

#include <filesystem>
#include <memory>

namespace stentor::process {

/// The disk on which this folder lies.
[[nodiscard]] std::unique_ptr<ports::disk> make_disk(std::filesystem::path folder);

} // namespace stentor::process
