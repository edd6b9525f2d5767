#pragma once
/// The folder of a local stack: configuration, secrets, logs, state, and the programs that lie
/// beside this one. Main thread only.

#include "adapters/process/temporary_folder.hpp"
#include "stentor/core/base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace stentor::app {

/// What the simulator and the daemon must both know.
struct local_secrets {
  std::string token = "local-token"; ///< of Meta's API
  std::string app_secret = "local-app-secret";
  std::string verify_token = "local-verify-token";
};

class local_folder {
public:
  /// A temporary folder `<name>-XXXXXX` with the secrets as files; without a parent where the
  /// system keeps such folders.
  [[nodiscard]] static core::result<local_folder>
  make(const std::string& name, const std::filesystem::path& parent, const local_secrets& secrets);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }
  [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path() / name; }
  [[nodiscard]] std::filesystem::path configuration() const { return file("stentor.yaml"); }
  [[nodiscard]] std::filesystem::path state() const { return file("state"); }
  /// The token of the admin API, once one was made.
  [[nodiscard]] std::filesystem::path api_token() const { return file("api-token"); }
  /// What the simulator records while it runs.
  [[nodiscard]] std::filesystem::path truth() const { return file("truth"); }

  void keep() noexcept { folder_.keep(); }
  [[nodiscard]] bool kept() const noexcept { return folder_.kept(); }

private:
  explicit local_folder(process::temporary_folder folder) : folder_{std::move(folder)} {}
  process::temporary_folder folder_;
};

/// A program beside this one; not_found says what to build.
[[nodiscard]] core::result<std::filesystem::path> companion_program(const std::string& name);

} // namespace stentor::app
