#pragma once
/// Questions and answers over libpq that never wait longer than they may: a server that hangs, or a
/// network that swallows packets, says nothing, and libpq's own calls would wait for ever. The
/// functions belong to the thread of their connection; limit_waits() may be called from any.

#include <chrono>

struct pg_conn;
struct pg_result;

namespace stentor::postgres {

using wait_until = std::chrono::steady_clock::time_point;

/// From this moment on no call of this process waits any more, and none connects: the daemon ends,
/// whatever the database does.
void limit_waits(wait_until end) noexcept;
[[nodiscard]] bool waits_are_over() noexcept;

/// Everything queued goes out, and the last result of the answer comes back as PQexec would give
/// it; the caller clears it. nullptr when that took longer: the connection is of no use any more.
[[nodiscard]] pg_result* last_result(pg_conn* connection, wait_until end);

/// Everything queued goes out. @return false when that took longer, or the connection broke
[[nodiscard]] bool send_out(pg_conn* connection, wait_until end);

/// Until something has come from the server, or that took longer. @return false when it took longer
[[nodiscard]] bool wait_for_input(pg_conn* connection, wait_until end);

/// One piece of COPY … TO STDOUT in `buffer`, to be freed by PQfreemem. @return as PQgetCopyData
/// does; `late` when nothing came in time
inline constexpr int copy_is_late = -3;
[[nodiscard]] int next_copy_piece(pg_conn* connection, char** buffer, wait_until end);

} // namespace stentor::postgres
