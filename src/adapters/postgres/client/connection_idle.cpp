/// What a session does while it asks nothing (connection.hpp).
#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/client/exchange.hpp"
#include "adapters/postgres/client/named_queries.hpp"

#include <libpq-fe.h>

namespace stentor::postgres {

core::status connection::set_idle_limits() {
  if (options_.idle_in_transaction.count() == 0 && options_.idle.count() == 0)
    return core::ok{};
  auto r =
      query(sql_script("session_idle_limits"),
            params{}.integer(options_.idle_in_transaction.count()).integer(options_.idle.count()));
  if (!r)
    return r.error();
  return core::ok{};
}

core::result<std::vector<std::string>> connection::heard(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::vector<std::string> words;
  do {
    if (!alive() || PQconsumeInput(handle_.get()) == 0) {
      handle_.reset();
      return core::error{core::errc::unavailable, "the session that listens has ended"};
    }
    while (auto* const word = PQnotifies(handle_.get())) {
      words.emplace_back(word->extra);
      PQfreemem(word);
    }
  } while (words.empty() && wait_for_input(handle_.get(), end));
  return words;
}

} // namespace stentor::postgres
