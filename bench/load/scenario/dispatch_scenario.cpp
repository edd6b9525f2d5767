#include "bench/load/scenario/dispatch_scenario.hpp"

#include "adapters/process/interrupt.hpp"
#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/database_meter.hpp"
#include "bench/load/harness/nginx_server.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/harness/recipient_list.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using steady = std::chrono::steady_clock;

constexpr auto look_pause = 200ms;
/// Receipts are complete when nothing has come for so long.
constexpr auto quiet_for = 5s;

double seconds_since(steady::time_point begin) {
  return std::chrono::duration<double>(steady::now() - begin).count();
}

/// Leaves the campaign's own requests; others came from elsewhere.
void keep_those_of(std::int32_t campaign, ground_truth& facts) {
  std::erase_if(facts.requests, [&](const ground_truth::request& request) {
    std::int32_t of = 0, seq = 0, attempt = 0;
    return !parse_callback_data(facts.callback_data(request), of, seq, attempt) || of != campaign;
  });
}

class dispatch_scenario {
public:
  explicit dispatch_scenario(const dispatch_settings& settings)
      : settings_{settings}, stack_{local_settings_of(settings.stack)} {
    measure_.recipients = static_cast<std::int64_t>(settings.recipients);
    measure_.numbers = settings.stack.numbers;
    measure_.number_rate = settings.stack.rate;
    measure_.scenario = settings.scenario;
    measure_.server = settings.stack.target.empty() ? settings.stack.server : "target";
    measure_.receipts_per_post = settings.stack.receipts_per_post;
  }

  core::result<dispatch_measure> run() {
    process::watch_signals();
    for (const auto step :
         {&dispatch_scenario::open, &dispatch_scenario::import, &dispatch_scenario::before,
          &dispatch_scenario::begin, &dispatch_scenario::send, &dispatch_scenario::gather_receipts,
          &dispatch_scenario::end, &dispatch_scenario::after,
          &dispatch_scenario::compare_with_the_truth})
      if (auto went = (this->*step)(); !went) {
        say("");
        return went.error();
      }
    return measure_;
  }

private:
  core::status open() {
    say("1. Simulator, daemon and its PostgreSQL start ...");
    if (auto opened = start_stack(stack_, settings_.stack); !opened)
      return opened;
    measure_.tls = stack_.meta_url().starts_with("https");
    auto client = connect_to(stack_);
    if (!client)
      return client.error();
    client_ = std::move(*client);
    auto meter = database_meter::open(stack_.daemon());
    if (!meter)
      return meter.error();
    meter_ = std::move(*meter);
    return settings_.stack.foreign_server()
               ? meter_->add_template(app::local_account_id, template_name)
               : core::status{core::ok{}};
  }

  core::status import() {
    say("2. " + std::to_string(settings_.recipients) + " recipients are imported ...");
    auto made = make_campaign(*client_);
    if (!made)
      return made.error();
    campaign_ = std::move(*made);
    recipient_csv list{settings_.recipients, process::interrupted};
    const auto began = steady::now();
    const auto answer = import_csv(*client_, campaign_, list);
    measure_.import_s = seconds_since(began);
    return answer ? core::status{core::ok{}} : answer.error();
  }

  core::status before() {
    return settings_.before_sending ? settings_.before_sending(stack_) : core::ok{};
  }

  core::status after() {
    return settings_.after_sending ? settings_.after_sending(stack_) : core::ok{};
  }

  /// Everything is measured from here.
  core::status begin() {
    began_at_ = steady::now();
    const auto wal = meter_->wal_position();
    if (!wal)
      return wal.error();
    measure_.wal_bytes = -*wal;
    measure_.daemon_cpu_us = -cpu_us_of(stack_.daemon().pid());
    measure_.simulator_cpu_us = -simulator_cpu_us();
    return meter_->poll();
  }

  [[nodiscard]] std::int64_t simulator_cpu_us() const {
    return stack_.simulator_pid() == 0 ? 0 : cpu_us_of(stack_.simulator_pid());
  }

  core::status send() {
    say("3. The campaign runs ...");
    const auto campaign = path_of(campaign_);
    if (auto started = app::ask(*client_, "POST", campaign + "/send"); !started)
      return started.error();
    const auto& stack = settings_.stack;
    const auto at_least = static_cast<double>(settings_.recipients) / (stack.numbers * stack.rate);
    const auto patience = std::chrono::seconds{300 + static_cast<long>(2 * at_least) +
                                               static_cast<long>(settings_.recipients / 500)};
    core::status problem = core::ok{};
    auto went = stack_.wait_until("the campaign to end", patience, look_pause, [&] {
      const auto shown = app::ask(*client_, "GET", campaign);
      problem = shown ? poll() : core::status{shown.error()};
      if (!problem)
        return true;
      measure_.status = json::parse(*shown, nullptr, false).value("status", "");
      return measure_.status == "completed" || measure_.status == "failed" ||
             measure_.status == "cancelled" || measure_.status == "expired";
    });
    if (went && problem)
      say("   " + measure_.status);
    return went ? problem : went;
  }

