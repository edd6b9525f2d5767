#include "bench/simulator/server/http2_server.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stentor::load {
namespace {

core::error listen_error(const simulator_settings& settings, const char* why) {
  return {core::errc::unavailable, "the simulator cannot listen on " + settings.host + ":" +
                                       std::to_string(settings.port) + ": " + why};
}

std::uint16_t port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&address)->sin6_port
                                             : reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

} // namespace

struct http2_server::peer final : socket_listener {
  peer(http2_server& owner, int socket, std::uint32_t number)
      : server{owner}, connection{socket, number, owner.tls_.get(), owner.connection_settings_,
                                  owner.handler_} {}
  void ready(std::uint32_t events) override { server.serve(*this, events); }

  http2_server& server;
  http2_connection connection;
  bool watching_writes = false;
};

http2_server::http2_server(event_loop& loop, http2_handler& handler)
    : loop_{loop}, handler_{handler} {}

http2_server::~http2_server() {
  if (listener_ >= 0)
    ::close(listener_);
}

core::status http2_server::listen(const simulator_settings& settings) {
  connection_settings_.max_concurrent_streams = settings.max_concurrent_streams;
  if (settings.tls) {
    files_ = {settings.certificate_file, settings.key_file};
    if (files_.certificate.empty()) {
      auto made =
          make_certificate(settings.certificate_folder.empty() ? "." : settings.certificate_folder);
      if (!made)
        return made.error();
      files_ = *made;
    }
    auto context = make_server_context(files_);
    if (!context)
      return context.error();
    tls_ = std::move(*context);
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const auto service = std::to_string(settings.port);
  if (const int failed = ::getaddrinfo(settings.host.c_str(), service.c_str(), &hints, &found);
      failed != 0)
    return listen_error(settings, ::gai_strerror(failed));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> address{found, &::freeaddrinfo};
  listener_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (listener_ < 0 || ::bind(listener_, found->ai_addr, found->ai_addrlen) != 0 ||
      ::listen(listener_, 512) != 0)
    return listen_error(settings, std::strerror(errno));
  port_ = port_of(listener_);
  loop_.watch(listener_, EPOLLIN, *this);
  return core::ok{};
}

void http2_server::ready(std::uint32_t) {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0)
      return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    peers_.push_back(
        std::make_unique<peer>(*this, socket, static_cast<std::uint32_t>(peers_.size())));
    ++open_;
    loop_.watch(socket, EPOLLIN, *peers_.back());
    touch(peers_.back()->connection);
  }
}

http2_connection* http2_server::find(std::uint32_t number) {
  return number < peers_.size() && peers_[number] ? &peers_[number]->connection : nullptr;
}

void http2_server::touch(http2_connection& connection) {
  if (connection.dirty)
    return;
  connection.dirty = true;
  dirty_.push_back(peers_[connection.number()].get());
}

void http2_server::serve(peer& which, std::uint32_t events) {
  if (!peers_[which.connection.number()])
    return; // closed earlier in this turn
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !which.connection.read())
    return close(which);
  touch(which.connection);
}

void http2_server::close(peer& which) {
  auto& place = peers_[which.connection.number()];
  if (!place)
    return;
  loop_.forget(which.connection.socket());
  closed_.push_back(std::move(place));
  --open_;
}

void http2_server::end_turn() {
  for (auto* each : dirty_) {
    auto& connection = each->connection;
    connection.dirty = false;
    if (!peers_[connection.number()])
      continue;
    if (!connection.flush()) {
      close(*each);
      continue;
    }
    if (connection.wants_write() != each->watching_writes) {
      each->watching_writes = connection.wants_write();
      loop_.change(connection.socket(), EPOLLIN | (each->watching_writes ? EPOLLOUT : 0U), *each);
    }
  }
  dirty_.clear();
  closed_.clear();
}

void http2_server::go_away_all() {
  for (auto& each : peers_)
    if (each) {
      each->connection.go_away();
      touch(each->connection);
    }
}

void http2_server::reset_all() {
  for (auto& each : peers_)
    if (each) {
      each->connection.abort();
      touch(each->connection);
    }
}

} // namespace stentor::load
