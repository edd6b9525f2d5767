/// The proxy between real sockets, and between libpq and a real PostgreSQL.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/cluster/embedded_cluster.hpp"
#include "adapters/process/temporary_folder.hpp"
#include "bench/proxy/fault_proxy.hpp"

#include <gtest/gtest.h>

#include <libpq-fe.h>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

using namespace stentor;
using namespace stentor::load;
using namespace std::chrono_literals;

namespace {

constexpr int soon_ms = 5'000; ///< what must come
constexpr int never_ms = 150;  ///< what must not

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return at;
}

/// A blocking socket.
struct peer {
  explicit peer(int handle) : fd{handle} {}
  peer(peer&& other) noexcept : fd{std::exchange(other.fd, -1)} {}
  peer& operator=(peer&&) = delete;
  ~peer() {
    if (fd >= 0)
      ::close(fd);
  }
  static peer connected_to(std::uint16_t port) {
    peer made{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const auto at = loopback(port);
    EXPECT_EQ(::connect(made.fd, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    return made;
  }
  void send(const std::string& bytes) const {
    EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  [[nodiscard]] bool has_something(int within_ms) const {
    pollfd look{fd, POLLIN, 0};
    return ::poll(&look, 1, within_ms) == 1;
  }
  /// "" at the end, "reset" when it was reset, "nothing" when nothing comes.
  [[nodiscard]] std::string receive(int within_ms = soon_ms) const {
    if (!has_something(within_ms))
      return "nothing";
    char buffer[4096];
    const auto got = ::recv(fd, buffer, sizeof buffer, 0);
    return got < 0 ? "reset" : std::string(buffer, static_cast<std::size_t>(got));
  }
  /// As the kernel ends what a killed process had not read to the end.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(fd, -1));
  }
  int fd;
};

struct server {
  server() : listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    auto at = loopback(0);
    EXPECT_EQ(::bind(listener.fd, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
    EXPECT_EQ(::listen(listener.fd, 8), 0);
    socklen_t size = sizeof at;
    EXPECT_EQ(::getsockname(listener.fd, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port = ntohs(at.sin_port);
  }
  [[nodiscard]] peer accept() const {
    EXPECT_TRUE(listener.has_something(soon_ms));
    return peer{::accept4(listener.fd, nullptr, nullptr, SOCK_CLOEXEC)};
  }
  peer listener;
  std::uint16_t port = 0;
};

bool comes_true(const std::function<bool()>& condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds{soon_ms};
  while (!condition() && std::chrono::steady_clock::now() < until)
    std::this_thread::yield();
  return condition();
}

/// A client and a server with the proxy between them.
struct pair {
  server target;
  std::unique_ptr<fault_proxy> proxy =
      std::move(*fault_proxy::start({.target = {.port = target.port}}));
  peer client = peer::connected_to(proxy->port());
  peer other = target.accept();
};

} // namespace

TEST(fault_proxy, hands_bytes_and_ends_on_in_both_directions) {
  pair p;
  p.client.send("question");
  EXPECT_EQ(p.other.receive(), "question");
  p.other.send("answer");
  EXPECT_EQ(p.client.receive(), "answer");
  EXPECT_EQ(p.proxy->open_now(), 1U);
  ::shutdown(p.client.fd, SHUT_WR);
  EXPECT_EQ(p.other.receive(), "");
  p.other.send("last words");
  EXPECT_EQ(p.client.receive(), "last words") << "half of a connection may live on";
  EXPECT_EQ(p.proxy->connections(), 1U);
}

TEST(fault_proxy, cuts_both_sides_with_a_reset) {
  pair p;
  p.client.send("x");
  EXPECT_EQ(p.other.receive(), "x");
  p.proxy->cut();
  EXPECT_EQ(p.client.receive(), "reset");
  EXPECT_EQ(p.other.receive(), "reset");
  EXPECT_EQ(p.proxy->cuts(), 1U);
  const auto again = peer::connected_to(p.proxy->port());
  const auto taken = p.target.accept();
  again.send("y");
  EXPECT_EQ(taken.receive(), "y") << "a new connection is a new chance";
}

TEST(fault_proxy, stalls_one_direction_and_loses_nothing) {
  pair p;
  p.proxy->befall(flow::to_client, {.stalled = true});
  p.client.send("question");
  EXPECT_EQ(p.other.receive(), "question") << "the other direction flows";
  p.other.send("answer");
  EXPECT_EQ(p.client.receive(never_ms), "nothing");
  EXPECT_TRUE(p.proxy->held().empty()) << "what the target sees is not delayed";
  p.proxy->heal();
  EXPECT_EQ(p.client.receive(), "answer");
  p.proxy->befall(flow::both, {.stalled = true});
  p.client.send("late");
  EXPECT_EQ(p.other.receive(never_ms), "nothing");
  p.proxy->heal();
  EXPECT_EQ(p.other.receive(), "late");
  const auto times = p.proxy->held();
  ASSERT_EQ(times.size(), 1U);
  EXPECT_GE(times[0].until_us - times[0].from_us, never_ms * 1000);
}

TEST(fault_proxy, hands_on_what_a_dead_client_had_written) {
  for (const trouble& what : {trouble{.stalled = true}, trouble{.delay = 100ms}}) {
    pair p;
    p.proxy->befall(flow::both, what);
    p.client.send("already read; ");
    p.other.send("answer");
    p.client.send("still in the kernel");
    p.client.reset();
    EXPECT_EQ(p.other.receive(50), "nothing");
    if (what.stalled)
      p.proxy->heal();
    std::string all;
    for (std::string piece = p.other.receive(); !piece.empty(); piece = p.other.receive()) {
      ASSERT_NE(piece, "nothing");
      ASSERT_NE(piece, "reset");
      all += piece;
    }
    EXPECT_EQ(all, "already read; still in the kernel");
    p.other.send("to nobody");
    p.other.reset();
    EXPECT_TRUE(comes_true([&] { return p.proxy->open_now() == 0; }));
  }
}

TEST(fault_proxy, hands_on_what_a_dead_server_had_answered) {
  pair p;
  p.proxy->befall(flow::to_client, {.stalled = true});
  p.other.send("answer");
  p.other.reset();
  p.client.send("to nobody");
  EXPECT_EQ(p.client.receive(never_ms), "nothing");
  p.proxy->heal();
  EXPECT_EQ(p.client.receive(), "answer");
  EXPECT_EQ(p.client.receive(), "");
  p.client.reset();
  EXPECT_TRUE(comes_true([&] { return p.proxy->open_now() == 0; }));
}

TEST(fault_proxy, slows_down) {
  pair p;
  p.proxy->befall(flow::to_target, {.delay = 200ms});
  const auto begin = std::chrono::steady_clock::now();
  p.client.send("x");
  EXPECT_EQ(p.other.receive(), "x");
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 200ms);
  p.proxy->befall(flow::to_target, {.bytes_per_s = 10'000});
  const auto slowly = std::chrono::steady_clock::now();
  p.client.send(std::string(3000, 'y'));
  std::size_t got = 0;
  while (got < 3000)
    got += p.other.receive().size();
  EXPECT_GE(std::chrono::steady_clock::now() - slowly, 250ms);
}

TEST(fault_proxy, refuses_until_it_heals) {
  pair p;
  p.proxy->refuse();
  EXPECT_EQ(peer::connected_to(p.proxy->port()).receive(), "reset");
  p.client.send("x");
  EXPECT_EQ(p.other.receive(), "x") << "what is open stays";
  p.proxy->heal();
  const auto again = peer::connected_to(p.proxy->port());
  again.send("y");
  EXPECT_EQ(p.target.accept().receive(), "y");
}

TEST(fault_proxy, ends_a_client_whose_target_is_not_there) {
  std::uint16_t nobody = 0;
  {
    const server gone;
    nobody = gone.port;
  }
  const auto proxy = std::move(*fault_proxy::start({.target = {.port = nobody}}));
  EXPECT_NE(peer::connected_to(proxy->port()).receive(), "nothing");
}

TEST(fault_proxy, lets_postgresql_commit_and_keeps_the_answer) {
  const process::temporary_folder where{"stentor-proxy"};
  postgres::cluster_options options;
  options.folder = where.path() / "state";
  options.durable = false;
  const auto cluster = postgres::embedded_cluster::start(options);
  ASSERT_TRUE(cluster.ok()) << cluster.error().message;
  const std::unique_ptr<PGconn, decltype(&PQfinish)> beside{
      PQconnectdb((*cluster)->conninfo().c_str()), &PQfinish};
  const auto made = fault_proxy::start(
      {.target = {.socket = std::string{PQhost(beside.get())} + "/.s.PGSQL.5432"},
       .postgres = true});
  ASSERT_TRUE(made.ok()) << made.error().message;
  const auto& proxy = *made;
  const auto conninfo =
      "host=127.0.0.1 port=" + std::to_string(proxy->port()) + " user=stentor dbname=stentor";
  auto db = postgres::connection::open({.conninfo = conninfo});
  ASSERT_TRUE(db.ok()) << db.error().message;
  ASSERT_TRUE(db->run("CREATE TABLE t (n int)").ok());

  auto t = postgres::transaction::begin(*db);
  ASSERT_TRUE(t.ok());
  proxy->cut_behind_commit();
  ASSERT_TRUE(db->run("INSERT INTO t VALUES (1)").ok()) << "not durable yet";
  const auto committed = t->commit();
  ASSERT_FALSE(committed.ok()) << "the client never learns of it";
  EXPECT_EQ(committed.error().code, core::errc::unavailable);
  EXPECT_EQ(proxy->commits(), 1U);

  ASSERT_TRUE(db->reconnect().ok()) << "once only";
  auto rows = db->query("SELECT count(*) FROM t");
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->text(0, 0), "1") << "but it happened";

  proxy->cut_behind_commit();
  EXPECT_FALSE(db->run("INSERT INTO t VALUES (2)").ok());
  ASSERT_TRUE(db->reconnect().ok());
  rows = db->query("SELECT count(*) FROM t");
  EXPECT_EQ(rows->text(0, 0), "2");
}
