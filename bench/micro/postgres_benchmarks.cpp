/// What the daemon itself does for PostgreSQL: arrays out, rows in. No server takes part.

#include "adapters/postgres/client/params.hpp"
#include "adapters/postgres/delivery/claim_rows.hpp"
#include "bench/micro/meter.hpp"
#include "bench/micro/samples.hpp"
#include "stentor/core/delivery/event.hpp"

#include <libpq-fe.h>

#include <array>
#include <stdexcept>

namespace stentor::micro {
namespace {

core::event_batch accepted_events(int count) {
  core::event_batch events;
  for (int i = 0; i < count; ++i)
    events.add(17, 1'000'001 + i, 0, core::event_kind::accepted, 0, 3, 1'790'000'000'000 + i,
               "wamid.HBgNNTUxMTkxMjM0NTY3OBUCABEYEjRBNzhCMEQ3RTVGMDlBNkM1RAA=");
  return events;
}

/// The parameters of one append to the ledger, as ledger_cursor::append makes them.
void encode_ledger(benchmark::State& state) {
  const auto events = accepted_events(static_cast<int>(state.range(0)));
  meter m{state};
  for (auto _ : state) {
    postgres::params p;
    p.integer(1).integer(2);
    p.int4_array(events.campaign).int4_array(events.seq);
    p.int2_array(events.attempt).int2_array(events.kind);
    p.int4_array(events.code).int4_array(events.number).int8_array(events.at_ms);
    p.text_array(events.text, events.text_end);
    benchmark::DoNotOptimize(p.to_wire().values.data());
  }
  m.report(events.size());
}
BENCHMARK(encode_ledger)->Arg(5'000);

std::string big_endian(std::uint64_t value, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(value >> (8 * (size - 1 - i)));
  return bytes;
}

/// The answer of claims_read_range in binary, made by hand.
postgres::rows claim_answer(const core::claimed_chunk& chunk) {
  std::array<std::string, 5> names{"seq", "phone", "user_id", "variables", "stopped"};
  std::array<PGresAttDesc, 5> columns{};
  for (std::size_t i = 0; i < names.size(); ++i) {
    columns[i].name = names[i].data();
    columns[i].format = 1;
  }
  auto* const raw = PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK);
  bool made = PQsetResultAttrs(raw, static_cast<int>(columns.size()), columns.data()) != 0;
  int at = 0;
  for (const auto& row : chunk.rows) {
    const auto set = [&](int column, std::string value) {
      made = made && PQsetvalue(raw, at, column, value.data(), static_cast<int>(value.size())) != 0;
    };
    set(0, big_endian(static_cast<std::uint64_t>(row.seq), 4));
    set(1, big_endian(row.person, 8));
    made = made && PQsetvalue(raw, at, 2, nullptr, -1) != 0;
    set(3, std::string{chunk.variables(row)});
    set(4, big_endian(0, 1));
    ++at;
  }
  postgres::rows answer{raw};
  if (!made)
    throw std::runtime_error{"libpq has no memory for an answer"};
  return answer;
}

void decode_claim(benchmark::State& state) {
  const auto expected = claimed(static_cast<int>(state.range(0)));
  const auto answer = claim_answer(expected);
  meter m{state};
  for (auto _ : state) {
    core::claimed_chunk chunk;
    const postgres::claim_rows reader{answer};
    for (int i = 0; i < reader.size(); ++i)
      reader.add_to(chunk, i);
    if (chunk.text != expected.text)
      return state.SkipWithError("the recipients were misread");
  }
  m.report(expected.rows.size());
}
BENCHMARK(decode_claim)->Arg(1'000);

} // namespace
} // namespace stentor::micro
