#include "bench/load/scenario/pages_scenario.hpp"

#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/report/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace stentor::load {
namespace {

using nlohmann::json;
using steady = std::chrono::steady_clock;

constexpr double good_p99_ms = 50;

/// An object in any case, so that what is missing in an answer has a default.
json object_of(const std::string& answer) {
  auto parsed = json::parse(answer, nullptr, false);
  return parsed.is_object() ? parsed : json::object();
}

struct page_kind {
  const char* name;
  std::string path;
  bool walks = false; ///< each request asks for the page behind the last one
};

struct page_times {
  std::string name;
  std::vector<double> ms; ///< in order

  [[nodiscard]] double quantile(double share) const {
    const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ms.size())) - 1);
    return ms.empty() ? 0 : ms[std::min(at, ms.size() - 1)];
  }
};

std::vector<page_kind> kinds_of(const std::string& campaign) {
  const auto people = campaign + "/recipients?limit=100";
  return {{"campaigns", "/api/whatsapp/campaigns?limit=100"},
          {"campaign", campaign},
          {"stats", campaign + "/stats"},
          {"recipients", people, true},
          {"recipients_sent", people + "&status=sent", true},
          {"recipients_failed", people + "&status=failed", true},
          {"customers", "/api/whatsapp/customers?limit=100", true},
          {"suppressions", "/api/whatsapp/suppressions?limit=100", true}};
}

/// Asks for one kind of page again and again.
core::result<page_times> measure(app::remote& daemon, const page_kind& kind, unsigned rounds) {
  page_times times{kind.name, {}};
  std::string cursor;
  for (unsigned i = 0; i < rounds; ++i) {
    const auto began = steady::now();
    const auto answer =
        app::ask(daemon, "GET", cursor.empty() ? kind.path : kind.path + "&cursor=" + cursor);
    if (!answer)
      return answer.error();
    times.ms.push_back(std::chrono::duration<double, std::milli>(steady::now() - began).count());
    const auto next = object_of(*answer).value("nextCursor", json{});
    cursor = kind.walks && next.is_string() ? next.get<std::string>() : std::string{};
  }
  std::sort(times.ms.begin(), times.ms.end());
  return times;
}

core::result<std::vector<page_times>> measure_all(app::local_stack& stack, unsigned rounds) {
  say("   Figures and lists are asked for ...");
  const auto daemon = connect_to(stack);
  if (!daemon)
    return daemon.error();
  const auto list = app::ask(**daemon, "GET", "/api/whatsapp/campaigns");
  if (!list)
    return list.error();
  const auto id = object_of(*list).value(json::json_pointer{"/data/0/id"}, std::string{});
  if (id.empty())
    return core::error{core::errc::invalid, "the list of campaigns is empty: " + *list};
  std::vector<page_times> all;
  for (const auto& kind : kinds_of(path_of(id))) {
    auto times = measure(**daemon, kind, rounds);
    if (!times)
      return times.error();
    all.push_back(std::move(*times));
  }
  return all;
}

} // namespace

core::result<scenario_result> run_pages(const pages_settings& settings) {
  auto dispatch = settings.dispatch;
  dispatch.scenario = "pages";
  std::vector<page_times> pages;
  dispatch.after_sending = [&](app::local_stack& stack) -> core::status {
    auto measured = measure_all(stack, settings.rounds);
    if (!measured)
      return measured.error();
    pages = std::move(*measured);
    return core::ok{};
  };
  const auto sent = run_dispatch(dispatch);
  if (!sent)
    return sent.error();
  nlohmann::ordered_json all{
      {"scenario", "pages"}, {"recipients", dispatch.recipients}, {"rounds", settings.rounds}};
  auto text =
      to_text(*sent) +
      line("\nHow long pages of a campaign of %llu take, in milliseconds (%u requests each)",
           static_cast<unsigned long long>(dispatch.recipients), settings.rounds) +
      line("  %-20s %8s %8s %8s", "", "p50", "p99", "worst");
  auto quick = true;
  for (const auto& page : pages) {
    const auto p99 = page.quantile(0.99);
    text += line("  %-20s %8.1f %8.1f %8.1f", page.name.c_str(), page.quantile(0.5), p99,
                 page.quantile(1));
    all[page.name + "_p50_ms"] = rounded(page.quantile(0.5), 2);
    all[page.name + "_p99_ms"] = rounded(p99, 2);
    quick = quick && p99 < good_p99_ms;
  }
  return scenario_result{text, all.dump(), quick && clean(*sent), {}};
}

} // namespace stentor::load
