#pragma once
/// The simulated Meta as a library: the same as `stentor-load simulate-meta`, on a thread of its
/// own, for tests. Thread contract: start() and stop() from one thread; the rest from any.

#include "bench/simulator/ground_truth.hpp"
#include "bench/simulator/settings.hpp"
#include "stentor/core/base/result.hpp"

#include <memory>
#include <string>

namespace stentor::load {

class meta_simulator {
public:
  explicit meta_simulator(simulator_settings settings);
  ~meta_simulator();
  meta_simulator(const meta_simulator&) = delete;
  meta_simulator& operator=(const meta_simulator&) = delete;

  /// Listens, then serves on a new thread.
  core::status start();
  /// Serves on this thread until stop(), after listen().
  core::status listen();
  void run();
  /// Ends run() from any thread, or from a signal handler; joins the thread of start().
  void stop();

  [[nodiscard]] std::uint16_t port() const;
  /// The base URL for clients: https:// or http://, host and port.
  [[nodiscard]] std::string url() const;
  /// The file that clients have to trust; empty without TLS.
  [[nodiscard]] std::string certificate() const;
  /// What was accepted and acknowledged, after stop().
  [[nodiscard]] core::result<ground_truth> record();

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stentor::load
