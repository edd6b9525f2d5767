#include "bench/load/harness/process_stats.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace stentor::load {
namespace {

/// Empty when the process ended before or while it was read.
std::string proc_text(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::string text;
  std::getline(file, text, '\0'); // a failed read sets a flag, where the buffer itself would throw
  return text;
}

template <class T>
bool take_number(std::string_view text, T& to) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), to);
  return failed == std::errc{} && end == text.data() + text.size();
}

std::string_view next_word(std::string_view& text) {
  const auto from = std::min(text.find_first_not_of(" \t\n"), text.size());
  text.remove_prefix(from);
  const auto word = text.substr(0, text.find_first_of(" \t\n"));
  text.remove_prefix(word.size());
  return word;
}

std::optional<process_stat> read_stat(const std::filesystem::path& folder) {
  return parse_process_stat(proc_text(folder / "stat"));
}

} // namespace

std::optional<process_stat> parse_process_stat(std::string_view text) {
  process_stat stat;
  const auto name = text.find(" (");
  const auto end = text.rfind(") ");
  if (name == std::string_view::npos || end == std::string_view::npos ||
      !take_number(text.substr(0, name), stat.pid))
    return std::nullopt;
  // Behind the name: state is field 3 of proc(5), ppid 4, utime to cstime 14 to 17.
  text.remove_prefix(end + 2);
  std::array<std::int64_t, 4> times{};
  for (std::size_t field = 3; field <= 17; ++field) {
    const auto word = next_word(text);
    if (field == 4 && !take_number(word, stat.parent))
      return std::nullopt;
    if (field >= 14 && !take_number(word, times.at(field - 14)))
      return std::nullopt;
  }
  stat.own_ticks = times[0] + times[1];
  stat.reaped_ticks = times[2] + times[3];
  return stat;
}

std::int64_t family_sample::total_ticks() const {
  auto sum = parent.own_ticks + parent.reaped_ticks;
  for (const auto& [child, ticks] : children)
    sum += ticks;
  return sum;
}

std::optional<family_sample> read_family(pid_t parent) {
  const std::filesystem::path proc{"/proc"};
  const auto head = read_stat(proc / std::to_string(parent));
  if (!head)
    return std::nullopt;
  family_sample family{*head, {}};
  std::error_code failure;
  for (std::filesystem::directory_iterator at{proc, failure}, end; !failure && at != end;
       at.increment(failure)) {
    const auto name = at->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos)
      continue;
    if (const auto stat = read_stat(at->path()); stat && stat->parent == parent)
      family.children[stat->pid] = stat->own_ticks;
  }
  return family;
}

std::int64_t microseconds_of(std::int64_t ticks) {
  static const auto per_second = static_cast<std::int64_t>(::sysconf(_SC_CLK_TCK));
  return ticks * 1'000'000 / per_second;
}

std::int64_t cpu_us_of(pid_t pid) {
  const auto stat = read_stat("/proc/" + std::to_string(pid));
  return stat ? microseconds_of(stat->own_ticks) : 0;
}

namespace {

std::int64_t kibibytes_line(std::string_view status, std::string_view name) {
  const auto at = status.find(name);
  if (at == std::string_view::npos)
    return 0;
  status.remove_prefix(at + name.size());
  std::int64_t kibibytes = 0;
  return take_number(next_word(status), kibibytes) ? kibibytes * 1024 : 0;
}

} // namespace

std::int64_t parse_peak_memory(std::string_view status) {
  return kibibytes_line(status, "VmHWM:");
}

std::int64_t memory_of(pid_t pid) {
  return kibibytes_line(proc_text("/proc/" + std::to_string(pid) + "/status"), "VmRSS:");
}

std::int64_t handles_of(pid_t pid) {
  std::error_code failure;
  std::filesystem::directory_iterator at{"/proc/" + std::to_string(pid) + "/fd", failure};
  std::int64_t count = 0;
  for (; !failure && at != std::filesystem::directory_iterator{}; at.increment(failure))
    ++count;
  return count;
}

bool blocks_signal(pid_t pid, int signal) {
  const auto status = proc_text("/proc/" + std::to_string(pid) + "/status");
  constexpr std::string_view name = "SigBlk:\t";
  const auto at = status.find(name);
  return at != std::string::npos &&
         (std::strtoull(status.c_str() + at + name.size(), nullptr, 16) >> (signal - 1) & 1) != 0;
}

std::int64_t peak_memory_of(pid_t pid) {
  return parse_peak_memory(proc_text("/proc/" + std::to_string(pid) + "/status"));
}

void family_account::add_sample(const family_sample& now) {
  last_total_ = now.total_ticks();
  if (!begun_)
    first_total_ = last_total_;
  for (const auto& [child, ticks] : now.children) {
    const auto [at, fresh] = children_.try_emplace(child);
    // Whoever comes later began with nothing.
    if (fresh && !begun_)
      at->second.first = ticks;
    at->second.last = ticks;
  }
  begun_ = true;
}

std::map<std::string, std::int64_t> family_account::ticks_by_role() const {
  std::map<std::string, std::int64_t> by_role;
  auto rest = total_ticks();
  for (const auto& [child, ticks] : children_) {
    const auto role = roles_.find(child);
    if (role == roles_.end())
      continue;
    by_role[role->second] += ticks.last - ticks.first;
    rest -= ticks.last - ticks.first;
  }
  by_role["other"] += std::max<std::int64_t>(rest, 0);
  return by_role;
}

} // namespace stentor::load
