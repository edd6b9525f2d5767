#pragma once
/// Connections between a process and Meta, in virtual time: bytes arrive late and in order, or not
/// at all when one breaks. One thread.

#include "tests/simulation/meta/meta.hpp"
#include "tests/simulation/meta/server_session.hpp"
#include "tests/simulation/run/timeline.hpp"

#include "adapters/http2/transport.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stentor::simulation {

/// What the wires ask of the process that they belong to.
class wire_end {
public:
  virtual ~wire_end() = default;
  /// Runs `arrived` in the process's next turn, unless it is dead by then.
  virtual void in_turn(std::function<void()> arrived) = 0;
  [[nodiscard]] virtual departure departure_of_now() = 0;
  /// A request's bytes leave.
  virtual void on_departure() = 0;
};

class wire;

/// All wires of one process.
class network {
public:
  network(timeline& time, meta& other_side, dice luck, int node)
      : time_{time}, meta_{other_side}, luck_{luck}, node_{node} {}

  [[nodiscard]] std::shared_ptr<http2::transport> connect(http2::transport_listener& listener,
                                                          std::weak_ptr<wire_end> end);
  /// Everything breaks; what is on the way may arrive or not.
  void cut();
  void goaway();
  void make_unreachable(span lasts);
  void heal() { unreachable_until_ = {}; }

  [[nodiscard]] bool reachable() const noexcept { return time_.now() >= unreachable_until_; }

private:
  friend class wire;
  timeline& time_;
  meta& meta_;
  dice luck_;
  int node_;
  std::uint64_t next_ = 0;
  core::steady_time unreachable_until_{};
  std::vector<std::weak_ptr<wire>> wires_;
};

} // namespace stentor::simulation
