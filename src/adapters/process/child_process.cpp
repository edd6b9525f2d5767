#include "adapters/process/child_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

namespace stentor::process {

namespace {

core::error system_problem(const std::string& what) {
  return {core::errc::unavailable, what + ": " + std::strerror(errno)};
}

/// Everything the child needs, made before fork(): afterwards only async-signal-safe calls are
/// allowed, because other threads may have held locks.
struct prepared_child {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  const char* directory = nullptr;
  const unprivileged_user* user = nullptr;
  int output = -1;
  int death_signal = 0;
  pid_t parent = 0;
};

[[noreturn]] void become(const prepared_child& c) {
  // The daemon blocks and handles signals in its own way; the child starts as if from a shell. A
  // session of its own keeps a Ctrl-C in the terminal away: the daemon stops PostgreSQL when it has
  // drained.
  for (int s = 1; s < 32; ++s)
    signal(s, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setsid();
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(c.output, 1);
  dup2(c.output, 2);
  close_range(3, ~0U, 0);
  if (c.user != nullptr && (setgroups(c.user->groups.size(), c.user->groups.data()) != 0 ||
                            setgid(c.user->gid) != 0 || setuid(c.user->uid) != 0))
    _exit(126);
  // After setuid, which clears it.
  if (c.death_signal != 0 &&
      (prctl(PR_SET_PDEATHSIG, c.death_signal) != 0 || getppid() != c.parent))
    _exit(126);
  if (chdir(c.directory) != 0)
    _exit(126);
  execve(c.arguments.front(), c.arguments.data(), c.environment.data());
  _exit(127);
}

bool may_enter(const unprivileged_user& user, const struct stat& s) {
  if (s.st_uid == user.uid)
    return (s.st_mode & S_IXUSR) != 0;
  if (std::ranges::find(user.groups, s.st_gid) != user.groups.end())
    return (s.st_mode & S_IXGRP) != 0;
  return (s.st_mode & S_IXOTH) != 0;
}

} // namespace

core::result<std::optional<unprivileged_user>> user_to_become() {
  if (geteuid() != 0)
    return std::optional<unprivileged_user>{};
  const auto* entry = getpwnam("postgres");
  if (entry == nullptr)
    return core::error{core::errc::unavailable,
                       "PostgreSQL does not run as root, and there is no user 'postgres' to run "
                       "the embedded database as: "
                       "install the package postgresql, or start stentor as an ordinary user"};
  unprivileged_user user{
      .name = "postgres", .uid = entry->pw_uid, .gid = entry->pw_gid, .groups = {}};
  int n = 64;
  user.groups.resize(static_cast<std::size_t>(n));
  getgrouplist("postgres", user.gid, user.groups.data(), &n);
  user.groups.resize(static_cast<std::size_t>(std::clamp(n, 0, 64)));
  return std::optional{std::move(user)};
}

core::result<pid_t> start_child(const child_command& command) {
  auto arguments = command.arguments;
  std::vector<std::string> environment{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8",
                                       "TZ=UTC"};
  prepared_child child;
  for (auto& a : arguments)
    child.arguments.push_back(a.data());
  for (auto& e : environment)
    child.environment.push_back(e.data());
  child.arguments.push_back(nullptr);
  child.environment.push_back(nullptr);
  child.directory = command.working_directory.c_str();
  child.user = command.user ? &*command.user : nullptr;
  child.death_signal = command.death_signal;
  child.parent = getpid();
  child.output = open(command.output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (child.output < 0)
    return system_problem("cannot write " + command.output.string());
  // A signal that is sent to the child at once waits until it is one: before, it would be taken by
  // a copy of our handler, and be lost.
  sigset_t all, ours;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &ours);
  const auto pid = fork();
  if (pid == 0)
    become(child);
  pthread_sigmask(SIG_SETMASK, &ours, nullptr);
  close(child.output);
  if (pid < 0)
    return system_problem("cannot start " + command.arguments.front());
  return pid;
}

std::optional<int> wait_child(pid_t child, std::chrono::milliseconds wait) {
  const auto until = std::chrono::steady_clock::now() + wait;
  for (;;) {
    int status = 0;
    const auto got = waitpid(child, &status, WNOHANG);
    if (got == child)
      return status;
    if (got < 0 && errno != EINTR)
      return 0; // somebody else reaped it
    if (std::chrono::steady_clock::now() >= until)
      return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

int exit_status_of(int wait_status) noexcept {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

std::filesystem::path program_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

core::result<std::unique_ptr<child_process>>
child_process::start(std::vector<std::string> arguments, const std::filesystem::path& output) {
  const auto pid = start_child({.arguments = std::move(arguments),
                                .working_directory = output.parent_path(),
                                .output = output,
                                .user = {},
                                .death_signal = SIGTERM});
  if (!pid)
    return pid.error();
  return std::unique_ptr<child_process>{new child_process{*pid}};
}

child_process::~child_process() {
  stop();
}

bool child_process::running() {
  return pid_ != 0 && !wait(std::chrono::milliseconds{0});
}

void child_process::signal(int number) const noexcept {
  if (pid_ != 0)
    ::kill(pid_, number);
}

std::optional<int> child_process::wait(std::chrono::milliseconds patience) {
  if (pid_ == 0)
    return ended_;
  if (const auto status = wait_child(pid_, patience)) {
    pid_ = 0;
    ended_ = exit_status_of(*status);
  }
  return ended_;
}

void child_process::stop(std::chrono::milliseconds patience) noexcept {
  if (pid_ == 0)
    return;
  signal(SIGTERM);
  if (wait(patience))
    return;
  signal(SIGKILL);
  static_cast<void>(wait(std::chrono::seconds{10}));
}

std::filesystem::path blocked_for(const unprivileged_user& user,
                                  const std::filesystem::path& path) {
  std::filesystem::path way;
  for (const auto& part : std::filesystem::absolute(path).lexically_normal()) {
    way /= part;
    struct stat s {};
    if (stat(way.c_str(), &s) == 0 && !may_enter(user, s))
      return way;
  }
  return {};
}

} // namespace stentor::process
