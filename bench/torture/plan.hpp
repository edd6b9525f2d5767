#pragma once
/// What is done to the processes and to the bytes between them, and when: a function of the seed.
/// Pure; any thread.

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace stentor::load {

enum class deed : std::uint8_t {
  // The daemon as a process. The first two are its crashes.
  kill_daemon,
  kill_starting_daemon, ///< shortly after its start, whatever it is about
  terminate_daemon,
  freeze_daemon,
  reload_daemon,
  // PostgreSQL as a process. These are its crashes.
  stop_database_fast,
  stop_database_at_once,
  kill_database,
  // The bytes between daemon and PostgreSQL.
  cut_database,
  stall_database,
  stall_database_answers,
  slow_database,
  lose_commit, ///< it commits, and the answer never comes
  lock_row,    ///< somebody else holds a campaign's row
  // Between daemon and Meta.
  cut_meta,
  stall_meta,
  stall_meta_answers,
  slow_meta,
  refuse_meta,
  // Between Meta's webhooks and the daemon.
  cut_webhooks,
  stall_webhooks,
  slow_webhooks,
};

[[nodiscard]] std::string_view to_string(deed what);
[[nodiscard]] bool crashes_daemon(deed what);
[[nodiscard]] bool crashes_database(deed what);

struct plan_step {
  deed what = deed::kill_daemon;
  std::uint64_t messages = 0;          ///< so many more are sent before it is done
  std::chrono::milliseconds length{0}; ///< how long it goes on, or a process stays away
  unsigned node = 0;                   ///< which daemon, if it is one's
};

struct plan_settings {
  std::uint64_t seed = 1;
  unsigned crashes = 500;         ///< of the daemon
  unsigned database_crashes = 50; ///< of PostgreSQL
  std::uint64_t recipients = 200'000;
  double others_per_crash = 1.5;            ///< of all other deeds, on the average
  unsigned nodes = 1;                       ///< daemons on the database
  std::chrono::milliseconds long_freeze{0}; ///< one of them stands still for so long, once
  std::chrono::milliseconds lease{3'000};   ///< of a number: some stalls are shorter, some longer
};

/// Exactly so many crashes of each kind; everything is over when most of the list has been sent.
[[nodiscard]] std::vector<plan_step> make_plan(const plan_settings& settings);

} // namespace stentor::load
