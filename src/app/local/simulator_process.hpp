#pragma once
/// The simulated Meta as a process: `stentor-load simulate-meta`. Main thread only: it dies with
/// the thread that started it.

#include "adapters/process/child_process.hpp"
#include "app/local/local_folder.hpp"
#include "stentor/core/base/result.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::app {

struct simulator_options {
  std::vector<std::string> number_ids;
  double messages_per_second = 80; ///< what it grants each number
  bool tls = true;
  std::string webhook_url;       ///< empty: it sends no receipts
  std::vector<std::string> more; ///< further arguments of simulate-meta
};

class simulator_process {
public:
  [[nodiscard]] static core::result<std::unique_ptr<simulator_process>>
  start(const local_folder& folder, const local_secrets& secrets, const simulator_options& options);

  /// Whether it has told where it listens; url() and certificate() hold from then on.
  [[nodiscard]] bool listens();
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  /// PEM file to trust it by; empty without TLS.
  [[nodiscard]] const std::string& certificate() const noexcept { return certificate_; }
  [[nodiscard]] process::child_process& child() noexcept { return *child_; }

private:
  simulator_process(std::unique_ptr<process::child_process> child, std::filesystem::path log)
      : child_{std::move(child)}, log_{std::move(log)} {}
  std::unique_ptr<process::child_process> child_;
  std::filesystem::path log_;
  std::string url_, certificate_;
};

} // namespace stentor::app
