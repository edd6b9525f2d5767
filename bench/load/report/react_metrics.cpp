#include "bench/load/report/react_metrics.hpp"

#include "bench/load/report/text.hpp"
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

namespace stentor::load {
namespace {

/// What may still be on its way when a pause is confirmed has come by then, however busy the
/// machine is.
constexpr std::int64_t pause_grace_us = 1'000'000;

double ms_between(std::int64_t from_us, std::int64_t to_us) {
  return static_cast<double>(to_us - from_us) / 1000;
}

double worst(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

double median(std::vector<double> values) {
  if (values.empty())
    return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// When accepted messages were read, in order.
std::vector<std::int64_t> arrivals_of(const ground_truth& facts) {
  std::vector<std::int64_t> all;
  for (const auto& request : facts.requests)
    if (request.code == 0)
      all.push_back(request.latest_us);
  std::sort(all.begin(), all.end());
  return all;
}

/// From a moment to the first arrival behind it.
std::optional<double> first_after(const std::vector<std::int64_t>& arrivals, std::int64_t from_us) {
  const auto at = std::lower_bound(arrivals.begin(), arrivals.end(), from_us);
  return at == arrivals.end() ? std::nullopt : std::optional{ms_between(from_us, *at)};
}

/// From a moment to the last arrival before the end; 0 when none lies between.
double last_before(const std::vector<std::int64_t>& arrivals, std::int64_t from_us,
                   std::int64_t end_us) {
  const auto at = std::lower_bound(arrivals.begin(), arrivals.end(), end_us);
  return at == arrivals.begin() ? 0 : std::max(0.0, ms_between(from_us, *std::prev(at)));
}

core::error silence(const char* after) {
  return {core::errc::invalid, std::string{"no message came after "} + after +
                                   ": the list was too short, or the truth file lacks its end"};
}

} // namespace

core::result<react_times> react_times_of(const ground_truth& facts, const react_moments& m) {
  const auto arrivals = arrivals_of(facts);
  react_times t;
  const auto start = first_after(arrivals, m.launch_us);
  if (!start)
    return silence("the campaign's start");
  t.start_ms = *start;
  t.start_answer_ms = ms_between(m.launch_us, m.launched_us);
  for (const auto& r : m.rounds) {
    const auto resume = first_after(arrivals, r.resume_us);
    if (!resume)
      return silence("a resumption");
    t.pause_ms.push_back(last_before(arrivals, r.pause_us, r.resume_us));
    t.pause_answer_ms.push_back(ms_between(r.pause_us, r.answered_us));
    t.resume_ms.push_back(*resume);
    t.late_messages += static_cast<std::uint64_t>(
        std::count_if(facts.requests.begin(), facts.requests.end(), [&](const auto& request) {
          return request.earliest_us > r.answered_us + pause_grace_us &&
                 request.latest_us < r.resume_us;
        }));
  }
  const auto restart = first_after(arrivals, m.restarted_us);
  if (!restart)
    return silence("the kill");
  t.restart_ms = *restart;
  t.restart_ready_ms = ms_between(m.restarted_us, m.ready_us);
  t.kill_ms = *restart + ms_between(m.killed_us, m.restarted_us);
  return t;
}

bool clean(const react_measure& m) {
  return clean(m.truth) && m.times.late_messages == 0 &&
         (m.status == "completed" || m.status == "cancelled");
}

std::string to_text(const react_measure& m) {
  const auto& t = m.times;
  const auto time = [](const char* name, double ms, const std::string& more) {
    return line("  %-34s %10.1f  %s", name, ms, more.c_str());
  };
  const auto median_of = [](const std::vector<double>& values) {
    return line("the worst of %zu; median %.1f", values.size(), median(values));
  };
  const auto bare = [](std::string text) {
    text.pop_back();
    return text;
  };
  const auto count = [](const char* name, std::uint64_t value) {
    return line("  %-34s %10llu", name, static_cast<unsigned long long>(value));
  };
  return line("\nHow soon messages began and ended, in milliseconds until they arrived") +
         line("  %llu recipients, %llu numbers of %g messages/s, %s, campaign %s; import took %.1f "
              "s",
              static_cast<unsigned long long>(m.recipients),
              static_cast<unsigned long long>(m.numbers), m.number_rate,
              m.tls ? "TLS" : "in the clear", m.status.c_str(), m.import_s) +
         time("start to first message", t.start_ms,
              bare(line("the request was answered after %.1f", t.start_answer_ms))) +
         time("pause to last message", worst(t.pause_ms), bare(median_of(t.pause_ms))) +
         time("pause to answer", worst(t.pause_answer_ms), bare(median_of(t.pause_answer_ms))) +
         time("resumption to first message", worst(t.resume_ms), bare(median_of(t.resume_ms))) +
         time(
             "restart to first message", t.restart_ms,
             bare(line("after SIGKILL, with its database; ready after %.1f", t.restart_ready_ms))) +
         time("kill to first message", t.kill_ms, "") + line("\nBy the simulator's own record") +
         count("sent twice", m.truth.duplicates) + count("lost", m.truth.lost) +
         count("rate violations", m.truth.rate_violations) +
         count("while paused", t.late_messages) +
         count("in doubt after the kill", m.truth.in_doubt) +
         count("unknown to the database", m.truth.unknown_acceptances);
}

std::string to_json(const react_measure& m) {
  const auto& t = m.times;
  const nlohmann::ordered_json all{
      {"scenario", "react"},
      {"recipients", m.recipients},
      {"numbers", m.numbers},
      {"number_rate", m.number_rate},
      {"tls", m.tls},
      {"status", m.status},
      {"import_seconds", rounded(m.import_s, 1)},
      {"pauses", t.pause_ms.size()},
      {"start_to_first_message_ms", rounded(t.start_ms, 1)},
      {"start_to_answer_ms", rounded(t.start_answer_ms, 1)},
      {"pause_to_last_message_ms", rounded(worst(t.pause_ms), 1)},
      {"pause_to_last_message_p50_ms", rounded(median(t.pause_ms), 1)},
      {"pause_to_answer_ms", rounded(worst(t.pause_answer_ms), 1)},
      {"resume_to_first_message_ms", rounded(worst(t.resume_ms), 1)},
      {"resume_to_first_message_p50_ms", rounded(median(t.resume_ms), 1)},
      {"restart_to_first_message_ms", rounded(t.restart_ms, 1)},
      {"restart_to_ready_ms", rounded(t.restart_ready_ms, 1)},
      {"kill_to_first_message_ms", rounded(t.kill_ms, 1)},
      {"requests", m.truth.requests},
      {"in_doubt", m.truth.in_doubt},
      {"late_messages", t.late_messages},
      {"duplicates", m.truth.duplicates},
      {"lost", m.truth.lost},
      {"unknown_acceptances", m.truth.unknown_acceptances},
      {"wrong_states", m.truth.wrong_states},
      {"rate_violations", m.truth.rate_violations},
      {"stop_violations", m.truth.stop_violations}};
  return all.dump();
}

} // namespace stentor::load
