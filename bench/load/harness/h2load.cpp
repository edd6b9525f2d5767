#include "bench/load/harness/h2load.hpp"

#include "adapters/process/child_process.hpp"
#include "adapters/process/interrupt.hpp"
#include "adapters/process/text_file.hpp"

#include <sys/resource.h>

#include <charconv>
#include <cstdlib>
#include <fstream>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;

/// What the daemon sends for the scenario's template, letter for letter besides the person.
constexpr std::string_view message =
    R"({"messaging_product":"whatsapp","recipient_type":"individual","to":"+4915121234567","type":"template",)"
    R"("template":{"name":"tour_package_marketing","language":{"code":"en_US"},"components":[)"
    R"({"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"Lisbon"}]},)"
    R"({"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"Lisbon"}]}]},)"
    R"("biz_opaque_callback_data":"h2load"})";

/// The number before `mark`, as in "…, 96024.10 req/s".
core::result<double> number_before(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  auto from = at == std::string_view::npos ? 0 : at;
  while (from > 0 &&
         (std::isdigit(static_cast<unsigned char>(text[from - 1])) != 0 || text[from - 1] == '.'))
    --from;
  double value = 0;
  if (at == std::string_view::npos ||
      std::from_chars(text.data() + from, text.data() + at, value).ec != std::errc{})
    return core::error{core::errc::invalid,
                       "h2load's report has no number before \"" + std::string{mark} + "\""};
  return value;
}

std::int64_t children_cpu_us() {
  rusage use{};
  ::getrusage(RUSAGE_CHILDREN, &use);
  const auto us = [](const timeval& t) { return t.tv_sec * 1'000'000 + t.tv_usec; };
  return us(use.ru_utime) + us(use.ru_stime);
}

core::result<int> wait_for(process::child_process& child) {
  while (!process::interrupted())
    if (const auto status = child.wait(200ms))
      return *status;
  return core::error{core::errc::unavailable, "interrupted"};
}

} // namespace

std::filesystem::path find_program(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  // Debian's daemons lie where an ordinary user's PATH does not lead.
  const std::string all = std::string{rest} + ":/usr/sbin:/usr/bin";
  for (rest = all; !rest.empty();) {
    const auto folder = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    const auto candidate = std::filesystem::path{folder} / name;
    std::error_code failure;
    if (!folder.empty() && std::filesystem::is_regular_file(candidate, failure))
      return candidate;
  }
  return {};
}

core::result<h2load_metrics> parse_h2load(std::string_view report) {
  const auto rate = number_before(report, " req/s");
  const auto finished = report.find("finished in ");
  const auto succeeded = number_before(report, " 2xx");
  if (!rate || !succeeded || finished == std::string_view::npos)
    return core::error{core::errc::invalid, "h2load's report can't be read"};
  h2load_metrics figures;
  figures.requests_per_s = *rate;
  figures.succeeded = static_cast<std::uint64_t>(*succeeded);
  const auto total = number_before(report, " total,");
  if (total && *rate > 0)
    figures.seconds = *total / *rate;
  return figures;
}

core::result<h2load_metrics> run_h2load(const h2load_settings& settings,
                                        const std::filesystem::path& folder) {
  const auto program = find_program("h2load");
  if (program.empty())
    return core::error{core::errc::not_found,
                       "there is no h2load on this machine: install the package nghttp2-client"};
  const auto body = folder / "h2load.json";
  const auto output = folder / "h2load.log";
  std::ofstream{body} << message;
  std::error_code ignored;
  std::filesystem::remove(output, ignored);
  const auto before = children_cpu_us();
  const auto child = process::child_process::start(
      {program.string(), "-n", std::to_string(settings.requests), "-c",
       std::to_string(settings.connections), "-m", std::to_string(settings.streams), "-t",
       std::to_string(settings.threads), "-d", body.string(), "-H",
       "content-type: application/json", "-H", "authorization: Bearer " + settings.token,
       settings.url},
      output);
  if (!child)
    return child.error();
  const auto status = wait_for(**child);
  if (!status)
    return status.error();
  const auto report = process::text_of(output);
  auto figures = parse_h2load(report);
  if (*status != 0 || !figures)
    return core::error{core::errc::internal, "h2load failed:\n" + report};
  figures->cpu_us = children_cpu_us() - before;
  if (figures->succeeded != settings.requests)
    return core::error{core::errc::internal,
                       "the server refused some of h2load's messages:\n" + report};
  return figures;
}

} // namespace stentor::load
