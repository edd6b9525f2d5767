#pragma once
/// What a torture run has shown: figures of what was done, the checker's report, and the promises
/// that only a process can break. Pure; any thread.

#include "bench/checker/truth_report.hpp"
#include "bench/torture/torture_settings.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::load {

struct torture_report {
  torture_settings settings;
  truth_report truth;
  std::map<std::string_view, unsigned> deeds; ///< by to_string(deed)
  unsigned daemon_crashes = 0;
  unsigned database_crashes = 0;
  unsigned connections_cut = 0;
  unsigned commits_lost = 0; ///< COMMITs whose answer never came
  unsigned gave_up = 0;      ///< ends of the daemon with a word why, as when PostgreSQL is away
  unsigned odd_messages = 0; ///< that no database takes as they are, answered
  unsigned stops = 0, pauses = 0, resumes = 0, cancels = 0; ///< by the API, answered
  double seconds = 0;
  std::int64_t slowest_start_ms = 0; ///< from exec to ready, while nothing else hindered
  std::int64_t memory_peak = 0;      ///< of any daemon, bytes
  // Promises.
  unsigned died = 0;               ///< ended by a signal that nobody sent
  unsigned hung = 0;               ///< still there 30 s after SIGTERM
  std::vector<std::string> leaked; ///< places, without what leaked
  std::vector<std::string> notes;  ///< for people: what else was odd
  std::string folder;              ///< where everything lies, when it stays
};

/// Whether every promise was kept, the limit of doubts included.
[[nodiscard]] bool clean(const torture_report& report);
[[nodiscard]] std::string to_text(const torture_report& report);
[[nodiscard]] std::string to_json(const torture_report& report);

} // namespace stentor::load
