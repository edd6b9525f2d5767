/// The domain: limits, the delivery lattice, CSV; and phone numbers, which belong to an import too.

#include "adapters/phone/phone_numbers.hpp"
#include "bench/micro/meter.hpp"
#include "bench/micro/samples.hpp"
#include "stentor/core/base/csv.hpp"
#include "stentor/core/delivery/delivery.hpp"
#include "stentor/core/delivery/pacing/gcra.hpp"
#include "stentor/core/delivery/pacing/pair_limiter.hpp"

#include <array>
#include <vector>

namespace stentor::micro {
namespace {

using namespace std::chrono_literals;

void gcra_take(benchmark::State& state) {
  core::steady_time now{};
  core::gcra limit{1'000, 5ms, 5ms, now};
  const auto wanted = static_cast<std::size_t>(state.range(0));
  meter m{state};
  for (auto _ : state) {
    now += 1ms;
    benchmark::DoNotOptimize(limit.take(wanted, now));
  }
  m.report(1);
}
BENCHMARK(gcra_take)->ArgName("wanted")->Arg(1)->Arg(64);

/// A number at Meta's highest rate: 1,000 people a second, each remembered for six.
void pair_limiter_take(benchmark::State& state) {
  core::pair_limiter limit{6s, 45};
  core::steady_time now{};
  core::person_key person = 5'511'912'000'000;
  core::steady_time next{};
  meter m{state};
  for (auto _ : state) {
    now += 1ms;
    if (!limit.take(++person, now, next))
      return state.SkipWithError("a new person was refused");
  }
  state.counters["slots_used"] = static_cast<double>(limit.size());
  m.report(1);
}
BENCHMARK(pair_limiter_take);

/// The life of a message: accepted, sent, delivered, read.
void fold_delivery(benchmark::State& state) {
  constexpr std::array kinds{core::event_kind::accepted, core::event_kind::sent,
                             core::event_kind::delivered, core::event_kind::read};
  constexpr std::size_t rows_size = 1'000;
  meter m{state};
  for (auto _ : state) {
    std::array<core::delivery, rows_size> rows{};
    std::int64_t at_ms = 1'790'000'000'000;
    for (const auto kind : kinds)
      for (auto& row : rows)
        core::fold(row, {.kind = kind, .at_ms = ++at_ms, .text = "wamid.HBgM"});
    benchmark::DoNotOptimize(rows.data());
  }
  m.report(rows_size * kinds.size());
}
BENCHMARK(fold_delivery);

class counting_sink final : public core::csv_sink {
public:
  core::status header(std::span<const std::string_view>) override { return core::ok{}; }
  void record(std::int64_t, std::span<const std::string_view> fields) override {
    records += fields.size() == 4 ? 1 : 0;
  }
  void bad_line(std::int64_t, const core::sentence&) override {}
  std::size_t records = 0;
};

void read_csv(benchmark::State& state) {
  constexpr int lines = 1'000;
  std::string file = "phone,name,code,until\n";
  for (int i = 0; i < lines; ++i)
    file += "+" + phone(i) + ",\"Maria, da Silva\",SPRING-" + std::to_string(10'000 + i) +
            ",31 de março\n";
  meter m{state};
  for (auto _ : state) {
    counting_sink sink;
    core::csv_reader reader{sink};
    if (!reader.feed(file) || !reader.finish() || sink.records != lines)
      return state.SkipWithError("not every line was read");
  }
  state.counters["bytes_per_line"] = static_cast<double>(file.size()) / lines;
  m.report(lines);
}
BENCHMARK(read_csv);

void check_phone(benchmark::State& state, bool fast) {
  const auto numbers = phone::make_phone_numbers(fast);
  constexpr int count = 1'000;
  std::vector<std::string> texts;
  for (int i = 0; i < count; ++i)
    texts.push_back("+" + micro::phone(i));
  meter m{state};
  for (auto _ : state)
    for (const auto& text : texts)
      if (numbers->parse(text, "").digits == 0)
        return state.SkipWithError("a good number was refused");
  m.report(count);
}
BENCHMARK_CAPTURE(check_phone, automaton, true);
BENCHMARK_CAPTURE(check_phone, libphonenumber, false);

} // namespace
} // namespace stentor::micro
