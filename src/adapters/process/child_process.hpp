#pragma once
/// Starting programs without a shell, also as another user, and waiting for their end. The
/// functions keep no state and may be called on any thread; a child_process belongs to one.

#include "stentor/core/base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::process {

/// Whom to become, for the database. PostgreSQL refuses to run as root.
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

/// The exit status of a process as a shell tells it: 128 + signal when one ended it.
[[nodiscard]] int exit_status_of(int wait_status) noexcept;

/// The folder that this program lies in, where its companions are as well.
[[nodiscard]] std::filesystem::path program_folder();

/// A child that ends with this object, with SIGTERM first and SIGKILL when it does not listen.
class child_process {
public:
  /// In the folder of `output`. The child dies with the thread that calls this.
  [[nodiscard]] static core::result<std::unique_ptr<child_process>>
  start(std::vector<std::string> arguments, const std::filesystem::path& output);
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process();

  [[nodiscard]] bool running();
  /// 0 once its end has been seen.
  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  void signal(int number) const noexcept;
  /// Its exit status; nothing when it still runs after `patience`.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds patience);
  /// Asks it to end, and makes it end after `patience`.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds{60}) noexcept;

private:
  explicit child_process(pid_t pid) : pid_{pid} {}
  pid_t pid_;
  std::optional<int> ended_;
};

/// The first folder on the way to `path` that `user` may not enter; empty when the way is free.
[[nodiscard]] std::filesystem::path blocked_for(const unprivileged_user& user,
                                                const std::filesystem::path& path);

} // namespace stentor::process
