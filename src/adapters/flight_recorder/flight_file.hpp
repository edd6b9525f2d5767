#pragma once
/// The black box as a file that is mapped into memory: what is written to it is the kernel's, so it
/// outlives the process without a system call. Its head says of which boot of the machine and of
/// which database it is; of another one nothing in it counts. Thread-safe; departs() takes no lock.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/delivery/flight_recorder.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace stentor::flights {

/// Names the time since the machine was started last; empty when the kernel doesn't say.
[[nodiscard]] std::string this_boot();

struct flight_file_settings {
  std::filesystem::path file; ///< made when it is missing; one process at a time may use it
  std::string database;       ///< names the database, the server's timeline and how often it was
                              ///< restored: the same claim ids mean the same claims only there
  std::string boot = this_boot();
};

/// Errors say why there can be no black box: the file can't be made, or the kernel names no boot.
[[nodiscard]] core::result<std::unique_ptr<ports::flight_recorder>>
open_flight_file(const flight_file_settings& settings);

} // namespace stentor::flights
