#include "adapters/postgres/cluster/embedded_cluster.hpp"

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/cluster/running_server.hpp"
#include "adapters/process/text_file.hpp"
#include "stentor/core/base/hash.hpp"

#include <libpq-fe.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

namespace stentor::postgres {

namespace fs = std::filesystem;

namespace {

using core::errc;

/// sockaddr_un holds 107 characters and a NUL (unix(7)); the socket's file name is the server's
/// own.
constexpr std::size_t socket_path_max = 107;
constexpr std::string_view socket_name = "/.s.PGSQL.5432";

core::error problem(const std::string& what, const std::string& why) {
  return {errc::unavailable, "embedded database: " + what + ": " + why};
}

std::string first_line(const fs::path& file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  return line;
}

int number_in(const std::string& text) {
  int n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

bool has_programs(const fs::path& folder) {
  return access((folder / "postgres").c_str(), X_OK) == 0 &&
         access((folder / "initdb").c_str(), X_OK) == 0;
}

/// Creates a folder for `owner` alone. One that is there already must be a real folder of that
/// owner, since it may lie in /tmp.
core::status make_private(const fs::path& folder,
                          const std::optional<process::unprivileged_user>& owner) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    return problem("cannot create " + folder.string(), std::strerror(errno));
  struct stat s {};
  const auto wanted = owner ? owner->uid : geteuid();
  if (lstat(folder.c_str(), &s) != 0 || !S_ISDIR(s.st_mode) ||
      (s.st_uid != wanted && s.st_uid != geteuid()))
    return problem("cannot use " + folder.string(),
                   "it is not a folder of the user that runs PostgreSQL");
  if (owner && chown(folder.c_str(), owner->uid, owner->gid) != 0)
    return problem("cannot give " + folder.string() + " to " + owner->name, std::strerror(errno));
  if (chmod(folder.c_str(), 0700) != 0)
    return problem("cannot close " + folder.string(), std::strerror(errno));
  return core::ok{};
}

bool gone_within(pid_t pid, const fs::path& data, std::chrono::milliseconds wait) {
  const auto until = std::chrono::steady_clock::now() + wait;
  while (server_of(data) == pid) {
    if (std::chrono::steady_clock::now() >= until)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

} // namespace

core::result<std::unique_ptr<embedded_cluster>> embedded_cluster::start(cluster_options options) {
  options.folder = fs::absolute(options.folder).lexically_normal();
  std::unique_ptr<embedded_cluster> c{new embedded_cluster{std::move(options)}};
  auto user = process::user_to_become();
  if (!user)
    return user.error();
  c->user_ = *user;
  using step = core::status (embedded_cluster::*)();
  for (const step s :
       {step{&embedded_cluster::make_folders}, step{&embedded_cluster::lock_folder},
        step{&embedded_cluster::stop_leftover}, step{&embedded_cluster::find_binaries},
        step{&embedded_cluster::make_cluster}, step{&embedded_cluster::start_server},
        step{&embedded_cluster::make_database}})
    if (auto r = (c.get()->*s)(); !r)
      return r.error();
  if (c->options_.stays)
    c->lock_->announce();
  return c;
}

core::result<cluster_access> embedded_cluster::join_or_start(cluster_options options) {
  const auto until = std::chrono::steady_clock::now() + options.lock_patience;
  options.lock_patience = {};
  for (;;) {
    // Another command's server goes away with that command, so only one that stays is joined.
    if (folder_lock::announced(options.folder))
      if (auto running = running_conninfo(options.folder))
        return cluster_access{nullptr, std::move(*running)};
    auto started = start(options);
    if (started) {
      auto conninfo = (*started)->conninfo();
      return cluster_access{std::move(*started), std::move(conninfo)};
    }
    if (started.error().code != errc::conflict || std::chrono::steady_clock::now() >= until)
      return started.error();
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
}

embedded_cluster::~embedded_cluster() {
  stop();
}

core::status embedded_cluster::make_folders() {
  // The server's user must be able to walk through the folders; what lies in them is closed by
  // itself. They are made so at once, since another command may look at them meanwhile.
  const auto usual_mask = user_ ? ::umask(S_IRGRP | S_IWGRP | S_IROTH | S_IWOTH) : mode_t{};
  std::error_code failed;
  fs::create_directories(options_.folder, failed);
  if (user_)
    ::umask(usual_mask);
  if (failed)
    return problem("cannot create " + options_.folder.string(),
                   failed.message() + "; set state_folder to one that this user may write to");
  if (user_)
    if (const auto blocked = process::blocked_for(*user_, options_.folder); !blocked.empty())
      return problem("the user '" + user_->name + "' may not enter " + blocked.string(),
                     "run chmod o+x on it, choose a state folder elsewhere (for example "
                     "/var/lib/stentor), or do not "
                     "start stentor as root");
  data_ = options_.folder / "database";
  log_ = options_.folder / "database.log";
  sockets_ = options_.folder / "socket";
  if (sockets_.string().size() + socket_name.size() > socket_path_max) {
    std::ostringstream name;
    name << "stentor-" << geteuid() << '-' << std::hex << core::fnv1a(options_.folder.string());
    sockets_ = fs::path{"/tmp"} / name.str();
  }
  return make_private(sockets_, user_);
}

core::status embedded_cluster::lock_folder() {
  auto lock = folder_lock::take(options_.folder, options_.lock_patience, options_.on_wait);
  if (!lock)
    return lock.error();
  lock_.emplace(std::move(*lock));
  return core::ok{};
}

core::status embedded_cluster::stop_leftover() {
  const auto pid = server_of(data_);
  if (pid == 0)
    return core::ok{};
  // It got a signal when its daemon died and is most likely stopping already.
  kill(pid, SIGINT);
  if (gone_within(pid, data_, std::chrono::seconds{30}))
    return core::ok{};
  kill(pid, SIGQUIT);
  if (gone_within(pid, data_, std::chrono::seconds{10}))
    return core::ok{};
  return problem("the server of an earlier daemon does not stop",
                 "end process " + std::to_string(pid));
}

core::status embedded_cluster::find_binaries() {
  if (!options_.binaries.empty())
    return has_programs(options_.binaries)
               ? core::status{core::ok{}}
               : problem("no initdb and postgres in " + options_.binaries.string(),
                         "check the configured folder");
  const int wanted = number_in(first_line(data_ / "PG_VERSION")); // 0 when there is no cluster yet
  int best = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{"/usr/lib/postgresql", ignored}) {
    const int version = number_in(entry.path().filename().string());
    if (version > best && (wanted == 0 || version == wanted) &&
        has_programs(entry.path() / "bin")) {
      best = version;
      options_.binaries = entry.path() / "bin";
    }
  }
  if (best != 0)
    return core::ok{};
  if (wanted != 0)
    return problem(data_.string() + " was made by PostgreSQL " + std::to_string(wanted),
                   "install postgresql-" + std::to_string(wanted) +
                       ", or upgrade the folder with pg_upgrade");
  return problem("PostgreSQL's server is not installed",
                 "install the package postgresql, or set database.url");
}

core::status embedded_cluster::make_cluster() {
  if (fs::exists(data_ / "PG_VERSION"))
    return core::ok{};
  // In a folder beside it and then renamed, so that an interrupted initdb leaves nothing half-made
  // behind.
  const fs::path fresh = data_.string() + ".new";
  std::error_code failed;
  fs::remove_all(fresh, failed);
  if (auto s = make_private(fresh, user_); !s)
    return s;
  process::child_command command;
  command.arguments = {(options_.binaries / "initdb").string(),
                       "--pgdata=" + fresh.string(),
                       "--username=stentor",
                       "--auth=trust",
                       "--encoding=UTF8",
                       "--locale=C.UTF-8"};
  if (!options_.durable)
    command.arguments.emplace_back("--no-sync");
  command.working_directory = "/";
  command.output = log_;
  command.user = user_;
  auto child = process::start_child(command);
  if (!child)
    return child.error();
  const auto ended = process::wait_child(*child, options_.start_timeout);
  if (!ended)
    kill(*child, SIGKILL);
  if (ended != 0)
    return problem("initdb failed", log_tail());
  fs::rename(fresh, data_, failed);
  if (failed)
    return problem("cannot create " + data_.string(), failed.message());
  return core::ok{};
}

std::vector<std::string> embedded_cluster::server_arguments() const {
  std::vector<std::string> all{(options_.binaries / "postgres").string(), "-D", data_.string()};
  const auto set = [&](const std::string& name, const std::string& value) {
    all.emplace_back("-c");
    all.push_back(name + "=" + value);
  };
  set("listen_addresses", "");
  set("port", "5432");
  set("unix_socket_directories", "\"" + sockets_.string() + "\"");
  set("unix_socket_permissions", "0700");
  set("max_connections", std::to_string(options_.connections_max));
  set("shared_buffers", std::to_string(options_.shared_buffers_mb) + "MB");
  // Appends in group commits and large folds: few checkpoints, small page images, no compiled plans
  // for short statements.
  set("max_wal_size", "4GB");
  set("min_wal_size", "256MB");
  set("wal_compression", "lz4");
  set("wal_buffers", "16MB");
  set("wal_init_zero", "off"); // zeroing a new segment would hold up every commit for 50 ms
  set("checkpoint_timeout", "15min");
  // The kernel would gather half a minute of written pages and write them at once, while commits
  // wait behind them in the same queue.
  set("backend_flush_after", "512kB");
  set("synchronous_commit", "on");
  set("fsync", options_.durable ? "on" : "off");
  set("full_page_writes", options_.durable ? "on" : "off");
  set("jit", "off");
  set("max_parallel_workers_per_gather", "0");
  set("autovacuum_naptime", "15s");
  set("work_mem", "32MB");
  set("timezone", "UTC");
  set("logging_collector", "off");
  set("log_min_messages", "warning");
  // Neither statements nor row values into the log: they hold phone numbers.
  set("log_min_error_statement", "panic");
  set("log_error_verbosity", "terse");
  set("update_process_title", "off");
  return all;
}

core::status embedded_cluster::start_server() {
  std::error_code ignored;
  constexpr std::uintmax_t log_size_max = 10U << 20U;
  if (fs::file_size(log_, ignored) > log_size_max)
    fs::resize_file(log_, 0, ignored);
  auto child = process::start_child({.arguments = server_arguments(),
                                     .working_directory = "/",
                                     .output = log_,
                                     .user = user_,
                                     .death_signal = SIGINT});
  if (!child)
    return child.error();
  server_ = *child;
  conninfo_ = conninfo_of(sockets_, "stentor");
  const auto until = std::chrono::steady_clock::now() + options_.start_timeout;
  while (PQping(conninfo_of(sockets_, "postgres").c_str()) != PQPING_OK) {
    if (!running())
      return problem("the server did not start", log_tail());
    if (std::chrono::steady_clock::now() > until)
      return problem("the server did not answer in time", log_tail());
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return core::ok{};
}

core::status embedded_cluster::make_database() {
  auto db = connection::open({.conninfo = conninfo_of(sockets_, "postgres")});
  if (!db)
    return db.error();
  auto there = db->query(sql_script("cluster_has_database"));
  if (!there)
    return there.error();
  return there->empty() ? db->run(sql_script("cluster_make_database")) : core::status{core::ok{}};
}

bool embedded_cluster::running() {
  if (server_ != 0 && process::wait_child(server_, std::chrono::milliseconds{0}))
    server_ = 0;
  return server_ != 0;
}

core::status embedded_cluster::restart() {
  if (running())
    return core::ok{};
  return start_server();
}

std::string embedded_cluster::log_tail() const {
  return "see " + log_.string() + ":" + process::log_tail(log_, 5, "  ");
}

void embedded_cluster::stop() noexcept {
  if (!running())
    return;
  kill(server_, SIGINT); // fast: PostgreSQL's documentation, 19.5
  if (!process::wait_child(server_, std::chrono::seconds{60})) {
    kill(server_, SIGQUIT);
    static_cast<void>(process::wait_child(server_, std::chrono::seconds{10}));
  }
  server_ = 0;
}

} // namespace stentor::postgres
