#include "bench/simulator/simulator.hpp"

#include "bench/simulator/meta/meta_service.hpp"

#include <thread>

namespace stentor::load {

struct meta_simulator::state {
  explicit state(simulator_settings s) : tls{s.tls}, host{s.host}, service{std::move(s)} {}
  bool tls;
  std::string host;
  meta_service service;
  std::thread thread;
};

meta_simulator::meta_simulator(simulator_settings settings)
    : state_{std::make_unique<state>(std::move(settings))} {}

meta_simulator::~meta_simulator() {
  stop();
}

core::status meta_simulator::listen() {
  return state_->service.start();
}

core::status meta_simulator::start() {
  auto started = listen();
  if (started)
    state_->thread = std::thread{[this] { run(); }};
  return started;
}

void meta_simulator::run() {
  state_->service.run();
}

void meta_simulator::stop() {
  state_->service.stop();
  if (state_->thread.joinable())
    state_->thread.join();
}

std::uint16_t meta_simulator::port() const {
  return state_->service.server().port();
}

std::string meta_simulator::url() const {
  return (state_->tls ? "https://" : "http://") + state_->host + ":" + std::to_string(port());
}

std::string meta_simulator::certificate() const {
  return state_->service.server().certificate();
}

core::result<ground_truth> meta_simulator::record() {
  return parse_ground_truth(state_->service.ground_truth_file().read_back());
}

} // namespace stentor::load
