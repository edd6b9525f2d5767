#include "bench/simulator/server/tcp_sockets.hpp"

#include <charconv>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace stentor::load {
namespace {

/// The states of proc(5), /proc/net/tcp, as the kernel's tcp_states.h numbers them.
constexpr std::string_view established = "01";
constexpr std::string_view close_wait = "08";

int port_of(std::string_view address) {
  int port = 0;
  const auto colon = address.find(':');
  if (colon != std::string_view::npos)
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port, 16);
  return port;
}

} // namespace

bool has_connections(int port) {
  std::ifstream table{"/proc/net/tcp"};
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream fields{line};
    std::string slot, local, remote, state;
    fields >> slot >> local >> remote >> state;
    if (port_of(local) == port && (state == established || state == close_wait))
      return true;
  }
  return false;
}

} // namespace stentor::load
