#pragma once
/// What processes used of the machine, from Linux's /proc (proc(5)): CPU time, split by role for a
/// family like PostgreSQL's, and memory. CPU time is exact to a clock tick (10 ms).
/// Thread contract: one thread.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::load {

/// The fields of /proc/PID/stat that count here; times in clock ticks.
struct process_stat {
  pid_t pid = 0;
  pid_t parent = 0;
  std::int64_t own_ticks = 0;    ///< user and system time of all its threads
  std::int64_t reaped_ticks = 0; ///< of its children that have ended
};

/// Nothing when the text is no stat line. The name may hold blanks and parentheses.
[[nodiscard]] std::optional<process_stat> parse_process_stat(std::string_view text);

/// A process and its living children.
struct family_sample {
  process_stat parent;
  std::map<pid_t, std::int64_t> children; ///< own_ticks of each
  [[nodiscard]] std::int64_t total_ticks() const;
};
[[nodiscard]] std::optional<family_sample> read_family(pid_t parent);

/// CPU time of one process so far, without its children; 0 when it is gone.
[[nodiscard]] std::int64_t cpu_us_of(pid_t pid);
/// The most memory it ever had resident (VmHWM), in bytes; 0 when it is gone.
[[nodiscard]] std::int64_t peak_memory_of(pid_t pid);
/// What it has resident now (VmRSS), in bytes; 0 when it is gone.
[[nodiscard]] std::int64_t memory_of(pid_t pid);
/// How many files and sockets it has open; 0 when it is gone.
[[nodiscard]] std::int64_t handles_of(pid_t pid);
/// Whether it blocks the signal, which waits then until it is taken; false when it is gone.
[[nodiscard]] bool blocks_signal(pid_t pid, int signal);
/// VmHWM of the text of /proc/PID/status, in bytes.
[[nodiscard]] std::int64_t parse_peak_memory(std::string_view status);
[[nodiscard]] std::int64_t microseconds_of(std::int64_t ticks);

/// How much CPU time a family used since the first look, by what its children are for. A child that
/// ended between two looks counts in full in the total, and with its role up to its last look.
class family_account {
public:
  /// Gives a child its role. The last name counts.
  void name(pid_t child, const std::string& role) { roles_[child] = role; }
  void add_sample(const family_sample& now);
  [[nodiscard]] std::int64_t total_ticks() const { return last_total_ - first_total_; }
  /// By role; what has none, such as PostgreSQL's own helpers, is under "other".
  [[nodiscard]] std::map<std::string, std::int64_t> ticks_by_role() const;

private:
  struct seen {
    std::int64_t first = 0, last = 0;
  };
  std::map<pid_t, seen> children_;
  std::map<pid_t, std::string> roles_;
  std::int64_t first_total_ = 0, last_total_ = 0;
  bool begun_ = false;
};

} // namespace stentor::load
