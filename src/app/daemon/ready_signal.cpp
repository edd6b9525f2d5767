#include "app/daemon/ready_signal.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace stentor::app {

void tell_manager(std::string_view state) noexcept {
  const char* name = std::getenv("NOTIFY_SOCKET");
  sockaddr_un to{};
  if (name == nullptr || (*name != '/' && *name != '@') || std::strlen(name) >= sizeof to.sun_path)
    return;
  to.sun_family = AF_UNIX;
  const auto length = std::strlen(name);
  std::memcpy(to.sun_path, name, length);
  if (to.sun_path[0] == '@')
    to.sun_path[0] = '\0'; // an abstract name
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0)
    return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  static_cast<void>(::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&to), size));
  ::close(socket);
}

} // namespace stentor::app
