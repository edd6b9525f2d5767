#pragma once
/// What the kernel tells of this process (proc(5)), under the names that Prometheus' own clients
/// use. Any thread.

namespace stentor::metrics {

struct process_figures {
  double cpu_s = 0;
  double resident_bytes = 0;
  double open_files = 0;
  double open_files_max = 0;
  double start_s = 0; ///< Unix time
};

[[nodiscard]] process_figures read_process();

} // namespace stentor::metrics
