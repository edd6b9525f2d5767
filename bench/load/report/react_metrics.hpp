#pragma once
/// How soon the daemon did what it was told, by what arrived and when. Pure functions.

#include "bench/checker/truth_report.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::load {

/// What the scenario did and when; all times are Unix microseconds of now_us().
struct react_moments {
  /// A pause, and the resumption that ended it.
  struct round {
    std::int64_t pause_us = 0;    ///< the request was sent
    std::int64_t answered_us = 0; ///< the pause was confirmed
    std::int64_t resume_us = 0;   ///< the request was sent
  };
  std::int64_t launch_us = 0;   ///< the request to send was sent
  std::int64_t launched_us = 0; ///< it was answered
  std::vector<round> rounds;
  std::int64_t killed_us = 0;    ///< just before SIGKILL
  std::int64_t restarted_us = 0; ///< just before the new process is made
  std::int64_t ready_us = 0;     ///< it said that it can send
};

/// Each in milliseconds from its cause to the arrival at the simulator.
struct react_times {
  double start_ms = 0;
  double start_answer_ms = 0;
  std::vector<double> pause_ms; ///< until the last message, one a round; 0: none came any more
  std::vector<double> pause_answer_ms;
  std::vector<double> resume_ms; ///< until the first message, one a round
  double restart_ms = 0;         ///< likewise, from the new process on
  double restart_ready_ms = 0;
  double kill_ms = 0; ///< likewise, from the kill on
  /// Messages that certainly came later than a second after a pause was confirmed.
  std::uint64_t late_messages = 0;
};

/// @return invalid when something was waited for that never came
[[nodiscard]] core::result<react_times> react_times_of(const ground_truth& facts,
                                                       const react_moments& moments);

struct react_measure {
  std::uint64_t recipients = 0;
  std::uint64_t numbers = 0;
  double number_rate = 0; ///< messages per second of one number
  bool tls = true;
  double import_s = 0;
  std::string status; ///< of the campaign, at the end
  react_times times;
  truth_report truth;
};

/// True when nothing was lost, sent twice, too fast, or while it was paused.
[[nodiscard]] bool clean(const react_measure& m);
[[nodiscard]] std::string to_text(const react_measure& m);
/// One JSON object on one line.
[[nodiscard]] std::string to_json(const react_measure& m);

} // namespace stentor::load
