/// COPY in both directions; the rest of a connection is in connection.cpp.
#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/client/exchange.hpp"

#include <libpq-fe.h>

namespace stentor::postgres {

namespace {

/// So long the network may swallow what a COPY sends.
constexpr std::chrono::seconds sending_max{60};
/// So long the server may look for the next row that it has to give.
constexpr std::chrono::minutes looking_max{10};

std::chrono::steady_clock::time_point after(std::chrono::seconds time) {
  return std::chrono::steady_clock::now() + time;
}

} // namespace

core::status connection::copy_begin(const std::string& sql) {
  return copy_mode(sql, PGRES_COPY_IN);
}

/// The server must answer with the beginning of a COPY.
core::status connection::copy_mode(const std::string& sql, int wanted) {
  if (PQsendQuery(handle_.get(), sql.c_str()) == 0)
    return problem(nullptr, "COPY");
  auto* const raw = last_result(handle_.get(), patience());
  if (raw == nullptr)
    return no_answer("COPY");
  const bool ready = PQresultStatus(raw) == wanted;
  auto e = ready ? core::error{} : problem(raw, "COPY");
  PQclear(raw);
  if (!ready)
    return e;
  return core::ok{};
}

core::status connection::copy_put(std::string_view data) {
  constexpr std::size_t piece_max = 1U << 20U; // libpq takes an int
  for (std::size_t at = 0; at < data.size(); at += piece_max) {
    const auto piece = data.substr(at, piece_max);
    if (PQputCopyData(handle_.get(), piece.data(), static_cast<int>(piece.size())) != 1) {
      auto e = problem(nullptr, "data of COPY");
      copy_abort("cancelled");
      return e;
    }
    if (send_out(handle_.get(), after(sending_max)))
      continue;
    if (!alive())
      return problem(nullptr, "data of COPY");
    return no_answer("data of COPY");
  }
  return core::ok{};
}

core::result<std::int64_t> connection::copy_end() {
  if (PQputCopyEnd(handle_.get(), nullptr) != 1)
    return problem(nullptr, "end of COPY");
  auto* const raw = last_result(handle_.get(), patience());
  if (raw == nullptr)
    return no_answer("end of COPY");
  auto r = answer(raw, "COPY");
  if (!r)
    return r.error();
  return r->affected();
}

void connection::copy_abort(const std::string& why) {
  if (PQputCopyEnd(handle_.get(), why.c_str()) != 1)
    return;
  if (auto* const raw = last_result(handle_.get(), after(sending_max)))
    PQclear(raw);
  else
    handle_.reset();
}

core::status connection::copy_out(const std::string& sql,
                                  const std::function<bool(std::string_view)>& write) {
  if (auto begun = copy_mode(sql, PGRES_COPY_OUT); !begun)
    return begun;
  char* buffer = nullptr;
  bool wanted = true;
  int n = 0;
  while ((n = next_copy_piece(handle_.get(), &buffer, after(looking_max))) > 0) {
    if (wanted && !write({buffer, static_cast<std::size_t>(n)})) {
      wanted = false;
      char ignored[256];
      if (auto* cancel = PQgetCancel(handle_.get())) {
        PQcancel(cancel, ignored, sizeof ignored);
        PQfreeCancel(cancel);
      }
    }
    PQfreemem(buffer);
  }
  if (n == copy_is_late)
    return no_answer("COPY");
  auto* const raw = last_result(handle_.get(), after(looking_max));
  if (raw == nullptr)
    return no_answer("COPY");
  auto r = answer(raw, "COPY");
  if (!r && wanted)
    return r.error();
  return core::ok{};
}

} // namespace stentor::postgres
