#include "bench/proxy/fault_proxy.hpp"

#include "bench/proxy/link.hpp"

#include <boost/asio.hpp>

#include <algorithm>
#include <cstring>
#include <future>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>

namespace stentor::load {

namespace asio = boost::asio;

namespace {

/// Bytes that the kernels of both sides still held when a trouble ended.
constexpr std::int64_t drain_us = 1'000'000;

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

asio::generic::stream_protocol::endpoint endpoint_of(const proxy_address& at) {
  if (!at.socket.empty())
    return asio::local::stream_protocol::endpoint{at.socket.string()};
  return asio::ip::tcp::endpoint{asio::ip::make_address(at.host), at.port};
}

} // namespace

struct fault_proxy::state final : link_owner {
  explicit state(proxy_settings given) : settings{std::move(given)} {}

  core::status listen() {
    try {
      const auto at = endpoint_of({.port = settings.port, .socket = settings.socket});
      acceptor.open(at.protocol());
      if (settings.socket.empty())
        acceptor.set_option(asio::socket_base::reuse_address{true});
      acceptor.bind(at);
      acceptor.listen();
      target = endpoint_of(settings.target);
      if (settings.socket.empty())
        port = bound_port();
    } catch (const std::exception& problem) {
      return core::error{core::errc::unavailable,
                         std::string{"the fault proxy can't listen: "} + problem.what()};
    }
    accept();
    thread = std::thread{[this] { loop.run(); }};
    return core::ok{};
  }

  [[nodiscard]] std::uint16_t bound_port() const {
    const auto local = acceptor.local_endpoint();
    asio::ip::tcp::endpoint tcp;
    std::memcpy(tcp.data(), local.data(), std::min(local.size(), tcp.capacity()));
    return tcp.port();
  }

  void accept() {
    acceptor.async_accept([this](const boost::system::error_code& failed, stream client) {
      if (failed)
        return;
      ++connections;
      take(std::move(client));
      accept();
    });
  }

  void take(stream client) {
    if (refusing)
      return reset(client);
    auto made = std::make_shared<link>(*this, loop, std::move(client),
                                       settings.postgres ? &armed : nullptr);
    links.insert(made);
    made->start(target);
  }

  // What links ask and tell, on the loop's thread.
  [[nodiscard]] const trouble& befalls(bool to_target) const override {
    return to_target ? out : in;
  }
  void commit_kept() override { ++commits; }
  void ended(const std::shared_ptr<link>& which) override { links.erase(which); }

  /// Runs it on the loop's thread and waits for its end.
  template <class Action>
  auto on_loop(Action action) {
    using result = decltype(action());
    std::packaged_task<result()> task{std::move(action)};
    auto done = task.get_future();
    asio::post(loop, [&task] { task(); });
    return done.get();
  }

  void kick_all() {
    const std::vector<std::shared_ptr<link>> all{links.begin(), links.end()};
    for (const auto& each : all)
      each->kick();
  }

  void begin_hold() {
    if (!held_since)
      held_since = wall_us();
  }

  void end_hold() {
    if (held_since)
      times_held.push_back({*std::exchange(held_since, std::nullopt), wall_us() + drain_us});
  }

  proxy_settings settings;
  asio::io_context loop{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  asio::basic_socket_acceptor<asio::generic::stream_protocol> acceptor{loop};
  asio::generic::stream_protocol::endpoint target;
  std::uint16_t port = 0;
  std::thread thread;
  // Of the loop's thread.
  std::unordered_set<std::shared_ptr<link>> links;
  trouble out, in;
  bool refusing = false;
  bool armed = false;
  std::uint64_t connections = 0, cuts = 0, commits = 0;
  std::optional<std::int64_t> held_since;
  std::vector<held_back> times_held;
  std::vector<std::int64_t> times_cut;
};

fault_proxy::fault_proxy(std::unique_ptr<state> made) : state_{std::move(made)} {}

core::result<std::unique_ptr<fault_proxy>> fault_proxy::start(proxy_settings settings) {
  auto made = std::make_unique<state>(std::move(settings));
  if (auto listening = made->listen(); !listening)
    return listening.error();
  return std::unique_ptr<fault_proxy>{new fault_proxy{std::move(made)}};
}

fault_proxy::~fault_proxy() {
  cut();
  state_->on_loop([&] { state_->acceptor.close(); });
  state_->work.reset();
  state_->loop.stop();
  state_->thread.join();
}

std::uint16_t fault_proxy::port() const noexcept {
  return state_->port;
}

void fault_proxy::befall(flow where, const trouble& what) {
  state_->on_loop([&] {
    if (where != flow::to_client) {
      state_->out = what;
      state_->begin_hold();
    }
    if (where != flow::to_target)
      state_->in = what;
    state_->kick_all();
  });
}

void fault_proxy::lead_to(const proxy_address& target) {
  state_->on_loop([&] { state_->target = endpoint_of(target); });
}

void fault_proxy::cut() {
  state_->on_loop([&] {
    const auto all = std::exchange(state_->links, {});
    state_->cuts += all.size();
    if (!all.empty())
      state_->times_cut.push_back(wall_us());
    for (const auto& each : all)
      each->cut();
  });
}

void fault_proxy::refuse() {
  state_->on_loop([&] { state_->refusing = true; });
}

void fault_proxy::cut_behind_commit() {
  state_->on_loop([&] { state_->armed = true; });
}

void fault_proxy::heal() {
  state_->on_loop([&] {
    state_->out = state_->in = {};
    state_->refusing = false;
    state_->end_hold();
    state_->kick_all();
  });
}

std::uint64_t fault_proxy::connections() const {
  return state_->on_loop([&] { return state_->connections; });
}

std::uint64_t fault_proxy::open_now() const {
  return state_->on_loop([&] { return state_->links.size(); });
}

std::uint64_t fault_proxy::cuts() const {
  return state_->on_loop([&] { return state_->cuts; });
}

std::uint64_t fault_proxy::commits() const {
  return state_->on_loop([&] { return state_->commits; });
}

std::vector<std::int64_t> fault_proxy::cut_times() const {
  return state_->on_loop([&] { return state_->times_cut; });
}

std::vector<held_back> fault_proxy::held() const {
  return state_->on_loop([&] {
    auto all = state_->times_held;
    if (state_->held_since)
      all.push_back({*state_->held_since, wall_us()});
    return all;
  });
}

} // namespace stentor::load
