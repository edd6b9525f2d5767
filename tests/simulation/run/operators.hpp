#pragma once
/// People at the API of a process: they pause, resume, cancel, stop and reload, and remember what
/// they heard. One thread.

#include "tests/simulation/meta/truth.hpp"
#include "tests/simulation/process/node.hpp"
#include "tests/simulation/run/orders.hpp"

#include <vector>

namespace stentor::simulation {

class operators {
public:
  /// @param of_rates the share of the limits that the configuration file says
  operators(const timeline& time, trace& log, const plan& of, const world& database, truth& known,
            double& of_rates)
      : time_{time}, log_{log}, plan_{of}, world_{database}, truth_{known}, of_rates_{of_rates} {}

  void press(const incident& one, node& at);
  /// What stands still is resumed.
  void set_going(node& at);

  [[nodiscard]] const std::vector<operators_order>& orders() const noexcept { return orders_; }
  [[nodiscard]] const std::vector<limit_change>& limits() const noexcept { return limits_; }

private:
  void order(node& at, core::campaign_no campaign, core::campaign_command command);
  void stop_a_person(node& at, std::uint32_t whom);
  void lift_a_stop(node& at, std::uint32_t whom);

  const timeline& time_;
  trace& log_;
  const plan& plan_;
  const world& world_;
  truth& truth_;
  double& of_rates_;
  std::vector<operators_order> orders_;
  std::vector<limit_change> limits_;
};

} // namespace stentor::simulation
