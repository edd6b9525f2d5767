/// `stentor-load customers`: how fast a list of customers gets into the database, and how fast the
/// same list is found to change nothing.

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

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

namespace stentor::load {
namespace {

using nlohmann::ordered_json;
using steady = std::chrono::steady_clock;

struct customers_options {
  stack_settings stack;
  std::uint64_t customers = 1'000'000;
  output_settings output;
};

/// One pass of the list.
struct pass {
  double seconds = 0;
  std::int64_t daemon_us = 0, postgres_us = 0, wal_bytes = 0;
  std::uint64_t read = 0, added = 0, unchanged = 0;
};

core::result<pass> upload_once(app::local_stack& stack, app::remote& client,
                               std::uint64_t customers) {
  auto meter = database_meter::open(stack.daemon());
  if (!meter)
    return meter.error();
  if (const auto looked = (*meter)->poll(); !looked)
    return looked.error();
  const auto wal = (*meter)->wal_position();
  pass measured;
  measured.daemon_us = -cpu_us_of(stack.daemon().pid());
  recipient_csv list{customers, process::interrupted};
  const auto began = steady::now();
  const auto answer = upload_csv(client, "/api/whatsapp/customers", list);
  measured.seconds = std::chrono::duration<double>(steady::now() - began).count();
  if (!answer)
    return answer.error();
  measured.daemon_us += cpu_us_of(stack.daemon().pid());
  const auto looked = (*meter)->poll();
  const auto wal_after = (*meter)->wal_position();
  if (!looked || !wal || !wal_after)
    return !looked ? looked.error() : !wal ? wal.error() : wal_after.error();
  measured.wal_bytes = *wal_after - *wal;
  measured.postgres_us = (*meter)->cpu_us() - (*meter)->cpu_us_by_name()["stentor-load"];
  const auto report = nlohmann::json::parse(*answer, nullptr, false);
  if (report.is_object()) {
    measured.read = report.value("rowsRead", std::uint64_t{0});
    measured.added = report.value("rowsAdded", std::uint64_t{0});
    measured.unchanged = report.value("rowsUnchanged", std::uint64_t{0});
  }
  return measured;
}

void add_figures(ordered_json& all, const std::string& name, const pass& measured,
                 std::uint64_t customers) {
  const auto per_row = [&](std::int64_t amount) {
    return rounded(static_cast<double>(amount) / static_cast<double>(customers), 2);
  };
  all[name + "_seconds"] = rounded(measured.seconds, 2);
  all[name + "_rows_per_s"] = std::round(static_cast<double>(customers) / measured.seconds);
  all[name + "_daemon_cpu_us_per_row"] = per_row(measured.daemon_us);
  all[name + "_postgres_cpu_us_per_row"] = per_row(measured.postgres_us);
  all[name + "_wal_bytes_per_row"] = per_row(measured.wal_bytes);
}

std::string text_of_figures(const ordered_json& all) {
  std::string text = "\n";
  for (const auto& [key, value] : all.items()) {
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(), "  %-36s %14s\n", key.c_str(), value.dump().c_str());
    text += line.data();
  }
  return text;
}

core::result<scenario_result> import_customers(const customers_options& options) {
  app::local_stack stack{local_settings_of(options.stack)};
  say("1. Simulator, daemon and its PostgreSQL start ...");
  if (const auto opened = start_stack(stack, options.stack); !opened)
    return opened.error();
  const auto client = connect_to(stack);
  if (!client)
    return client.error();
  say("2. " + std::to_string(options.customers) + " customers are imported ...");
  const auto first = upload_once(stack, **client, options.customers);
  if (!first)
    return first.error();
  say("3. The same list comes once more ...");
  const auto again = upload_once(stack, **client, options.customers);
  if (!again)
    return again.error();
  const auto off = [](std::uint64_t is, std::uint64_t must) {
    return is > must ? is - must : must - is;
  };
  const auto errors = off(first->read, options.customers) + off(first->added, options.customers) +
                      off(again->unchanged, options.customers);
  ordered_json all{
      {"scenario", "customers"}, {"customers", options.customers}, {"count_errors", errors}};
  add_figures(all, "new", *first, options.customers);
  add_figures(all, "known", *again, options.customers);
  all["rss_mb"] =
      rounded(static_cast<double>(peak_memory_of(stack.daemon().pid())) / (1024 * 1024), 2);
  return scenario_result{text_of_figures(all), all.dump(), errors == 0, {}};
}

} // namespace

void add_customers_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand("customers", "A CSV list of customers, twice, to a daemon.");
  sub->description(
      "A CSV list of customers, streamed to a daemon twice.\n\n"
      "The first time all of them are new, the second time nothing changes; the daemon must "
      "report\n"
      "just that (count_errors 0). The list is made while it is sent and never lies on a disk.");
  const auto given = std::make_shared<customers_options>();
  given->stack.numbers = 1;
  sub->add_option("--customers", given->customers, "How many")
      ->check(CLI::Range(std::uint64_t{1}, people_max))
      ->capture_default_str();
  add_stack_options(*sub, given->stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] {
      return run_scenario(given->output, [&] { return import_customers(*given); });
    };
  });
}

} // namespace stentor::load
