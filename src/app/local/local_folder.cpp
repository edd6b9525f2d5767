#include "app/local/local_folder.hpp"

#include "adapters/process/child_process.hpp"
#include "adapters/process/text_file.hpp"

#include <utility>

namespace stentor::app {

core::result<local_folder> local_folder::make(const std::string& name,
                                              const std::filesystem::path& parent,
                                              const local_secrets& secrets) {
  auto folder = process::temporary_folder::make(name, parent);
  if (!folder)
    return folder.error();
  local_folder made{std::move(*folder)};
  process::write_private(made.file("token"), secrets.token + "\n");
  process::write_private(made.file("app-secret"), secrets.app_secret + "\n");
  process::write_private(made.file("verify-token"), secrets.verify_token + "\n");
  return made;
}

core::result<std::filesystem::path> companion_program(const std::string& name) {
  auto program = process::program_folder() / name;
  if (std::filesystem::exists(program))
    return program;
  return core::error{core::errc::not_found, "the program " + name + " must lie in " +
                                                program.parent_path().string() +
                                                ": build the target " + name};
}

} // namespace stentor::app
