#pragma once
/// Where one process after the other runs, and what stays when one dies. One thread.

#include "tests/model/flights.hpp"
#include "tests/simulation/process/node.hpp"
#include "tests/simulation/process/wire.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace stentor::simulation {

struct place {
  place(timeline& time_, meta& other_side, const plan& of, int no_)
      : time{time_}, no{no_}, way{time_, other_side, dice{of.seed}, no_} {}

  /// Its process starts, and meets the locks that were there before.
  void start(std::unique_ptr<node> next) {
    process = std::move(next);
    stopping = stopped = false;
    started = time.now();
    for (const auto& [store, until] : std::exchange(locks, {}))
      if (until > started)
        process->hold_up(store, until - started);
  }

  timeline& time;
  int no;
  int starts = 0;
  network way;
  flight_file flights;
  std::map<std::string, core::steady_time> locks; ///< for the next process
  std::unique_ptr<node> process;
  bool stopping = false, stopped = false;
  core::steady_time started{}, stop_asked{};
};

} // namespace stentor::simulation
