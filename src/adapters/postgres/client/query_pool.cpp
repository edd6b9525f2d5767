#include "adapters/postgres/client/query_pool.hpp"

#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

namespace {

connection_options with_own_plans(connection_options options) {
  options.plans = planning::per_call;
  return options;
}

} // namespace

query_pool::query_pool(connection_options options, int connections)
    : options_{with_own_plans(std::move(options))}, pool_{options_, connections} {}

core::result<rows> query_pool::ask(std::string_view query, params arguments) {
  auto db = pool_.take();
  if (!db)
    return db.error();
  return (*db)->call(query, std::move(arguments));
}

core::result<std::string> query_pool::json_of(std::string_view query, params arguments,
                                              std::string_view missing) {
  auto r = ask(query, std::move(arguments));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, std::string{missing}};
  return r->string(0, 0);
}

core::result<std::string> query_pool::page_of(std::string_view query, params arguments,
                                              core::page wanted, std::string_view missing) {
  const auto p = core::bounded(wanted);
  arguments.integer(std::int64_t{p.limit}).integer(core::entries_before(p)).integer(p.after);
  auto r = ask(query, std::move(arguments));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, std::string{missing}};
  const row_reader found{*r};
  const auto quoted = [&](const char* column) {
    return found.is_null(column) ? std::string{"null"} : "\"" + found.string(column) + "\"";
  };
  auto text = "{\"data\": " + found.string("data") +
              ", \"page\": " + (p.after ? "null" : std::to_string(p.number)) +
              ", \"limit\": " + std::to_string(p.limit) + ", \"total\": " + found.string("total") +
              ", \"totalExact\": " + (found.boolean("exact") ? "true" : "false") +
              ", \"nextCursor\": " + quoted("next_key");
  if (!found.is_null("scanned_to"))
    text += ", \"scannedTo\": " + found.string("scanned_to");
  return text + "}";
}

core::result<connection> query_pool::own_connection(std::string application_name) const {
  auto options = options_;
  options.application_name = std::move(application_name);
  options.statement_timeout = std::chrono::milliseconds{0};
  auto opened = connection::open(std::move(options));
  if (!opened)
    return without_address(opened.error());
  return opened;
}

} // namespace stentor::postgres
