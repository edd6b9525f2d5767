#include "tests/simulation/process/gateway.hpp"

#include "adapters/meta/messages/answer_reader.hpp"

#include <utility>

namespace stentor::simulation {

namespace {

core::url simulated_url() {
  core::url url;
  url.scheme = "http";
  url.host = "meta.invalid";
  url.port = 80;
  return url;
}

} // namespace

gateway::gateway(http2::gateway_settings settings, http2::surroundings on,
                 const ports::stop_list& stops, ports::gateway_listener& listener,
                 std::function<void()> turn_wanted)
    : turn_wanted_{std::move(turn_wanted)}, client_{std::move(settings),
                                                    simulated_url(),
                                                    std::move(on),
                                                    stentor::meta::make_answer_reader(),
                                                    stops,
                                                    listener} {}

void gateway::order(std::function<void(http2::client&)> what) {
  orders_.push_back(std::move(what));
  turn_wanted_();
}

void gateway::arrived(std::function<void()> what) {
  arrivals_.push_back(std::move(what));
  turn_wanted_();
}

core::steady_time gateway::turn() {
  client_.look_at_the_clock();
  for (const auto& what : std::exchange(arrivals_, {}))
    what();
  for (const auto& what : std::exchange(orders_, {}))
    what(client_);
  client_.turn();
  return client_.next_turn();
}

} // namespace stentor::simulation
