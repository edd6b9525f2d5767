#pragma once
/// A torture run: campaigns that are sent while processes die, bytes are held back and an operator
/// works, until everything is over and the checker has looked. Main thread only.

#include "bench/torture/operator.hpp"
#include "bench/torture/plan.hpp"
#include "bench/torture/torture_report.hpp"
#include "bench/torture/torture_settings.hpp"
#include "bench/torture/torture_stack.hpp"
#include "stentor/core/base/result.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stentor::load {

class torture_run {
public:
  explicit torture_run(const torture_settings& settings);

  /// Errors: the run itself could not be carried out.
  [[nodiscard]] core::result<torture_report> run();

private:
  using clock = std::chrono::steady_clock;

  // Campaigns: torture_campaigns.cpp.
  [[nodiscard]] core::status launch_campaigns();
  [[nodiscard]] core::status wait_for_the_end();
  [[nodiscard]] core::status check();
  [[nodiscard]] witness what_is_known();
  void count_leaks_of_run();

  // What is done: torture_deeds.cpp.
  void do_deed(const plan_step& step);
  void do_process_deed(const plan_step& step);
  void do_bytes_deed(const plan_step& step);
  void crash_daemon(std::size_t node);
  void start_daemon(std::size_t node);
  void terminate_daemon(std::size_t node);
  /// Webhooks go to a daemon that runs.
  void lead_webhooks();
  void trouble_for(fault_proxy& where, std::chrono::milliseconds length);
  void lock_row(std::chrono::milliseconds length);
  /// Ends troubles whose time is over; all of them when `all`.
  void end_troubles(bool all = false);

  // The loop.
  void wait_for_messages(const plan_step& step);
  /// Looks after everybody: ends troubles whose time is over, starts a daemon that ended.
  void tend();
  void tend_node(std::size_t node);
  void tend_for(std::chrono::milliseconds length);
  void note(std::string what);

  torture_settings settings_;
  torture_stack stack_;
  torture_report report_;
  std::string token_;
  std::vector<tortured_campaign> campaigns_;
  std::unique_ptr<torture_operator> operator_;
  ground_truth_tail truth_;
  std::uint64_t goal_ = 0; ///< so many messages are sent before the next deed
  /// A trouble that goes on; a later one of the same kind takes its place.
  struct ending {
    const void* of = nullptr;
    clock::time_point at;
    std::function<void()> end;
  };
  std::vector<ending> endings_;
  /// A daemon as it is tended.
  struct tended {
    clock::time_point thaw_at{};
    bool frozen = false;
    bool away = false; ///< killed or ended, and not to be started yet
    clock::time_point started_at{};
    bool awaits_ready = false; ///< of the last start, to be measured
  };
  std::vector<tended> nodes_;
};

} // namespace stentor::load
