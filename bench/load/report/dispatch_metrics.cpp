#include "bench/load/report/dispatch_metrics.hpp"

#include "bench/load/report/text.hpp"
#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace stentor::load {
namespace {

constexpr double us_per_s = 1e6;

double per_message(std::int64_t amount, const dispatch_measure& m) {
  return m.messages == 0 ? 0 : static_cast<double>(amount) / static_cast<double>(m.messages);
}

/// Two decimals are what the clock ticks give.
double seconds_between(std::int64_t from_us, std::int64_t to_us) {
  return static_cast<double>(to_us - from_us) / us_per_s;
}

std::int64_t backend_us(const dispatch_measure& m, const char* name) {
  const auto at = m.postgres_cpu_us.find(name);
  return at == m.postgres_cpu_us.end() ? 0 : at->second;
}

std::int64_t postgres_us(const dispatch_measure& m) {
  return m.postgres_total_cpu_us - backend_us(m, "stentor-load");
}

double average_commit(const dispatch_measure& m) {
  return m.commits == 0 ? 0 : static_cast<double>(m.events) / static_cast<double>(m.commits);
}

std::string cost_text(const dispatch_measure& m) {
  auto text = line("\nCPU microseconds per message") +
              line("  %-28s %10.2f", "daemon", per_message(m.daemon_cpu_us, m)) +
              line("  %-28s %10.2f", "PostgreSQL, hot path",
                   per_message(hot_path_us(m.postgres_cpu_us), m));
  for (const auto& [name, us] : m.postgres_cpu_us)
    if (us > 0 && name != "stentor-load" && name != "stentor projection")
      text += line("    %-26s %10.2f", name.c_str(), per_message(us, m));
  text +=
      line("  %-28s %10.2f  until all is folded, %.1f s after the end", "PostgreSQL, projection",
           per_message(m.projection_cpu_us, m), m.projection_behind_s);
  text += line("  %-28s %10.2f", "PostgreSQL, all", per_message(postgres_us(m), m));
  if (m.simulator_cpu_us > 0)
    text += line("  %-28s %10.2f", m.server.c_str(), per_message(m.simulator_cpu_us, m));
  return text;
}

std::string truth_text(const truth_report& r) {
  const auto count = [](const char* name, std::uint64_t value) {
    return line("  %-28s %10llu", name, static_cast<unsigned long long>(value));
  };
  return line("\nBy the simulator's own record") + count("sent twice", r.duplicates) +
         count("lost", r.lost) + count("rate violations", r.rate_violations) +
         count("by moment of reading", r.rate_violations_strict) +
         count("wrong states", r.wrong_states) + count("after a stop", r.stop_violations) +
         count("unknown to the database", r.unknown_acceptances) +
         line("  %-28s %10.4f", "utilisation of the limits", r.utilisation);
}

} // namespace

double metric_value(std::string_view text, std::string_view series) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1);
    const auto each = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (each.size() <= series.size() || !each.starts_with(series) || each[series.size()] != ' ')
      continue;
    double value = 0;
    const auto* from = each.data() + series.size() + 1;
    const auto read = std::from_chars(from, each.data() + each.size(), value);
    return read.ec == std::errc{} ? value : 0;
  }
  return 0;
}

double metric_quantile(std::string_view text, std::string_view histogram, double share) {
  const std::string name{histogram};
  const auto wanted = share * metric_value(text, name + "_count");
  const auto begin = name + "_bucket{le=\"";
  double edge_before = 0;
  double count_before = 0;
  for (auto at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
    const auto le = text.substr(at + begin.size());
    const auto value = le.substr(le.find("} ") + 2);
    double edge = 0;
    double count = 0;
    const bool finite =
        std::from_chars(le.data(), le.data() + le.find('"'), edge).ec == std::errc{};
    std::from_chars(value.data(), value.data() + value.find('\n'), count);
    if (wanted > 0 && count >= wanted)
      return !finite || count <= count_before
                 ? edge_before
                 : edge_before +
                       (edge - edge_before) * (wanted - count_before) / (count - count_before);
    edge_before = edge;
    count_before = count;
  }
  return 0;
}

