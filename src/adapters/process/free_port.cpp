#include "adapters/process/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stentor::process {

core::result<int> free_port() {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* raw = reinterpret_cast<sockaddr*>(&at);
  const bool found = s >= 0 && ::bind(s, raw, size) == 0 && ::getsockname(s, raw, &size) == 0;
  if (s >= 0)
    ::close(s);
  if (!found)
    return core::error{core::errc::unavailable, "there is no free port on 127.0.0.1"};
  return int{ntohs(at.sin_port)};
}

} // namespace stentor::process