  /// The daemon's own figures, shown live, and PostgreSQL's backends while they live.
  core::status poll() {
    const auto metrics = app::ask(*client_, "GET", "/metrics");
    if (!metrics)
      return metrics.error();
    metrics_ = *metrics;
    note_latencies();
    const auto accepted = metric_value(metrics_, R"(stentor_outcomes_total{class="accepted"})");
    const auto statuses = metric_value(metrics_, "stentor_webhook_statuses_total");
    const auto now = steady::now();
    if (accepted + statuses != moved_to_)
      moved_at_ = now;
    moved_to_ = accepted + statuses;
    take_sample(accepted, statuses);
    const std::chrono::duration<double> since = now - looked_at_;
    if (since < 1s)
      return core::ok{};
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(),
                  "%.0f sent, %.0f/s; %.0f receipts; %.0f in flight; projection %.1f s behind",
                  accepted, (accepted - shown_) / since.count(), statuses,
                  metric_value(metrics_, "stentor_gateway_in_flight_requests"),
                  metric_value(metrics_, "stentor_projection_lag_seconds"));
    show_progress(text.data());
    shown_ = accepted;
    looked_at_ = now;
    return meter_->poll();
  }

  /// As often as we look, but never so often that hours of them would not fit.
  void take_sample(double accepted, double statuses) {
    dispatch_sample s;
    s.at_s = seconds_since(began_at_);
    if (!measure_.samples.empty() && s.at_s - measure_.samples.back().at_s < settings_.sample_s)
      return;
    s.accepted = accepted;
    s.statuses = statuses;
    s.latency_p50_ms = quantile_ms("stentor_gateway_latency_seconds", 0.5);
    s.latency_p99_ms = quantile_ms("stentor_gateway_latency_seconds", 0.99);
    s.memory_bytes = memory_of(stack_.daemon().pid());
    s.handles = handles_of(stack_.daemon().pid());
    measure_.samples.push_back(s);
  }

  core::status gather_receipts() {
    if (settings_.stack.receipts_per_post == 0)
      return core::ok{};
    say("4. The last receipts come in ...");
    core::status problem = core::ok{};
    auto went = stack_.wait_until("the receipts", 1h, look_pause, [&] {
      problem = poll();
      return !problem || steady::now() - moved_at_ > quiet_for;
    });
    return went ? problem : went;
  }

  core::status end() {
    measure_.daemon_cpu_us += cpu_us_of(stack_.daemon().pid());
    measure_.simulator_cpu_us += simulator_cpu_us();
    if (auto looked = meter_->poll(); !looked)
      return looked;
    measure_.postgres_cpu_us = meter_->cpu_us_by_name();
    read_metrics();
    say("The reports catch up ...");
    const auto began = steady::now();
    core::status problem = core::ok{};
    auto went = stack_.wait_until("the projection", 30min, look_pause, [&] {
      const auto folded = meter_->folded();
      problem = folded ? core::status{core::ok{}} : core::status{folded.error()};
      return !problem || *folded;
    });
    if (!went || !problem)
      return went ? problem : went;
    measure_.projection_behind_s = seconds_since(began);
    if (auto looked = meter_->poll(); !looked)
      return looked;
    measure_.projection_cpu_us = meter_->cpu_us_by_name()["stentor projection"];
    measure_.postgres_total_cpu_us = meter_->cpu_us();
    measure_.peak_memory_bytes = peak_memory_of(stack_.daemon().pid());
    const auto wal = meter_->wal_position();
    if (!wal)
      return wal.error();
    measure_.wal_bytes += *wal;
    return read_ledger();
  }

  void read_metrics() {
    const auto value = [&](const char* series) { return metric_value(metrics_, series); };
    measure_.commits = static_cast<std::int64_t>(value("stentor_ledger_commits_total"));
    measure_.events = static_cast<std::int64_t>(value("stentor_ledger_events_total"));
  }

  [[nodiscard]] double quantile_ms(const char* histogram, double share) const {
    constexpr double ms_per_s = 1000;
    return ms_per_s * metric_quantile(metrics_, histogram, share);
  }

  /// The longest commit is of the last hundred: the worst counts. Histograms are of the whole run.
  void note_latencies() {
    constexpr double ms_per_s = 1000;
    measure_.longest_commit_ms =
        std::max(measure_.longest_commit_ms,
                 ms_per_s * metric_value(metrics_, "stentor_ledger_longest_commit_seconds"));
    measure_.latency_p50_ms = quantile_ms("stentor_gateway_latency_seconds", 0.5);
    measure_.latency_p99_ms = quantile_ms("stentor_gateway_latency_seconds", 0.99);
    measure_.permit_to_wire_p99_ms = quantile_ms("stentor_gateway_permit_to_wire_seconds", 0.99);
  }

  core::status read_ledger() {
    const auto span = meter_->read_ledger();
    if (!span)
      return span.error();
    measure_.messages = span->accepted;
    measure_.statuses = span->statuses;
    measure_.first_us = span->first_us;
    measure_.last_us = span->last_outcome_us;
    measure_.last_event_us = span->last_event_us;
    return core::ok{};
  }

  /// Without the simulator's record: the database, and nginx's own log.
  core::status count_what_came() {
    const auto accepted = meter_->read_acceptances();
    if (!accepted)
      return accepted.error();
    foreign_count count{accepted->recipients, accepted->all, std::nullopt};
    if (settings_.stack.server == "nginx" && settings_.stack.target.empty()) {
      // It writes its log every second.
      const auto from = steady::now();
      if (auto waited = stack_.wait_until("nginx's log", 10s, 100ms,
                                          [&] { return steady::now() - from > 2s; });
          !waited)
        return waited;
      stack_.stop_simulator();
      const auto received = count_nginx_messages(stack_.folder().path());
      if (!received)
        return received.error();
      count.received = static_cast<std::int64_t>(*received);
    }
    measure_.foreign = count;
    return core::ok{};
  }

  core::status compare_with_the_truth() {
    if (settings_.stack.foreign_server())
      return count_what_came();
    say("The simulator's own record is held against the database ...");
    stack_.stop_simulator();
    auto facts = read_ground_truth(stack_.folder().truth().string());
    if (!facts)
      return facts.error();
    std::int32_t number = 0;
    const auto conninfo = stack_.daemon().conninfo();
    if (!conninfo)
      return conninfo.error();
    const auto database = read_recipients(*conninfo, campaign_, 60, number);
    if (!database)
      return database.error();
    keep_those_of(number, *facts);
    const auto use = steady_utilisation(*facts);
    measure_.steady_utilisation = use.all;
    measure_.least_utilisation = use.least;
    measure_.truth = compare(*facts, *database, number);
    auto first = std::numeric_limits<std::int64_t>::max();
    for (const auto& request : facts->requests)
      first = std::min(first, request.latest_us);
    if (!facts->requests.empty())
      measure_.first_us = first;
    return core::ok{};
  }

  const dispatch_settings& settings_;
  app::local_stack stack_;
  std::unique_ptr<app::remote> client_;
  std::unique_ptr<database_meter> meter_;
  dispatch_measure measure_;
  std::string campaign_, metrics_;
  double shown_ = 0;    ///< messages at the last line of progress
  double moved_to_ = 0; ///< messages and receipts at the last look
  steady::time_point began_at_ = steady::now();
  steady::time_point looked_at_ = steady::now(), moved_at_ = looked_at_;
};

} // namespace