double messages_per_s(const dispatch_measure& m) {
  const auto seconds = seconds_between(m.first_us, m.last_us);
  return seconds > 0 ? static_cast<double>(m.messages) / seconds : 0;
}

double messages_per_s_with_receipts(const dispatch_measure& m) {
  const auto seconds = seconds_between(m.first_us, m.last_event_us);
  return seconds > 0 ? static_cast<double>(m.messages) / seconds : 0;
}

utilisation steady_utilisation(const ground_truth& facts) {
  constexpr std::int64_t second_us = 1'000'000;
  struct span {
    std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = 0;
    double requests = 0;
  };
  std::vector<span> spans(facts.numbers.size());
  for (const auto& request : facts.requests) {
    auto& s = spans.at(request.number);
    s.first = std::min(s.first, request.latest_us);
    s.last = std::max(s.last, request.latest_us);
  }
  for (const auto& request : facts.requests) {
    auto& s = spans.at(request.number);
    s.requests +=
        request.latest_us >= s.first + second_us && request.latest_us < s.last - second_us ? 1 : 0;
  }
  double used = 0, allowed = 0, least = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const auto& s = spans[i];
    if (facts.numbers[i].rate <= 0 || s.last - s.first < 3 * second_us)
      continue;
    const double limit =
        facts.numbers[i].rate * static_cast<double>(s.last - s.first - 2 * second_us) / us_per_s;
    used += s.requests;
    allowed += limit;
    least = std::min(least, s.requests / limit);
  }
  return allowed > 0 ? utilisation{used / allowed, least} : utilisation{};
}

bool clean(const dispatch_measure& m) {
  const bool foreign_clean =
      !m.foreign || (m.foreign->duplicates() == 0 && m.foreign->recipients == m.recipients);
  return m.status == "completed" && foreign_clean && (!m.truth || clean(*m.truth));
}

std::string to_text(const dispatch_measure& m) {
  auto text = line("\n%lld messages in %.2f s: %.0f messages/s, from the first request to the "
                   "commit of the last outcome",
                   static_cast<long long>(m.messages), seconds_between(m.first_us, m.last_us),
                   messages_per_s(m));
  text += line("  %llu numbers of %g messages/s, %s, campaign %s; import took %.1f s",
               static_cast<unsigned long long>(m.numbers), m.number_rate,
               m.tls ? "TLS" : "in the clear", m.status.c_str(), m.import_s);
  if (m.receipts_per_post > 0)
    text += line("  %lld receipts, %u per POST; all durable %.2f s after the first request",
                 static_cast<long long>(m.statuses), m.receipts_per_post,
                 seconds_between(m.first_us, m.last_event_us));
  text += cost_text(m);
  text +=
      line("\nOther figures") +
      line("  %-28s %10.1f  MiB, the most", "daemon's memory",
           static_cast<double>(m.peak_memory_bytes) / (1024 * 1024)) +
      line("  %-28s %10.1f  bytes per message", "write-ahead log", per_message(m.wal_bytes, m)) +
      line("  %-28s %10lld  of %.0f events on average, longest %.1f ms", "commits of the ledger",
           static_cast<long long>(m.commits), average_commit(m), m.longest_commit_ms) +
      line("  %-28s %10.2f  ms; p99 %.2f ms in the worst seconds", "request to answer, p50",
           m.latency_p50_ms, m.latency_p99_ms) +
      line("  %-28s %10.2f  ms", "permit to wire, p99", m.permit_to_wire_p99_ms);
  if (m.foreign)
    text += line("\nBy the database%s", m.foreign->received ? " and the server's log" : "") +
            line("  %-28s %10lld", "sent twice", static_cast<long long>(m.foreign->duplicates())) +
            line("  %-28s %10lld", "lost",
                 static_cast<long long>(m.recipients - m.foreign->recipients));
  if (!m.truth)
    return text;
  text += truth_text(*m.truth);
  if (m.steady_utilisation > 0)
    text += line("  %-28s %10.4f  without first and last second; %.4f of the lowest number",
                 "utilisation", m.steady_utilisation, m.least_utilisation);
  return text;
}

