#include "tests/adapters/postgres/support/answer_cutter.hpp"

#include <array>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace stentor::postgres::testing {

namespace {

constexpr int poll_ms = 20;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    throw std::runtime_error{"the path of a socket is too long: " + path};
  path.copy(address.sun_path, path.size());
  return address;
}

const sockaddr* as_address(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

/// False when the other side has closed.
bool pass(int from, int to, std::string* seen = nullptr) {
  std::array<char, 16'384> buffer;
  const auto size = ::recv(from, buffer.data(), buffer.size(), 0);
  if (size <= 0)
    return false;
  if (seen != nullptr)
    seen->assign(buffer.data(), static_cast<std::size_t>(size));
  return to < 0 || ::send(to, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
}

bool readable(int socket) {
  pollfd one{socket, POLLIN, 0};
  return ::poll(&one, 1, poll_ms) > 0;
}

} // namespace

answer_cutter::answer_cutter(database& base) : options_{base.options()}, folder_{"cutter"} {
  const auto port = base.text("SHOW port");
  const auto folder =
      base.text("SELECT trim(both '\"' from current_setting('unix_socket_directories'))");
  server_ = folder + "/.s.PGSQL." + port;
  const auto here = folder_.path().string() + "/.s.PGSQL." + port;
  listener_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto address = address_of(here);
  if (::bind(listener_, as_address(address), sizeof address) != 0 || ::listen(listener_, 4) != 0)
    throw std::runtime_error{"no socket at " + here};
  options_.conninfo += " host=" + folder_.path().string();
  thread_ = std::thread{[this] { serve(); }};
}

answer_cutter::~answer_cutter() {
  ended_ = true;
  thread_.join();
  ::close(listener_);
}

connection_options answer_cutter::options() const {
  return options_;
}

/// One session after the other is enough.
void answer_cutter::serve() {
  while (!ended_)
    if (readable(listener_)) {
      const auto client = ::accept(listener_, nullptr, nullptr);
      forward(client);
      ::close(client);
    }
}

void answer_cutter::forward(int client) {
  const auto server = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto address = address_of(server_);
  bool alive = ::connect(server, as_address(address), sizeof address) == 0;
  while (alive && !ended_) {
    std::array<pollfd, 2> both{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (::poll(both.data(), both.size(), poll_ms) <= 0)
      continue;
    if (both[1].revents != 0)
      alive = pass(server, client);
    if (alive && both[0].revents != 0) {
      std::string asked;
      alive = pass(client, server, &asked);
      if (armed_ && asked.find("COMMIT") != std::string::npos) {
        while (!ended_ && !readable(server)) {
        }
        pass(server, -1); // the answer, which nobody hears
        armed_ = false;
        alive = false;
      }
    }
  }
  ::close(server);
}

} // namespace stentor::postgres::testing
