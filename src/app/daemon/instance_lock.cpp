#include "app/daemon/instance_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace stentor::app {

core::result<instance_lock> instance_lock::take(const std::string& state_folder) {
  std::error_code failed;
  std::filesystem::create_directories(state_folder, failed);
  const auto path = state_folder + "/stentor.lock";
  const auto file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return core::error{core::errc::unavailable,
                       "The lock " + path + " cannot be opened: " + std::strerror(errno) +
                           ". Give the daemon's user the right to write there."};
  if (::flock(file, LOCK_EX | LOCK_NB) == 0)
    return instance_lock{file};
  ::close(file);
  return core::error{core::errc::conflict,
                     "Another stentor runs on the state folder " + state_folder +
                         ". Stop it first, or give this one a state_folder of its own."};
}

instance_lock::instance_lock(instance_lock&& other) noexcept
    : file_{std::exchange(other.file_, -1)} {}

instance_lock::~instance_lock() {
  if (file_ >= 0)
    ::close(file_);
}

} // namespace stentor::app
