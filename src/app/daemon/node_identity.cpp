#include "app/daemon/node_identity.hpp"

#include "adapters/process/text_file.hpp"
#include "stentor/core/base/hex.hpp"

#include <nlohmann/json.hpp>

#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace stentor::app {

namespace {

using nlohmann::json;

constexpr std::size_t id_bytes = 16;
constexpr std::size_t id_length = 36; ///< as a UUID (RFC 9562, version 4)

std::optional<std::uint64_t> inode_of(const std::filesystem::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0)
    return std::nullopt;
  return static_cast<std::uint64_t>(found.st_ino);
}

core::result<std::string> random_id() {
  std::array<unsigned char, id_bytes> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return core::error{core::errc::internal, "the system gives no random bytes"};
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  std::string id(2 * id_bytes, '0');
  core::put_hex(bytes, id.data());
  for (const std::size_t at : {8U, 13U, 18U, 23U})
    id.insert(at, 1, '-');
  return id;
}

} // namespace

std::string host_name() {
  std::array<char, 256> host{"localhost"};
  ::gethostname(host.data(), host.size() - 1);
  return host.data();
}

core::result<std::string> node_identity(const std::filesystem::path& state_folder) {
  const auto file = state_folder / "node.json";
  const auto known = json::parse(process::text_of(file), nullptr, false);
  if (known.is_object() && known.value("host", "") == host_name() &&
      known.value("inode", std::uint64_t{}) == inode_of(file)) {
    auto id = known.value("id", "");
    if (id.size() == id_length)
      return id;
  }
  auto id = random_id();
  if (!id)
    return id;
  // Written beside and moved into its place, so that a crash leaves the old one or the new one. The
  // file keeps its inode on the way.
  const auto fresh = state_folder / "node.json.new";
  process::write_private(fresh, {});
  const auto inode = inode_of(fresh);
  if (inode)
    process::write_private(fresh,
                           json{{"id", *id}, {"host", host_name()}, {"inode", *inode}}.dump());
  std::error_code problem;
  std::filesystem::rename(fresh, file, problem);
  if (!inode || problem)
    return core::error{core::errc::unavailable,
                       file.string() + " can't be written: " +
                           (inode ? problem.message() : std::string{std::strerror(errno)})};
  return id;
}

} // namespace stentor::app
