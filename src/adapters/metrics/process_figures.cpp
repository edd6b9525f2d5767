#include "adapters/metrics/process_figures.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace stentor::metrics {

process_figures read_process() {
  process_figures p;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0)
    p.cpu_s = static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
              static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  double pages = 0;
  double resident_pages = 0;
  if (std::ifstream{"/proc/self/statm"} >> pages >> resident_pages)
    p.resident_bytes = resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
  std::error_code none;
  for (std::filesystem::directory_iterator at{"/proc/self/fd", none}, end; !none && at != end;
       at.increment(none))
    ++p.open_files;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0)
    p.open_files_max = static_cast<double>(limit.rlim_cur);
  struct stat begun = {};
  if (::stat("/proc/self", &begun) == 0)
    p.start_s = static_cast<double>(begun.st_ctim.tv_sec);
  return p;
}

} // namespace stentor::metrics
