#include "adapters/http2/network.hpp"

#include "adapters/http2/socket_transport.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

namespace stentor::http2 {

namespace asio = boost::asio;

namespace {

constexpr int handlers_per_turn = 256; // so that a flood of input cannot keep commands waiting

surroundings on_sockets(asio::io_context& io, const core::url& base,
                        std::shared_ptr<tls_context> tls, std::function<core::steady_time()> clock,
                        ports::flight_recorder& flights) {
  return {.connect = [&io, tls = std::move(tls), host = base.host, port = base.port,
                      clock](transport_listener& listener) -> std::shared_ptr<transport> {
            return std::make_shared<socket_transport>(io, tls, host, port, listener, clock);
          },
          .clock = std::move(clock),
          .seed = std::random_device{}(),
          .flights = flights};
}

} // namespace

network::network(gateway_settings settings, core::url base, std::shared_ptr<tls_context> tls,
                 std::unique_ptr<ports::answer_reader> reader, const ports::stop_list& stops,
                 ports::gateway_listener& listener, ports::flight_recorder& flights)
    : turn_min_{settings.turn_min}, turn_min_from_open_{settings.turn_min_from_open},
      clock_{settings.clock}, work_{asio::make_work_guard(io_)}, timer_{io_},
      client_{std::move(settings), base,  on_sockets(io_, base, std::move(tls), clock_, flights),
              std::move(reader),   stops, listener} {}

void network::run() {
  while (!stopped_.load(std::memory_order_relaxed)) {
    io_.run_one();
    client_.look_at_the_clock();
    for (int i = 0; i < handlers_per_turn && io_.poll_one() != 0; ++i) {
    }
    turn();
    throttle_wakeups();
  }
  client_.drop_connections();
}

void network::stop() {
  stopped_ = true;
  asio::post(io_, [] {});
}

void network::post(std::function<void(client&)> command) {
  bool first = false;
  {
    const std::lock_guard lock{commands_guard_};
    first = commands_.empty();
    commands_.push_back(std::move(command));
  }
  if (first)
    asio::post(io_, [] {}); // the turn that follows runs it
}

void network::run_commands() {
  {
    const std::lock_guard lock{commands_guard_};
    commands_now_.swap(commands_);
  }
  for (auto& command : commands_now_)
    command(client_);
  commands_now_.clear();
}

void network::turn() {
  client_.look_at_the_clock();
  turned_ = std::chrono::steady_clock::now();
  run_commands();
  client_.turn();
  if (const auto at = client_.next_turn(); at != core::steady_time::max())
    arm(at);
}

void network::throttle_wakeups() {
  if (client_.in_flight() >= turn_min_from_open_ && !stopped_.load(std::memory_order_relaxed))
    std::this_thread::sleep_until(turned_ + turn_min_);
}

void network::arm(core::steady_time at) {
  if (at >= armed_at_)
    return;
  armed_at_ = at;
  timer_.expires_after(std::max(at - clock_(), core::steady_time::duration{}));
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled)
      armed_at_ = core::steady_time::max();
  });
}

} // namespace stentor::http2
