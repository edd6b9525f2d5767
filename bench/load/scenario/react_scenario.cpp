#include "bench/load/scenario/react_scenario.hpp"

#include "adapters/process/interrupt.hpp"
#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/database_meter.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/harness/recipient_list.hpp"
#include "bench/load/report/dispatch_metrics.hpp"
#include "bench/load/report/react_metrics.hpp"
#include "bench/simulator/clock.hpp"
#include "bench/simulator/server/tcp_sockets.hpp"
#include "stentor/core/base/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto look_pause = 20ms;
constexpr auto patience = 300s;
/// Nothing comes any more when nothing has come for so long: several times what the simulator may
/// keep its record back.
constexpr std::int64_t quiet_us = 1'000'000;
/// The simulator writes its record down within this, so that we see late how far a campaign is.
constexpr double blind_s = 0.5;
/// A rest that would take longer is cancelled instead of sent.
constexpr double finish_s = 60;

class react_scenario {
public:
  explicit react_scenario(const react_settings& settings)
      : settings_{settings}, stack_{local_settings_of(settings.stack)} {
    measure_.recipients = settings.recipients;
    measure_.numbers = settings.stack.numbers;
    measure_.number_rate = settings.stack.rate;
  }

  core::result<scenario_result> run() {
    for (const auto step :
         {&react_scenario::check, &react_scenario::open, &react_scenario::import,
          &react_scenario::start, &react_scenario::pause_and_resume, &react_scenario::kill,
          &react_scenario::end, &react_scenario::compare_with_the_truth})
      if (auto went = (this->*step)(); !went) {
        say("");
        return went.error();
      }
    return scenario_result{
        to_text(measure_), to_json(measure_), clean(measure_), {arrivals_plot()}};
  }

private:
  [[nodiscard]] double rate() const { return settings_.stack.numbers * settings_.stack.rate; }

  /// Each pause, and the kill, must find the campaign sending.
  core::status check() {
    if (static_cast<double>(settings_.recipients) >= rate() * blind_s * (settings_.pauses + 2))
      return core::ok{};
    return core::error{core::errc::invalid,
                       "the campaign would be over before the daemon is killed: give more "
                       "--recipients, a lower --rate or fewer --pauses"};
  }

  core::status open() {
    say("1. Simulator, daemon and its PostgreSQL start ...");
    if (auto opened = start_stack(stack_, settings_.stack); !opened)
      return opened;
    measure_.tls = stack_.meta_url().starts_with("https");
    tail_ = ground_truth_tail{stack_.folder().truth().string()};
    auto client = connect_to(stack_);
    if (!client)
      return client.error();
    client_ = std::move(*client);
    return core::ok{};
  }

  core::status import() {
    say("2. " + std::to_string(settings_.recipients) + " recipients are imported ...");
    auto made = make_campaign(*client_);
    if (!made)
      return made.error();
    campaign_ = std::move(*made);
    recipient_csv list{settings_.recipients, process::interrupted};
    const auto began = now_us();
    const auto answer = import_csv(*client_, campaign_, list);
    measure_.import_s = static_cast<double>(now_us() - began) / 1e6;
    return answer ? core::status{core::ok{}} : answer.error();
  }

  core::status start() {
    say("3. The campaign starts ...");
    moments_.launch_us = now_us();
    if (auto asked = tell("send"); !asked)
      return asked;
    moments_.launched_us = now_us();
    return more_messages();
  }

  core::status pause_and_resume() {
    say("4. It is paused and resumed " + std::to_string(settings_.pauses) + " times ...");
    for (unsigned i = 0; i < settings_.pauses; ++i) {
      react_moments::round round;
      round.pause_us = now_us();
      if (auto asked = tell("pause"); !asked)
        return asked;
      round.answered_us = now_us();
      if (auto quiet = silence(); !quiet)
        return quiet;
      round.resume_us = now_us();
      if (auto asked = tell("resume"); !asked)
        return asked;
      moments_.rounds.push_back(round);
      if (auto sends = more_messages(); !sends)
        return sends;
    }
    return core::ok{};
  }

  /// What the old process wrote must have been read before the new one begins, or its messages
  /// would be taken for the new one's.
  core::status kill() {
    say("5. The daemon is killed and started again ...");
    moments_.killed_us = now_us();
    if (auto killed = stack_.daemon().kill(); !killed)
      return killed;
    const auto meta = core::parse_url(stack_.meta_url());
    if (!meta)
      return meta.error();
    if (auto read = stack_.wait_until("the last bytes to be read", 60s, 1ms,
                                      [&] { return !has_connections(meta->port); });
        !read)
      return read;
    moments_.restarted_us = now_us();
    if (auto started = stack_.start_daemon(); !started)
      return started;
    moments_.ready_us = now_us();
    if (const auto meter = database_meter::open(stack_.daemon()); !meter)
      return meter.error();
    return more_messages();
  }

