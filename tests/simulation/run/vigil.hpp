#pragma once
/// What must be so at every moment of a run, unless something hinders it just then. Each kind of
/// fault is told once. One thread.

#include "tests/simulation/process/node.hpp"
#include "tests/simulation/run/report.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::simulation {

class vigil {
public:
  vigil(const timeline& time, const plan& of, const world& database)
      : time_{time}, plan_{of}, world_{database} {}

  /// For so long nothing can be expected of whoever needs the database.
  void hinder(span lasts) { extend(hindered_until_, lasts); }
  /// For so long somebody does nothing at all.
  void freeze(span lasts) {
    extend(still_until_, lasts);
    hinder(lasts);
  }
  /// For so long one store waits: whoever starts may need it, unless it is the projector.
  void slow_down(std::string_view store, span lasts) {
    if (store != "projector")
      extend(slow_until_, lasts);
  }

  void look(const node& process, core::steady_time started, bool ends);
  void look_at_claims();
  [[nodiscard]] std::vector<violation> take() { return std::exchange(found_, {}); }

private:
  void extend(core::steady_time& until, span lasts) const {
    until = std::max(until, time_.now() + lasts);
  }
  void violate(violation what);
  void opens(const node& process, core::steady_time started);
  void keeps_its_leases(const node& process);
  void tells_of_silence(const node& process);

  const timeline& time_;
  const plan& plan_;
  const world& world_;
  core::steady_time hindered_until_ = steady_begin, slow_until_ = steady_begin,
                    still_until_ = steady_begin;
  std::map<core::number_no, lease_row> leases_; ///< as they were at the last look
  std::set<std::string> told_;
  std::vector<violation> found_;
};

} // namespace stentor::simulation