core::result<dispatch_measure> run_dispatch(const dispatch_settings& settings) {
  return dispatch_scenario{settings}.run();
}

scenario_result result_of(const dispatch_measure& m) {
  plot_line rate{"messages/s", {}};
  plot_line receipts{"receipts/s", {}};
  plot_line p50{"p50", {}};
  plot_line p99{"p99", {}};
  for (std::size_t i = 1; i < m.samples.size(); ++i) {
    const auto& a = m.samples[i - 1];
    const auto& b = m.samples[i];
    const double seconds = std::max(b.at_s - a.at_s, 1e-3);
    rate.points.emplace_back(b.at_s, (b.accepted - a.accepted) / seconds);
    receipts.points.emplace_back(b.at_s, (b.statuses - a.statuses) / seconds);
    p50.points.emplace_back(b.at_s, b.latency_p50_ms);
    p99.points.emplace_back(b.at_s, b.latency_p99_ms);
  }
  std::vector<plot_line> rates{std::move(rate)};
  if (m.receipts_per_post > 0)
    rates.push_back(std::move(receipts));
  return {to_text(m),
          to_json(m),
          clean(m),
          {{m.scenario + "-throughput", "Throughput", "seconds", "per second", std::move(rates)},
           {m.scenario + "-latency",
            "Request to answer",
            "seconds",
            "milliseconds",
            {std::move(p50), std::move(p99)}}}};
}

} // namespace stentor::load
