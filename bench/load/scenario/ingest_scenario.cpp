#include "bench/load/scenario/ingest_scenario.hpp"

#include "adapters/process/interrupt.hpp"
#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/database_meter.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/harness/recipient_list.hpp"
#include "bench/load/harness/webhook_load.hpp"
#include "bench/load/report/text.hpp"

#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;

double ms_of(std::uint64_t us) {
  return static_cast<double>(us) / 1000;
}

/// The edge of a bucket may lie above everything that was seen.
double quantile_ms(const latency_histogram& latency, double share) {
  return ms_of(std::min(latency.quantile(share), latency.largest()));
}

std::int64_t own_cpu_us() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto us = [](const timeval& t) { return t.tv_sec * 1'000'000 + t.tv_usec; };
  return us(use.ru_utime) + us(use.ru_stime);
}

/// CPU time and write-ahead log up to some moment, or between two.
struct usage {
  std::int64_t daemon_us = 0, postgres_us = 0, projection_us = 0, generator_us = 0, wal_bytes = 0;
};

struct phase {
  webhook_load_metrics load;
  std::uint64_t posts = 0;
  std::uint64_t statuses = 0; ///< answered with 200
  std::uint64_t inbound = 0;  ///< likewise
  double wanted_per_s = 0;    ///< statuses; 0: closed loop
  usage used;
  [[nodiscard]] double statuses_per_s() const {
    return load.seconds > 0 ? static_cast<double>(statuses) / load.seconds : 0;
  }
  [[nodiscard]] double posts_per_s() const {
    return load.seconds > 0 ? static_cast<double>(posts) / load.seconds : 0;
  }
};

class ingest_scenario {
public:
  explicit ingest_scenario(const ingest_settings& settings)
      : settings_{settings}, stack_{local_settings_of(settings.stack)} {}

  core::result<scenario_result> run() {
    for (const auto step : {&ingest_scenario::open, &ingest_scenario::prepare,
                            &ingest_scenario::load, &ingest_scenario::check})
      if (auto went = (this->*step)(); !went)
        return went.error();
    return report();
  }

private:
  core::status open() {
    say("1. Simulator, daemon and its PostgreSQL start ...");
    if (auto opened = start_stack(stack_, settings_.stack); !opened)
      return opened;
    auto client = connect_to(stack_);
    if (!client)
      return client.error();
    client_ = std::move(*client);
    auto meter = database_meter::open(stack_.daemon());
    if (!meter)
      return meter.error();
    meter_ = std::move(*meter);
    return core::ok{};
  }

  core::status prepare() {
    const auto phases = settings_.half ? 2U : 1U;
    const auto people = webhook_supply::people_for(settings_.statuses * phases);
    say("2. " + std::to_string(people) + " recipients are imported, " +
        std::to_string(settings_.statuses * phases) + " statuses prepared and signed ...");
    const auto campaign = make_campaign(*client_);
    if (!campaign)
      return campaign.error();
    recipient_csv list{people, process::interrupted};
    if (const auto imported = import_csv(*client_, *campaign, list); !imported)
      return imported.error();
    const auto number = meter_->campaign_number(*campaign);
    const auto key = meter_->callback_key();
    if (!number || !key)
      return number ? key.error() : number.error();
    campaign_ = *number;
    supply_settings s;
    s.statuses = settings_.statuses * phases;
    s.statuses_per_post = settings_.statuses_per_post;
    s.inbound_share = settings_.inbound_share;
    s.host = "127.0.0.1:" + std::to_string(stack_.daemon().port());
    s.app_secret = app::local_secrets{}.app_secret;
    s.number_ids = stack_.number_ids();
    s.campaign = *number;
    s.callback_key = *key;
    s.now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count();
    supply_ = std::make_unique<webhook_supply>(s);
    return core::ok{};
  }

  core::status load() {
    const auto all = supply_->posts().size();
    const auto first = settings_.half ? all / 2 : all;
    if (auto went = post("3. Webhooks come in", 0, first, settings_.rate); !went)
      return went;
    if (!settings_.half)
      return core::ok{};
    if (auto caught_up = wait_folded(); !caught_up)
      return caught_up;
    return post("4. Webhooks come in at half of that rate", first, all - first,
                phases_[0].statuses_per_s() / 2);
  }

