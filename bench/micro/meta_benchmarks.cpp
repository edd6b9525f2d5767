/// Meta's dialect: bodies, answers, callback data, webhooks.

#include "adapters/meta/messages/answer_reader.hpp"
#include "adapters/meta/messages/message_renderer.hpp"
#include "adapters/meta/webhooks/signature.hpp"
#include "adapters/meta/webhooks/webhook_reader.hpp"
#include "adapters/text/word_keys.hpp"
#include "bench/micro/meter.hpp"
#include "bench/micro/samples.hpp"

#include <cstring>

namespace stentor::micro {
namespace {

void render_template(benchmark::State& state) {
  const auto compiled = meta::make_renderer(codec())->compile(campaign());
  if (!compiled)
    return state.SkipWithError(compiled.error().message.c_str());
  const auto from = claimed(static_cast<int>(state.range(0)));
  meter m{state};
  for (auto _ : state) {
    core::chunk chunk;
    core::event_batch events;
    compiled.value()->render(from, 0, chunk, events);
    if (chunk.items.size() != from.rows.size())
      return state.SkipWithError("not every recipient was rendered");
  }
  m.report(from.rows.size());
}
BENCHMARK(render_template)->Arg(1'000);

void read_answer(benchmark::State& state, int http_status, std::string_view answer,
                 core::outcome_class expected) {
  const auto reader = meta::make_answer_reader();
  std::string padded{answer};
  padded.resize(answer.size() + 64);
  const auto body = std::string_view{padded}.substr(0, answer.size());
  meter m{state};
  for (auto _ : state)
    if (reader->read(http_status, body, padded.size()).kind != expected)
      return state.SkipWithError("the answer was misread");
  m.report(1);
}
BENCHMARK_CAPTURE(read_answer, accepted, 200, accepted_answer(), core::outcome_class::accepted);
BENCHMARK_CAPTURE(read_answer, throttled, 429, throttled_answer(), core::outcome_class::rejected);

void callback_encode(benchmark::State& state) {
  std::string text;
  std::int32_t seq = 1'000'000;
  meter m{state};
  for (auto _ : state) {
    text.clear();
    codec().encode({17, ++seq, 0}, text);
    benchmark::DoNotOptimize(text.data());
  }
  m.report(1);
}
BENCHMARK(callback_encode);

void callback_decode(benchmark::State& state) {
  std::string text;
  codec().encode({17, 1'234'567, 1}, text);
  meter m{state};
  for (auto _ : state)
    if (!codec().decode(text))
      return state.SkipWithError("our own callback data was refused");
  m.report(1);
}
BENCHMARK(callback_decode);

void verify_webhook(benchmark::State& state) {
  const meta::signature_checker checker{{"app secret"}};
  const auto body = webhook(static_cast<int>(state.range(0)));
  const auto header = checker.sign(body);
  meter m{state};
  for (auto _ : state)
    if (!checker.check(header, body))
      return state.SkipWithError("our own signature was refused");
  state.counters["bytes"] = static_cast<double>(body.size());
  m.report(1);
}
BENCHMARK(verify_webhook)->ArgName("statuses")->Arg(1)->Arg(20);

void parse_webhook(benchmark::State& state) {
  meta::webhook_reader reader{
      codec(), std::make_shared<const core::stop_words>(
                   [keys = std::shared_ptr<const ports::word_keys>{text::make_word_keys()}](
                       std::string_view word) { return keys->key_of(word); })};
  const auto statuses = static_cast<std::size_t>(state.range(0));
  const auto body = webhook(static_cast<int>(state.range(0)));
  meter m{state};
  for (auto _ : state) {
    const auto payload = reader.read(body, 1'790'000'000'000);
    if (!payload || payload.value().statuses.size() != statuses)
      return state.SkipWithError("not every status was read");
  }
  state.counters["bytes"] = static_cast<double>(body.size());
  m.report(statuses);
}
BENCHMARK(parse_webhook)->ArgName("statuses")->Arg(1)->Arg(20);

} // namespace
} // namespace stentor::micro
