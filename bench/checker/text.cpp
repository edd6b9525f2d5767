/// The report for people and for programs.

#include "bench/checker/truth_report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace stentor::load {
namespace {

struct figure {
  std::uint64_t truth_report::*count;
  const char* name;
  const char* meaning;
};

constexpr std::array figures{
    figure{&truth_report::requests, "requests", "sends that came"},
    figure{&truth_report::accepted, "accepted", "of these"},
    figure{&truth_report::refused, "refused", "of these"},
    figure{&truth_report::foreign, "foreign", "accepted, of no campaign of this database"},
    figure{&truth_report::recipients, "recipients", "in the database"},
    figure{&truth_report::screened, "screened", "kept back at import"},
    figure{&truth_report::in_doubt, "in_doubt", "or held, says the database"},
    figure{&truth_report::in_doubt_unsent, "in_doubt_unsent", "of these, never seen by Meta"},
    figure{&truth_report::in_doubt_cut, "in_doubt_cut",
           "of these, on their way when a connection was cut"},
    figure{&truth_report::unfinished, "unfinished", "campaigns that go on"},
    figure{&truth_report::resent, "resent", "in doubt, under the policy resend"},
    figure{&truth_report::rate_violations_strict, "rate_violations_strict",
           "by moment of reading: can come from queueing here"}};

std::string line(std::string_view name, std::uint64_t value, std::string_view meaning) {
  std::array<char, 160> text{};
  std::string words{name};
  std::replace(words.begin(), words.end(), '_', ' ');
  std::snprintf(text.data(), text.size(), "%-24s %12llu  %.*s\n", words.c_str(),
                static_cast<unsigned long long>(value), static_cast<int>(meaning.size()),
                meaning.data());
  return text.data();
}

} // namespace

std::string to_json(const truth_report& report) {
  nlohmann::ordered_json all;
  for (const auto& each : figures)
    all[each.name] = report.*each.count;
  auto names = nlohmann::ordered_json::array();
  auto broken = nlohmann::ordered_json::array();
  for (const auto& each : promises()) {
    const auto count = report.*each.count;
    all[std::string{each.name}] = count;
    names.push_back(each.name);
    if (count != 0)
      broken.push_back({{"name", each.name},
                        {"count", count},
                        {"meaning", each.meaning},
                        {"look_at", each.look_at}});
  }
  all["utilisation"] = report.utilisation;
  all["seconds"] = report.seconds;
  all["promises"] = std::move(names);
  all["broken"] = std::move(broken);
  return all.dump();
}

std::string to_text(const truth_report& report) {
  std::string text;
  for (const auto& each : figures)
    text += line(each.name, report.*each.count, each.meaning);
  text += "Promises: each of these must be 0.\n";
  for (const auto& each : promises())
    text += line(each.name, report.*each.count,
                 report.*each.count == 0 ? std::string_view{"kept"} : each.meaning);
  std::array<char, 120> end{};
  std::snprintf(end.data(), end.size(),
                "utilisation of the numbers' limits %.4f, %.3f s from first to last acceptance\n",
                report.utilisation, report.seconds);
  return text + end.data();
}

} // namespace stentor::load