  core::result<usage> used_now() {
    if (auto looked = meter_->poll(); !looked)
      return looked.error();
    const auto wal = meter_->wal_position();
    if (!wal)
      return wal.error();
    auto by_name = meter_->cpu_us_by_name();
    usage used{cpu_us_of(stack_.daemon().pid()), 0, by_name["stentor projection"], own_cpu_us(),
               *wal};
    for (const auto& [name, us] : by_name)
      used.postgres_us += name == "stentor projection" || name == "stentor-load" ? 0 : us;
    return used;
  }

  core::status post(const std::string& what, std::size_t first, std::size_t count, double rate) {
    say(what + " ...");
    const auto before = used_now();
    if (!before)
      return before.error();
    webhook_load_settings to;
    to.port = stack_.daemon().port();
    to.connections = settings_.connections;
    to.first = first;
    to.count = count;
    to.posts_per_s = rate / posts_share();
    auto figures = post_webhooks(*supply_, to, [&](std::uint64_t answered) {
      show_progress(std::to_string(answered) + " of " + std::to_string(count) + " POSTs");
      return !process::interrupted();
    });
    if (!figures)
      return figures.error();
    const auto after = used_now();
    if (!after)
      return after.error();
    phase made;
    made.load = std::move(*figures);
    made.posts = count;
    made.wanted_per_s = rate;
    made.used = {after->daemon_us - before->daemon_us, after->postgres_us - before->postgres_us,
                 after->projection_us - before->projection_us,
                 after->generator_us - before->generator_us, after->wal_bytes - before->wal_bytes};
    for (std::size_t i = 0; i < count; ++i) {
      if (!made.load.acknowledged[i])
        continue;
      const auto& each = supply_->posts()[first + i];
      made.statuses += each.statuses;
      made.inbound += each.statuses == 0 ? 1 : 0;
    }
    phases_.push_back(std::move(made));
    firsts_.push_back(first);
    return core::ok{};
  }

  /// Statuses of one POST on average, inbound ones included.
  [[nodiscard]] double posts_share() const {
    return static_cast<double>(settings_.statuses * (settings_.half ? 2 : 1)) /
           static_cast<double>(supply_->posts().size());
  }

  core::status wait_folded() {
    core::status problem = core::ok{};
    auto went = stack_.wait_until("the projection", 30min, 200ms, [&] {
      const auto folded = meter_->folded();
      problem = folded ? core::status{core::ok{}} : core::status{folded.error()};
      return !problem || *folded;
    });
    return went ? problem : went;
  }

  /// Everything that was answered with 200 must be in the database, and nothing twice.
  core::status check() {
    say("What was answered with 200 is looked up in the database ...");
    std::vector<std::uint8_t> in_ledger;
    const auto repeated = meter_->read_receipts(campaign_, in_ledger);
    const auto inbound = meter_->inbound_messages();
    if (!repeated || !inbound)
      return repeated ? inbound.error() : repeated.error();
    repeated_ = *repeated;
    std::int64_t acknowledged_inbound = 0;
    for (std::size_t p = 0; p < phases_.size(); ++p) {
      acknowledged_inbound += static_cast<std::int64_t>(phases_[p].inbound);
      for (std::size_t i = 0; i < phases_[p].posts; ++i)
        if (phases_[p].load.acknowledged[i])
          lost_statuses_ += missing(supply_->posts()[firsts_[p] + i], in_ledger);
    }
    lost_inbound_ = std::max<std::int64_t>(acknowledged_inbound - *inbound, 0);
    return wait_folded();
  }

  static std::uint64_t missing(const webhook_supply::post& post,
                               const std::vector<std::uint8_t>& in_ledger) {
    std::uint64_t count = 0;
    for (std::uint32_t i = 0; i < post.statuses; ++i) {
      const auto [seq, kind] = webhook_supply::status_of(post.first_status + i);
      const auto at = static_cast<std::size_t>(seq);
      count += at >= in_ledger.size() || (in_ledger[at] >> kind & 1U) == 0 ? 1 : 0;
    }
    return count;
  }