std::string to_json(const dispatch_measure& m) {
  nlohmann::ordered_json all{
      {"scenario", m.scenario},
      {"server", m.server},
      {"recipients", m.recipients},
      {"numbers", m.numbers},
      {"number_rate", m.number_rate},
      {"tls", m.tls},
      {"receipts_per_post", m.receipts_per_post},
      {"status", m.status},
      {"import_seconds", rounded(m.import_s, 2)},
      {"messages", m.messages},
      {"statuses", m.statuses},
      {"seconds", rounded(seconds_between(m.first_us, m.last_us), 2)},
      {"seconds_with_receipts", rounded(seconds_between(m.first_us, m.last_event_us), 2)},
      {"messages_per_s", std::round(messages_per_s(m))},
      {"messages_per_s_with_receipts", std::round(messages_per_s_with_receipts(m))},
      {"daemon_cpu_us_per_message", rounded(per_message(m.daemon_cpu_us, m), 2)},
      {"postgres_cpu_us_per_message", rounded(per_message(hot_path_us(m.postgres_cpu_us), m), 2)},
      {"ledger_cpu_us_per_message", rounded(per_message(backend_us(m, "stentor ledger"), m), 2)},
      {"postgres_projection_cpu_us_per_message", rounded(per_message(m.projection_cpu_us, m), 2)},
      {"postgres_all_cpu_us_per_message", rounded(per_message(postgres_us(m), m), 2)},
      {"projection_behind_seconds", rounded(m.projection_behind_s, 2)},
      {"server_cpu_us_per_message", rounded(per_message(m.simulator_cpu_us, m), 2)},
      {"rss_mb", rounded(static_cast<double>(m.peak_memory_bytes) / (1024 * 1024), 2)},
      {"wal_bytes_per_message", rounded(per_message(m.wal_bytes, m), 2)},
      {"ledger_commits", m.commits},
      {"events_per_commit", rounded(average_commit(m), 2)},
      {"longest_commit_ms", rounded(m.longest_commit_ms, 2)},
      {"latency_p50_ms", rounded(m.latency_p50_ms, 2)},
      {"latency_p99_ms", rounded(m.latency_p99_ms, 2)},
      {"permit_to_wire_p99_ms", rounded(m.permit_to_wire_p99_ms, 2)}};
  if (m.foreign) {
    if (m.foreign->received)
      all["requests"] = *m.foreign->received;
    all["duplicates"] = m.foreign->duplicates();
    all["lost"] = m.recipients - m.foreign->recipients;
  }
  if (m.truth) {
    const auto truth = nlohmann::ordered_json::parse(to_json(*m.truth));
    for (const auto* key :
         {"requests", "accepted", "refused", "in_doubt", "unfinished", "duplicates", "lost",
          "unknown_acceptances", "wrong_states", "rate_violations", "rate_violations_strict",
          "stop_violations", "broken", "utilisation"})
      all[key] = truth.at(key);
    all["steady_utilisation"] = m.steady_utilisation;
    all["least_utilisation"] = m.least_utilisation;
  }
  return all.dump();
}

std::int64_t hot_path_us(const std::map<std::string, std::int64_t>& by_name) {
  std::int64_t sum = 0;
  for (const auto& [name, us] : by_name)
    sum += name == "stentor projection" || name == "stentor-load" ? 0 : us;
  return sum;
}

} // namespace stentor::load
