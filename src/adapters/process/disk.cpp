#include "adapters/process/disk.hpp"

#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace stentor::process {

namespace {

class disk_of_folder final : public ports::disk {
public:
  explicit disk_of_folder(std::filesystem::path folder) : folder_{std::move(folder)} {}

  [[nodiscard]] core::result<core::disk_space> space() const override {
    struct statvfs found {};
    if (::statvfs(folder_.c_str(), &found) != 0)
      return core::error{core::errc::unavailable, folder_.string() + ": " + std::strerror(errno)};
    const auto size = std::uint64_t{found.f_frsize};
    return core::disk_space{.used_bytes = (found.f_blocks - found.f_bfree) * size,
                            .free_bytes = found.f_bavail * size};
  }

private:
  std::filesystem::path folder_;
};

} // namespace

std::unique_ptr<ports::disk> make_disk(std::filesystem::path folder) {
  return std::make_unique<disk_of_folder>(std::move(folder));
}

} // namespace stentor::process
