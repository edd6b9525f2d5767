#include "adapters/flight_recorder/flight_file.hpp"

#include "adapters/flight_recorder/mapped_flights.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace stentor::flights {

namespace {

/// A mapping, until the end.
class mapped_file {
public:
  explicit mapped_file(flight_layout* at) : at_{at} {}
  mapped_file(mapped_file&& other) noexcept : at_{std::exchange(other.at_, nullptr)} {}
  mapped_file& operator=(mapped_file&&) = delete;
  ~mapped_file() {
    if (at_ != nullptr)
      ::munmap(at_, sizeof(flight_layout));
  }
  [[nodiscard]] flight_layout& operator*() const noexcept { return *at_; }

private:
  flight_layout* at_;
};

core::error problem_with(const std::filesystem::path& file, const char* what) {
  return {core::errc::unavailable, "The file " + file.string() + " " + what + ": " +
                                       std::string{std::strerror(errno)} + "."};
}

/// Written in full, so that memory is never short of a place on the disk.
bool write_zeros(int file) {
  const std::vector<char> zeros(std::size_t{256} * 1024);
  std::size_t written = 0;
  while (written < sizeof(flight_layout)) {
    const auto size = std::min(zeros.size(), sizeof(flight_layout) - written);
    const auto count = ::write(file, zeros.data(), size);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0)
      return false;
    written += static_cast<std::size_t>(count);
  }
  return true;
}

core::result<mapped_file> map(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0)
    return problem_with(path, "cannot be opened");
  struct stat now {};
  void* at = MAP_FAILED;
  const char* failed = "cannot be written";
  if (::fstat(file, &now) == 0 && (std::cmp_equal(now.st_size, sizeof(flight_layout)) ||
                                   (::ftruncate(file, 0) == 0 && write_zeros(file)))) {
    failed = "cannot be mapped into memory";
    at = ::mmap(nullptr, sizeof(flight_layout), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                file, 0);
  }
  if (at == MAP_FAILED) {
    auto problem = problem_with(path, failed);
    ::close(file);
    return problem;
  }
  ::close(file);
  return mapped_file{static_cast<flight_layout*>(at)};
}

class flight_file final : public ports::flight_recorder {
public:
  flight_file(mapped_file file, const flight_file_settings& settings) : file_{std::move(file)} {
    if (!is_of((*file_).head, settings.boot, settings.database))
      begin_anew(*file_, settings.boot, settings.database);
    read_all();
  }

  core::flight_slot open(core::claim_id claim, std::int64_t places) override {
    if (claim == 0 || places <= 0 || places > places_max)
      return core::no_flight_slot;
    const std::lock_guard lock{mutex_};
    free_slot_of(claim);
    // The oldest claim does without, and its marks decide: bits that it still sets in its old slot
    // are some doubts too many of another one.
    if (free_.empty())
      free_slot_of(used_.begin()->first);
    const auto at = *free_.begin();
    free_.erase(free_.begin());
    used_[claim] = at;
    fill(slot(at), at, claim, places);
    return at;
  }

  void departs(core::flight_slot at, std::uint32_t place) noexcept override {
    if (at >= 0 && at < slots_max && std::cmp_less(place, places_max))
      set_bit(slot(at), place);
  }

  void close(std::span<const core::claim_id> claims) override {
    const std::lock_guard lock{mutex_};
    for (const auto claim : claims)
      free_slot_of(claim);
  }

  [[nodiscard]] std::optional<core::departures> departed(core::claim_id claim) const override {
    const std::lock_guard lock{mutex_};
    const auto found = used_.find(claim);
    if (found == used_.end())
      return std::nullopt;
    return bits_of(slot(found->second));
  }

private:
  [[nodiscard]] file_slot& slot(core::flight_slot at) const noexcept {
    return (*file_).slots[static_cast<std::size_t>(at)];
  }

  /// Slots of dead processes stay until their claims are settled: this process may die, too.
  void read_all() {
    for (core::flight_slot at = 0; at < slots_max; ++at) {
      const auto& one = slot(at);
      const core::claim_id claim{static_cast<std::int64_t>(one.claim)};
      if (!is_whole(one, at) || !used_.try_emplace(claim, at).second) {
        empty(slot(at));
        free_.insert(at);
      }
    }
  }

  void free_slot_of(core::claim_id claim) {
    const auto found = used_.find(claim);
    if (found == used_.end())
      return;
    empty(slot(found->second));
    free_.insert(found->second);
    used_.erase(found);
  }

  mapped_file file_;
  mutable std::mutex mutex_; ///< of what follows, and of which slot is whose
  std::map<core::claim_id, core::flight_slot> used_;
  std::set<core::flight_slot> free_; ///< the lowest is taken first, so that few pages are touched
};

} // namespace

std::string this_boot() {
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string id;
  std::getline(file, id);
  return id;
}

core::result<std::unique_ptr<ports::flight_recorder>>
open_flight_file(const flight_file_settings& settings) {
  if (settings.boot.empty() || settings.boot.size() > 64 || settings.database.empty() ||
      settings.database.size() > 256)
    return core::error{core::errc::unavailable, "The kernel does not name its start in "
                                                "/proc/sys/kernel/random/boot_id, or the database "
                                                "has too long a name."};
  auto file = map(settings.file);
  if (!file)
    return file.error();
  return std::unique_ptr<ports::flight_recorder>{
      std::make_unique<flight_file>(std::move(*file), settings)};
}

} // namespace stentor::flights
