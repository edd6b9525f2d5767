#pragma once
/// The simulated Meta in this process, on a thread of its own: its faults, its figures and its
/// record of what was sent, also of simulators that were stopped meanwhile. One thread.

#include "bench/simulator/ground_truth.hpp"
#include "bench/simulator/simulator.hpp"
#include "stentor/ports/delivery/flight_recorder.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"
#include "tests/support/admin_client.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stentor::testing {

class simulator_handle {
public:
  /// @param settings without port and seed, which every start gives anew
  explicit simulator_handle(load::simulator_settings settings);
  ~simulator_handle();
  simulator_handle(const simulator_handle&) = delete;
  simulator_handle& operator=(const simulator_handle&) = delete;

  /// Always on the port of the first start.
  void start();
  void stop();
  [[nodiscard]] bool running() const noexcept { return simulator_ != nullptr; }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }

  void faults(const json& changes);
  /// Ordinary life: few replies and stops, no fault.
  void forget_faults();
  json metrics();
  /// All that came since the test began.
  load::ground_truth truth();
  /// A test begins: what came before is not told any more.
  void begin_test() { begin_ = whole_truth().requests.size(); }

private:
  struct silent_stops;
  struct silent_outcomes;
  answer control(const std::string& method, const std::string& path, const std::string& body);
  load::ground_truth whole_truth();

  load::simulator_settings settings_;
  std::unique_ptr<silent_stops> stops_;
  std::unique_ptr<silent_outcomes> outcomes_;
  ports::no_flight_recorder flights_;
  std::unique_ptr<load::meta_simulator> simulator_;
  std::unique_ptr<ports::gateway> wire_;
  std::string url_, certificate_;
  std::vector<load::ground_truth> past_; ///< of simulators that were stopped
  std::size_t begin_ = 0;                ///< requests before this test
};

} // namespace stentor::testing
