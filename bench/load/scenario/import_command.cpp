/// `stentor-load import`: how fast a long list with faults gets into the database.

#include "adapters/process/interrupt.hpp"
#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/database_meter.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/harness/recipient_list.hpp"
#include "bench/load/report/text.hpp"
#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>

namespace stentor::load {
namespace {

using nlohmann::ordered_json;
using steady = std::chrono::steady_clock;

struct import_options {
  stack_settings stack;
  std::uint64_t rows = 10'000'000;
  list_faults faults{50, 199, 997, 101};
  output_settings output;
};

double own_cpu_s() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto s = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return s(use.ru_utime) + s(use.ru_stime);
}

/// How far the daemon's report is from what is known of the list.
std::uint64_t count_errors(const nlohmann::json& report, const list_counts& known,
                           std::uint64_t rows) {
  const auto screened = report.value("screened", nlohmann::json::object());
  const auto off = [](std::uint64_t is, std::uint64_t must) {
    return is > must ? is - must : must - is;
  };
  const auto reason = [&](const char* name) { return screened.value(name, std::uint64_t{0}); };
  return off(report.value("rowsRead", std::uint64_t{0}), rows) +
         off(report.value("rowsBad", std::uint64_t{0}), known.bad) +
         off(report.value("sendable", std::uint64_t{0}), known.good) +
         off(reason("invalid_number"), known.invalid) + off(reason("duplicate"), known.duplicate) +
         off(reason("no_consent"), known.refused);
}

struct import_times {
  double upload_s = 0;    ///< until the last byte was taken
  double answer_s = 0;    ///< from there to the answer: screening, indexes, commit
  double generator_s = 0; ///< CPU time of making and uploading the list
};

/// Tells when the last piece was taken.
class timed_list : public recipient_csv {
public:
  using recipient_csv::recipient_csv;
  [[nodiscard]] steady::time_point ended() const noexcept { return ended_; }

protected:
  int_type underflow() override {
    const auto next = recipient_csv::underflow();
    if (next == traits_type::eof())
      ended_ = steady::now();
    return next;
  }

private:
  steady::time_point ended_;
};

std::string text_of(const ordered_json& all) {
  std::string text = "\n";
  for (const auto& [key, value] : all.items()) {
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), "  %-36s %14s\n", key.c_str(), value.dump().c_str());
    text += line.data();
  }
  return text;
}

struct import_measure {
  std::string report; ///< the daemon's own, JSON
  double seconds = 0;
  double finish_seconds = 0; ///< of them, after the last byte of the list
  double megabytes = 0;
  double generator_us = 0; ///< our own CPU time
  std::int64_t daemon_us = 0, postgres_us = 0;
  std::int64_t wal_bytes = 0;
  std::int64_t peak_memory_bytes = 0;
};

core::result<import_measure> measure_import(app::local_stack& stack,
                                            const import_options& options) {
  const auto client = connect_to(stack);
  if (!client)
    return client.error();
  auto meter = database_meter::open(stack.daemon());
  if (!meter)
    return meter.error();
  const auto campaign = make_campaign(**client);
  if (!campaign)
    return campaign.error();
  say("2. A list of " + std::to_string(options.rows) + " rows is imported ...");
  if (const auto looked = (*meter)->poll(); !looked)
    return looked.error();
  const auto wal = (*meter)->wal_position();
  import_measure measure;
  measure.daemon_us = -cpu_us_of(stack.daemon().pid());
  const auto own_before = own_cpu_s();
  timed_list list{options.rows, process::interrupted, options.faults};
  const auto began = steady::now();
  auto answer = import_csv(**client, *campaign, list);
  const auto ended = steady::now();
  if (!answer)
    return answer.error();
  measure.report = std::move(*answer);
  measure.seconds = std::chrono::duration<double>(ended - began).count();
  measure.finish_seconds = std::chrono::duration<double>(ended - list.ended()).count();
  measure.megabytes = static_cast<double>(list.bytes()) / 1e6;
  measure.generator_us = (own_cpu_s() - own_before) * 1e6;
  measure.daemon_us += cpu_us_of(stack.daemon().pid());
  const auto looked = (*meter)->poll();
  const auto wal_after = (*meter)->wal_position();
  if (!looked || !wal || !wal_after)
    return !looked ? looked.error() : !wal ? wal.error() : wal_after.error();
  measure.wal_bytes = *wal_after - *wal;
  measure.postgres_us = (*meter)->cpu_us() - (*meter)->cpu_us_by_name()["stentor-load"];
  measure.peak_memory_bytes = peak_memory_of(stack.daemon().pid());
  return measure;
}

