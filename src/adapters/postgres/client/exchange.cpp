#include "adapters/postgres/client/exchange.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

namespace stentor::postgres {

namespace {

using clock = std::chrono::steady_clock;

/// A wait looks this often whether the daemon ends.
constexpr std::chrono::milliseconds look_interval{200};

std::atomic<clock::rep> waits_end{clock::time_point::max().time_since_epoch().count()};

/// Until the socket can be read (or written, if wanted). @return false when it was too late
bool wait_for_socket(pg_conn* connection, bool to_write, wait_until end) {
  for (;;) {
    const auto now = clock::now();
    if (now >= end || waits_are_over())
      return false;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - now);
    const auto pause = std::min<std::chrono::milliseconds>(left, look_interval);
    pollfd socket{.fd = PQsocket(connection),
                  .events = static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN),
                  .revents = 0};
    const auto ready = ::poll(&socket, 1, static_cast<int>(pause.count()));
    if (ready > 0 || (ready < 0 && errno != EINTR))
      return true; // also when it broke: libpq finds out by itself
  }
}

} // namespace

void limit_waits(wait_until end) noexcept {
  waits_end = end.time_since_epoch().count();
}

bool waits_are_over() noexcept {
  return clock::now().time_since_epoch().count() >= waits_end;
}

bool send_out(pg_conn* connection, wait_until end) {
  for (;;) {
    const auto left = PQflush(connection);
    if (left <= 0)
      return left == 0;
    // A server that has much to say must be heard, or both wait for the other.
    if (!wait_for_socket(connection, true, end))
      return false;
    static_cast<void>(PQconsumeInput(connection));
  }
}

pg_result* last_result(pg_conn* connection, wait_until end) {
  // A connection that breaks here says so in its result.
  if (!send_out(connection, end) && PQstatus(connection) == CONNECTION_OK &&
      (clock::now() >= end || waits_are_over()))
    return nullptr;
  pg_result* last = nullptr;
  for (;;) {
    while (PQisBusy(connection) != 0) {
      if (!wait_for_socket(connection, false, end)) {
        PQclear(last);
        return nullptr;
      }
      if (PQconsumeInput(connection) == 0)
        break;
    }
    auto* const next = PQgetResult(connection);
    if (next == nullptr)
      return last == nullptr ? PQmakeEmptyPGresult(connection, PGRES_FATAL_ERROR) : last;
    PQclear(last);
    last = next;
    const auto kind = PQresultStatus(next);
    if (kind == PGRES_COPY_IN || kind == PGRES_COPY_OUT || kind == PGRES_COPY_BOTH ||
        PQstatus(connection) == CONNECTION_BAD)
      return last;
  }
}

bool wait_for_input(pg_conn* connection, wait_until end) {
  return wait_for_socket(connection, false, end);
}

int next_copy_piece(pg_conn* connection, char** buffer, wait_until end) {
  constexpr int nothing_yet = 0;
  for (;;) {
    const auto size = PQgetCopyData(connection, buffer, 1);
    if (size != nothing_yet)
      return size;
    if (!wait_for_socket(connection, false, end))
      return copy_is_late;
    if (PQconsumeInput(connection) == 0)
      return -2; // libpq's own word for a failure
  }
}

} // namespace stentor::postgres
