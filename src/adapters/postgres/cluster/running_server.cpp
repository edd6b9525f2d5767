#include "adapters/postgres/cluster/running_server.hpp"

#include "adapters/postgres/client/connection.hpp"

#include <array>
#include <charconv>
#include <fstream>
#include <system_error>

namespace stentor::postgres {

namespace {

struct pid_file {
  pid_t pid = 0;
  int port = 0;
  std::string socket_folder; ///< empty until the server listens
};

int number_of_line(const std::string& text) {
  int n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

/// Line 1 is the process, line 4 the port, line 5 the socket's folder (PostgreSQL's miscadmin.h).
pid_file read_pid_file(const std::filesystem::path& data_folder) {
  std::ifstream file{data_folder / "postmaster.pid"};
  std::array<std::string, 5> lines;
  for (auto& line : lines)
    std::getline(file, line);
  return {number_of_line(lines[0]), number_of_line(lines[3]), lines[4]};
}

std::filesystem::path data_folder_of(const std::filesystem::path& state_folder) {
  return state_folder / "database";
}

} // namespace

std::string conninfo_of(const std::filesystem::path& socket_folder, const std::string& database,
                        int port) {
  std::string host;
  for (const char c : socket_folder.string()) {
    if (c == '\'' || c == '\\')
      host += '\\';
    host += c;
  }
  return "host='" + host + "' port=" + std::to_string(port) + " user=stentor dbname=" + database;
}

pid_t server_of(const std::filesystem::path& data_folder) {
  const auto pid = read_pid_file(data_folder).pid;
  if (pid <= 1)
    return 0;
  std::error_code ignored;
  const auto where =
      std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/cwd", ignored);
  return std::filesystem::equivalent(where, data_folder, ignored) ? pid : 0;
}

pid_t running_server(const std::filesystem::path& state_folder) {
  return server_of(data_folder_of(state_folder));
}

std::optional<std::string> running_conninfo(const std::filesystem::path& state_folder) {
  const auto file = read_pid_file(data_folder_of(state_folder));
  if (file.socket_folder.empty())
    return std::nullopt;
  auto conninfo = conninfo_of(file.socket_folder, "stentor", file.port);
  // A killed server leaves its file behind, so only an answer counts.
  const auto probe = connection::open({.conninfo = conninfo, .application_name = "stentor probe"});
  return probe ? std::optional{std::move(conninfo)} : std::nullopt;
}

} // namespace stentor::postgres