core::result<scenario_result> import_once(const import_options& options) {
  app::local_stack stack{local_settings_of(options.stack)};
  say("1. Simulator, daemon and its PostgreSQL start ...");
  if (const auto opened = start_stack(stack, options.stack); !opened)
    return opened.error();
  const auto measure = measure_import(stack, options);
  if (!measure)
    return measure.error();
  const auto report = nlohmann::json::parse(measure->report, nullptr, false);
  const auto known = count_rows(options.rows, options.faults);
  const auto errors = report.is_object() ? count_errors(report, known, options.rows) : options.rows;
  const auto per_row = [&](double amount) {
    return rounded(amount / static_cast<double>(options.rows), 2);
  };
  const ordered_json all{
      {"scenario", "import"},
      {"rows", options.rows},
      {"sendable", known.good},
      {"duplicate_rows", known.duplicate},
      {"invalid_rows", known.invalid},
      {"bad_rows", known.bad},
      {"no_consent_rows", known.refused},
      {"count_errors", errors},
      {"megabytes", rounded(measure->megabytes, 2)},
      {"seconds", rounded(measure->seconds, 2)},
      {"upload_seconds", rounded(measure->seconds - measure->finish_seconds, 2)},
      {"finish_seconds", rounded(measure->finish_seconds, 2)},
      {"rows_per_s", std::round(static_cast<double>(options.rows) / measure->seconds)},
      {"daemon_cpu_us_per_row", per_row(static_cast<double>(measure->daemon_us))},
      {"postgres_cpu_us_per_row", per_row(static_cast<double>(measure->postgres_us))},
      {"generator_cpu_us_per_row", per_row(measure->generator_us)},
      {"wal_bytes_per_row", per_row(static_cast<double>(measure->wal_bytes))},
      {"rss_mb", rounded(static_cast<double>(measure->peak_memory_bytes) / (1024 * 1024), 2)}};
  return scenario_result{text_of(all), all.dump(), errors == 0, {}};
}

} // namespace

void add_import_command(CLI::App& program, command& chosen) {
  auto* sub =
      program.add_subcommand("import", "A long CSV list with faults, streamed to a daemon.");
  sub->description(
      "A long CSV list with faults, streamed to a daemon.\n\n"
      "The list is made while it is sent and never lies on a disk. How many of its rows are good,\n"
      "duplicate, invalid, bad or without consent is known in advance and must be what the daemon\n"
      "reports (count_errors 0).");
  const auto given = std::make_shared<import_options>();
  given->stack.numbers = 1;
  sub->add_option("--rows", given->rows, "Lines of the list besides the header")
      ->check(CLI::Range(std::uint64_t{1}, people_max))
      ->capture_default_str();
  auto& f = given->faults;
  const auto every = [&](const char* name, std::uint64_t& to, const char* what) {
    sub->add_option(name, to, std::string{"Every so many rows: "} + what + "; 0: none")
        ->check(CLI::Range(std::uint64_t{0}, people_max))
        ->capture_default_str();
  };
  every("--duplicate-every", f.duplicate_every, "a person who stood there before");
  every("--invalid-every", f.invalid_every, "no valid number");
  every("--bad-every", f.bad_every, "a line that can't be read");
  every("--no-consent-every", f.refused_every, "somebody who did not agree");
  add_stack_options(*sub, given->stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] { return run_scenario(given->output, [&] { return import_once(*given); }); };
  });
}

} // namespace stentor::load