  static void tell(const phase& p, const std::string& prefix, nlohmann::ordered_json& to) {
    const auto each = [&](std::int64_t amount) {
      return rounded(static_cast<double>(amount) /
                         static_cast<double>(std::max<std::uint64_t>(p.statuses, 1)),
                     2);
    };
    const auto& l = p.load;
    to[prefix + "seconds"] = rounded(l.seconds, 2);
    to[prefix + "acknowledged_statuses"] = p.statuses;
    to[prefix + "acknowledged_inbound"] = p.inbound;
    to[prefix + "refused_posts"] = l.refused;
    to[prefix + "statuses_per_s"] = std::round(p.statuses_per_s());
    to[prefix + "posts_per_s"] = std::round(p.posts_per_s());
    to[prefix + "latency_p50_ms"] = rounded(quantile_ms(l.latency, 0.5), 2);
    to[prefix + "latency_p99_ms"] = rounded(quantile_ms(l.latency, 0.99), 2);
    to[prefix + "latency_p999_ms"] = rounded(quantile_ms(l.latency, 0.999), 2);
    to[prefix + "latency_max_ms"] = rounded(ms_of(l.latency.largest()), 2);
    to[prefix + "daemon_cpu_us_per_status"] = each(p.used.daemon_us);
    to[prefix + "postgres_cpu_us_per_status"] = each(p.used.postgres_us);
    to[prefix + "postgres_projection_cpu_us_per_status"] = each(p.used.projection_us);
    to[prefix + "generator_cpu_us_per_status"] = each(p.used.generator_us);
    to[prefix + "wal_bytes_per_status"] = each(p.used.wal_bytes);
  }

  static std::string text_of(const nlohmann::ordered_json& all) {
    std::string text = "\n";
    for (const auto& [key, value] : all.items()) {
      std::array<char, 160> line{};
      std::snprintf(line.data(), line.size(), "  %-44s %14s\n", key.c_str(), value.dump().c_str());
      text += line.data();
    }
    return text;
  }

  [[nodiscard]] std::vector<plot> plots() const {
    plot curve{"ingest-latency", "POST due to 200", "share of POSTs", "milliseconds", {}, true};
    plot rate{"ingest-throughput", "Webhooks answered", "seconds", "POSTs per second", {}};
    for (std::size_t p = 0; p < phases_.size(); ++p) {
      const std::string label = p == 1                        ? "half of the maximum"
                                : phases_[0].wanted_per_s > 0 ? "at the given rate"
                                                              : "maximum";
      plot_line percentiles{label, {}};
      for (double open = 1; open > 1e-5; open /= 1.2)
        percentiles.points.emplace_back(1 - open, quantile_ms(phases_[p].load.latency, 1 - open));
      curve.lines.push_back(std::move(percentiles));
      plot_line answers{label, {}};
      for (std::size_t i = 0; i < phases_[p].load.answers_per_100_ms.size(); ++i)
        answers.points.emplace_back(0.1 * static_cast<double>(i),
                                    10.0 *
                                        static_cast<double>(phases_[p].load.answers_per_100_ms[i]));
      rate.lines.push_back(std::move(answers));
    }
    return {std::move(curve), std::move(rate)};
  }

  scenario_result report() {
    nlohmann::ordered_json all{{"scenario", "ingest"},
                               {"statuses_per_post", settings_.statuses_per_post},
                               {"inbound_share", settings_.inbound_share},
                               {"connections", settings_.connections},
                               {"rate", settings_.rate}};
    tell(phases_[0], "", all);
    if (phases_.size() > 1)
      tell(phases_[1], "half_", all);
    all["rss_mb"] =
        rounded(static_cast<double>(peak_memory_of(stack_.daemon().pid())) / (1024 * 1024), 2);
    all["lost_statuses"] = lost_statuses_;
    all["lost_inbound"] = lost_inbound_;
    all["lost"] = lost_statuses_ + static_cast<std::uint64_t>(lost_inbound_);
    all["duplicates"] = repeated_;
    const bool good =
        lost_statuses_ == 0 && lost_inbound_ == 0 && repeated_ == 0 &&
        std::all_of(phases_.begin(), phases_.end(), [](const phase& p) { return p.statuses > 0; });
    return {text_of(all), all.dump(), good, plots()};
  }

  const ingest_settings& settings_;
  app::local_stack stack_;
  std::unique_ptr<app::remote> client_;
  std::unique_ptr<database_meter> meter_;
  std::unique_ptr<webhook_supply> supply_;
  std::vector<phase> phases_;
  std::vector<std::size_t> firsts_; ///< of the phases' POSTs
  std::int32_t campaign_ = 0;
  std::uint64_t lost_statuses_ = 0, repeated_ = 0;
  std::int64_t lost_inbound_ = 0;
};

} // namespace

core::result<scenario_result> run_ingest(const ingest_settings& settings) {
  return ingest_scenario{settings}.run();
}

} // namespace stentor::load
