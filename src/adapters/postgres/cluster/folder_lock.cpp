#include "adapters/postgres/cluster/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace stentor::postgres {

namespace {

constexpr std::chrono::milliseconds lock_poll_interval{50};
/// For an owner that stays: enough for one that is about to end.
constexpr std::chrono::milliseconds daemon_patience{3'000};

std::filesystem::path lock_file_of(const std::filesystem::path& state_folder) {
  return state_folder / "stentor.lock";
}

/// The first byte, apart from flock's lock on the whole: the two kinds do not know each other.
struct flock announcement() noexcept {
  struct flock mark {};
  mark.l_type = F_WRLCK;
  mark.l_whence = SEEK_SET;
  mark.l_start = 0;
  mark.l_len = 1;
  return mark;
}

} // namespace

core::result<folder_lock> folder_lock::take(const std::filesystem::path& state_folder,
                                            std::chrono::milliseconds patience,
                                            const std::function<void()>& on_wait) {
  std::error_code ignored;
  std::filesystem::create_directories(state_folder, ignored);
  const auto path = lock_file_of(state_folder);
  folder_lock mine{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (mine.file_ < 0)
    return core::error{core::errc::unavailable,
                       "The lock " + path.string() + " cannot be opened: " + std::strerror(errno) +
                           ". Give the daemon's user the right to write there, or set another "
                           "state_folder."};
  const auto begin = std::chrono::steady_clock::now();
  for (bool waited = false; ::flock(mine.file_, LOCK_EX | LOCK_NB) != 0; waited = true) {
    const auto limit = announced(state_folder) ? std::min(patience, daemon_patience) : patience;
    if (std::chrono::steady_clock::now() - begin >= limit)
      return core::error{core::errc::conflict,
                         "Another stentor runs on the state folder " + state_folder.string() +
                             ". Stop it first, or give this one a state_folder of its own."};
    if (!waited && on_wait)
      on_wait();
    std::this_thread::sleep_for(lock_poll_interval);
  }
  return mine;
}

folder_lock::folder_lock(folder_lock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}

folder_lock::~folder_lock() {
  if (file_ >= 0)
    ::close(file_);
}

void folder_lock::announce() const noexcept {
  auto mark = announcement();
  static_cast<void>(::fcntl(file_, F_OFD_SETLK, &mark));
}

bool folder_lock::announced(const std::filesystem::path& state_folder) noexcept {
  const int file = ::open(lock_file_of(state_folder).c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0)
    return false;
  auto mark = announcement();
  const bool held = ::fcntl(file, F_OFD_GETLK, &mark) == 0 && mark.l_type != F_UNLCK;
  ::close(file);
  return held;
}

} // namespace stentor::postgres
