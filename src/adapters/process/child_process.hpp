#pragma once
/// Starting PostgreSQL's programs as another user, without a shell. Not thread-safe by itself; the
/// functions keep no state.

#include "stentor/core/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace stentor::postgres {

/// Whom to become. PostgreSQL refuses to run as root.
struct unprivileged_user {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
};

/// Nothing when this process is not root; otherwise the user `postgres`, or an error that says what
/// to do.
[[nodiscard]] core::result<std::optional<unprivileged_user>> user_to_become();

struct child_command {
  std::vector<std::string> arguments; ///< [0] is the program's path
  std::filesystem::path working_directory;
  std::filesystem::path output; ///< stdout and stderr are appended here
  std::optional<unprivileged_user> user;
  int death_signal = 0; ///< sent to the child when the thread that started it dies; 0: none
};

[[nodiscard]] core::result<pid_t> start_child(const child_command& command);
/// The exit status as waitpid gives it; nothing when the child still runs after `wait`.
[[nodiscard]] std::optional<int> wait_child(pid_t child, std::chrono::milliseconds wait);

/// The first folder on the way to `path` that `user` may not enter; empty when the way is free.
[[nodiscard]] std::filesystem::path blocked_for(const unprivileged_user& user,
                                                const std::filesystem::path& path);

} // namespace stentor::postgres