  /// A long rest is cancelled; otherwise the end shows whether anybody was lost.
  core::status end() {
    const auto rest = static_cast<double>(settings_.recipients) -
                      static_cast<double>(std::min(tail_.requests(), settings_.recipients));
    const bool cancel = rest > finish_s * rate();
    say(cancel ? "6. The rest is cancelled ..." : "6. The rest is sent ...");
    if (cancel)
      if (auto asked = tell("cancel"); !asked)
        return asked;
    core::status problem = core::ok{};
    auto went = stack_.wait_until("the campaign to end", 20 * patience, 10 * look_pause, [&] {
      const auto shown = app::ask(*client_, "GET", path_of(campaign_));
      if (!shown)
        problem = shown.error();
      measure_.status = shown ? json::parse(*shown, nullptr, false).value("status", "") : "";
      return !problem || measure_.status == "completed" || measure_.status == "cancelled" ||
             measure_.status == "failed" || measure_.status == "expired";
    });
    if (!went || !problem)
      return went ? problem : went;
    return settle();
  }

  /// Nothing is under way: no message, no answer, no outcome that is not yet durable.
  core::status settle() {
    if (auto quiet = silence(); !quiet)
      return quiet;
    core::status problem = core::ok{};
    auto went = stack_.wait_until("the last outcomes", patience, look_pause, [&] {
      const auto metrics = app::ask(*client_, "GET", "/metrics");
      if (!metrics)
        problem = metrics.error();
      return !metrics || (metric_value(*metrics, "stentor_gateway_in_flight_requests") == 0 &&
                          metric_value(*metrics, "stentor_ledger_queue_events") == 0);
    });
    return went ? problem : went;
  }

  core::status compare_with_the_truth() {
    say("The simulator's own record is held against the database ...");
    stack_.stop_simulator();
    auto facts = read_ground_truth(stack_.folder().truth().string());
    if (!facts)
      return facts.error();
    auto times = react_times_of(*facts, moments_);
    if (!times)
      return times.error();
    measure_.times = std::move(*times);
    std::int32_t number = 0;
    const auto conninfo = stack_.daemon().conninfo();
    if (!conninfo)
      return conninfo.error();
    const auto database =
        read_recipients(*conninfo, campaign_, static_cast<int>(patience.count()), number);
    if (!database)
      return database.error();
    measure_.truth = compare(*facts, *database, number);
    for (const auto& request : facts->requests)
      ++arrivals_[(request.latest_us - moments_.launch_us) / plot_step_us];
    return core::ok{};
  }

  core::status tell(const char* command) {
    const auto answer = app::ask(*client_, "POST", path_of(campaign_) + "/" + command);
    return answer ? core::status{core::ok{}} : answer.error();
  }

  /// Waits until the campaign is under way again.
  core::status more_messages() {
    constexpr std::uint64_t shares = 10;
    const auto wanted =
        tail_.requests() +
        std::max<std::uint64_t>(1, settings_.recipients / (shares * (settings_.pauses + 2)));
    return look_on("messages", [&] { return tail_.requests() >= wanted; });
  }

  core::status silence() {
    const auto from = now_us();
    return look_on("the messages to end",
                   [&] { return now_us() - std::max(from, tail_.last_us()) > quiet_us; });
  }

  core::status look_on(const char* what, const std::function<bool()>& done) {
    core::status looked = core::ok{};
    auto went = stack_.wait_until(what, patience, look_pause, [&] {
      looked = tail_.read_more();
      return !looked || done();
    });
    return went ? looked : went;
  }

  [[nodiscard]] plot arrivals_plot() const {
    plot_line line{"messages/s", {}};
    for (std::int64_t i = 0; !arrivals_.empty() && i <= arrivals_.rbegin()->first; ++i) {
      const auto at = arrivals_.find(i);
      line.points.emplace_back(static_cast<double>(i * plot_step_us) / 1e6,
                               at == arrivals_.end() ? 0 : at->second * 1e6 / plot_step_us);
    }
    return {"react", "Start, pauses and a kill", "seconds", "per second", {std::move(line)}};
  }

  static constexpr std::int64_t plot_step_us = 50'000;
  const react_settings& settings_;
  app::local_stack stack_;
  ground_truth_tail tail_{{}};
  std::unique_ptr<app::remote> client_;
  react_moments moments_;
  react_measure measure_;
  std::map<std::int64_t, double> arrivals_; ///< requests by the step they came in
  std::string campaign_;
};

} // namespace

core::result<scenario_result> run_react(const react_settings& settings) {
  return react_scenario{settings}.run();
}

} // namespace stentor::load
