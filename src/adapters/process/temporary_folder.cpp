#include "adapters/process/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace stentor::process {

namespace fs = std::filesystem;

core::result<temporary_folder> temporary_folder::make(const std::string& name,
                                                      const fs::path& parent) {
  auto pattern =
      ((parent.empty() ? fs::temp_directory_path() : fs::absolute(parent)) / (name + "-XXXXXX"))
          .string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return core::error{core::errc::unavailable,
                       "can't make a folder like " + pattern + ": " + std::strerror(errno)};
  temporary_folder made;
  made.path_ = pattern;
  std::error_code ignored;
  fs::permissions(made.path_, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec,
                  ignored);
  return made;
}

temporary_folder::temporary_folder(const std::string& name) {
  auto made = make(name);
  if (!made)
    throw std::runtime_error{made.error().message};
  *this = std::move(*made);
}

temporary_folder::temporary_folder(temporary_folder&& other) noexcept
    : path_{std::exchange(other.path_, {})}, kept_{other.kept_} {}

temporary_folder& temporary_folder::operator=(temporary_folder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(kept_, other.kept_);
  return *this;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  if (!path_.empty() && !kept_)
    fs::remove_all(path_, ignored);
}

} // namespace stentor::process
