#pragma once
/// A folder that is removed with its object. One thread.

#include "stentor/core/base/result.hpp"

#include <filesystem>
#include <string>

namespace stentor::process {

class temporary_folder {
public:
  /// Makes `<parent>/<name>-XXXXXX`; without a parent where the system keeps such folders. Other
  /// users may pass through it, which PostgreSQL's user must when root runs this, but not look in.
  [[nodiscard]] static core::result<temporary_folder>
  make(const std::string& name, const std::filesystem::path& parent = {});
  /// The same for tests: throws std::runtime_error instead.
  explicit temporary_folder(const std::string& name);
  temporary_folder(temporary_folder&& other) noexcept;
  temporary_folder& operator=(temporary_folder&& other) noexcept;
  ~temporary_folder();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// It stays when this object ends.
  void keep() noexcept { kept_ = true; }
  [[nodiscard]] bool kept() const noexcept { return kept_; }

private:
  temporary_folder() = default;
  std::filesystem::path path_;
  bool kept_ = false;
};

} // namespace stentor::process
