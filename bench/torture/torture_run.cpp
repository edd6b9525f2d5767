#include "bench/torture/torture_run.hpp"

#include "adapters/process/interrupt.hpp"
#include "adapters/process/text_file.hpp"
#include "bench/load/harness/process_stats.hpp"
#include "bench/load/harness/progress.hpp"

#include <algorithm>
#include <csignal>
#include <thread>
#include <utility>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;

constexpr auto tick = 20ms;
/// The flow of messages may stand still for so long before the next deed.
constexpr auto silence_max = 4s;
constexpr std::size_t notes_max = 20;
constexpr int signal_status = 128; ///< exit statuses above are signals

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1'000)};
}

} // namespace

torture_run::torture_run(const torture_settings& settings)
    : settings_{settings}, stack_{settings}, truth_{""} {
  report_.settings = settings;
  nodes_.resize(settings.nodes);
}

core::result<torture_report> torture_run::run() {
  process::watch_signals();
  say("Starting PostgreSQL, the simulated Meta and the daemons, with proxies between them ...");
  if (auto started = stack_.start(); !started)
    return started.error();
  if (settings_.keep)
    stack_.folder().keep();
  truth_ = ground_truth_tail{stack_.folder().truth().string()};
  if (auto launched = launch_campaigns(); !launched)
    return launched.error();
  const auto begin = clock::now();
  const auto plan = make_plan({.seed = settings_.seed,
                               .crashes = settings_.crashes,
                               .database_crashes = settings_.database_crashes,
                               .recipients = settings_.recipients,
                               .others_per_crash = settings_.others_per_crash,
                               .nodes = settings_.nodes,
                               .long_freeze = milliseconds_of(settings_.long_freeze_s)});
  say(std::to_string(settings_.recipients) + " recipients, " + std::to_string(plan.size()) +
      " deeds, seed " + std::to_string(settings_.seed));
  std::vector<std::uint16_t> ports;
  for (std::size_t i = 0; i < stack_.nodes(); ++i)
    ports.push_back(static_cast<std::uint16_t>(stack_.daemon(i).port()));
  operator_ = std::make_unique<torture_operator>(
      std::move(ports), token_, stack_.secrets().app_secret, settings_.seed, campaigns_);
  operator_->begin();
  std::size_t done = 0;
  for (const auto& step : plan) {
    if (settings_.every_s > 0)
      tend_for(milliseconds_of(settings_.every_s));
    else
      wait_for_messages(step);
    if (process::interrupted())
      return core::error{core::errc::unavailable, "interrupted"};
    do_deed(step);
    show_progress(std::to_string(++done) + " of " + std::to_string(plan.size()) + " deeds, " +
                  std::to_string(report_.daemon_crashes) + " crashes, " +
                  std::to_string(truth_.requests()) + " requests");
  }
  if (auto ended = wait_for_the_end(); !ended)
    return ended.error();
  report_.seconds = std::chrono::duration<double>(clock::now() - begin).count();
  if (auto checked = check(); !checked)
    return checked.error();
  if (!clean(report_))
    stack_.folder().keep();
  if (stack_.folder().kept())
    report_.folder = stack_.folder().path().string();
  return report_;
}

void torture_run::wait_for_messages(const plan_step& step) {
  // From the last goal on, not from what has been sent meanwhile: deeds take their time, and the
  // last one is to come before the lists are through.
  goal_ += step.messages;
  auto moved = clock::now();
  for (auto before = truth_.requests(); !process::interrupted();) {
    if (!truth_.read_more().ok() || truth_.requests() >= goal_)
      return;
    if (truth_.requests() != before)
      moved = clock::now();
    before = truth_.requests();
    if (clock::now() - moved > silence_max)
      return;
    tend();
    std::this_thread::sleep_for(tick);
  }
}

void torture_run::tend() {
  end_troubles();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (!nodes_[i].away)
      tend_node(i);
}

void torture_run::tend_node(std::size_t node) {
  const auto now = clock::now();
  auto& daemon = stack_.daemon(node);
  auto& state = nodes_[node];
  if (state.frozen && state.thaw_at <= now) {
    daemon.signal(SIGCONT);
    state.frozen = false;
  }
  if (!daemon.running()) {
    // Nobody has killed it.
    const auto status = daemon.wait(0ms).value_or(0);
    ++(status > signal_status ? report_.died : report_.gave_up);
    note("a daemon ended by itself with status " + std::to_string(status) + ":" +
         process::log_tail(daemon.log(), 3, "    "));
    std::this_thread::sleep_for(status > signal_status ? 0ms : 200ms);
    return start_daemon(node);
  }
  if (state.awaits_ready && endings_.empty() && !state.frozen && daemon.ready()) {
    state.awaits_ready = false;
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - state.started_at);
    report_.slowest_start_ms = std::max<std::int64_t>(report_.slowest_start_ms, took.count());
  }
  report_.memory_peak = std::max(report_.memory_peak, memory_of(daemon.pid()));
}

void torture_run::end_troubles(bool all) {
  const auto now = clock::now();
  const auto over = [&](const ending& each) { return all || each.at <= now; };
  for (const auto& each : endings_)
    if (over(each))
      each.end();
  std::erase_if(endings_, over);
}

void torture_run::tend_for(std::chrono::milliseconds length) {
  for (const auto until = clock::now() + length; clock::now() < until && !process::interrupted();) {
    tend();
    std::this_thread::sleep_for(tick);
  }
}

void torture_run::note(std::string what) {
  if (report_.notes.size() < notes_max)
    report_.notes.push_back(std::move(what));
}

} // namespace stentor::load
