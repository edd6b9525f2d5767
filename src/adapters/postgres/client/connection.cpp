#include "adapters/postgres/client/connection.hpp"

#include "adapters/postgres/client/big_endian.hpp"
#include "adapters/postgres/client/exchange.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "stentor/core/base/ascii.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace stentor::postgres {

namespace {

using core::errc;

/// A statement that writes, to a server that became a standby or was told not to be written to.
constexpr std::string_view read_only = "25006";

/// Classes and codes: PostgreSQL's documentation, appendix A.
errc code_of(std::string_view state, bool alive) {
  const auto in_class = [&](std::string_view c) { return state.starts_with(c); };
  if (!alive || state.empty() || in_class("08") || in_class("53") || in_class("57") ||
      in_class("58") || in_class("40") || state == "55P03" || state == read_only)
    return errc::unavailable;
  if (state == "23505" || state == "23503" || in_class("55"))
    return errc::conflict;
  if (in_class("22") || in_class("23") || in_class("54")) // 54: too long for an index
    return errc::invalid;
  return errc::internal;
}

/// The script for a way of planning; none for the server's own.
const char* script_of(planning plans) {
  switch (plans) {
  case planning::usual:
    return nullptr;
  case planning::per_call:
    return "session_plans_per_call";
  case planning::by_key:
    return "session_plans_by_key";
  }
  return nullptr;
}

std::string line_of(const char* text) {
  return std::string{core::trimmed(text == nullptr ? "" : text)};
}

} // namespace

rows::rows(pg_result* answer) : answer_{answer, PQclear}, size_{PQntuples(answer)} {}

std::int64_t rows::affected() const {
  if (!answer_)
    return 0;
  const std::string_view digits = PQcmdTuples(answer_.get());
  std::int64_t n = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), n);
  return n;
}

int rows::column(std::string_view name) const {
  const auto count = answer_ ? PQnfields(answer_.get()) : 0;
  for (int i = 0; i < count; ++i)
    if (name == PQfname(answer_.get(), i))
      return i;
  std::fprintf(stderr, "stentor: a statement's answer has no column '%s'\n",
               std::string{name}.c_str());
  std::abort();
}

bool rows::is_null(int row, int column) const {
  return PQgetisnull(answer_.get(), row, column) != 0;
}

std::string_view rows::text(int row, int column) const {
  return {PQgetvalue(answer_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(answer_.get(), row, column))};
}

std::int64_t rows::integer(int row, int column) const {
  const auto value = text(row, column);
  if (PQfformat(answer_.get(), column) == 0) {
    std::int64_t n = 0;
    std::from_chars(value.data(), value.data() + value.size(), n);
    return n;
  }
  return get_integer(value);
}

double rows::real(int row, int column) const {
  const auto value = text(row, column);
  double n = 0;
  std::from_chars(value.data(), value.data() + value.size(), n);
  return n;
}

bool rows::boolean(int row, int column) const {
  const auto value = text(row, column);
  return !value.empty() && (value.front() == 't' || value.front() == '\1');
}

int rows::column(const char* name) const {
  return PQfnumber(answer_.get(), name);
}

void connection::closer::operator()(pg_conn* c) const noexcept {
  PQfinish(c);
}

core::result<connection> connection::open(connection_options options) {
  connection c{std::move(options)};
  if (auto s = c.reconnect(); !s)
    return s.error();
  return c;
}

core::status connection::reconnect() {
  prepared_.clear();
  handle_.reset();
  if (waits_are_over())
    return core::error{errc::unavailable, "stentor ends and connects to no database any more"};
  // The caller's string is expanded in the place of dbname; what stands before it are defaults that
  // it may override. A dead network is noticed after 15 to 30 s, and a standby is not connected to.
  const char* const keys[] = {"connect_timeout",  "tcp_user_timeout",
                              "keepalives_idle",  "keepalives_interval",
                              "keepalives_count", "target_session_attrs",
                              "dbname",           "fallback_application_name",
                              "client_encoding",  nullptr};
  const char* const values[] = {"10",
                                "15000",
                                "15",
                                "5",
                                "3",
                                "read-write",
                                options_.conninfo.c_str(),
                                options_.application_name.c_str(),
                                "UTF8",
                                nullptr};
  handle_.reset(PQconnectdbParams(keys, values, 1));
  if (PQstatus(handle_.get()) != CONNECTION_OK)
    return core::error{errc::unavailable,
                       "cannot connect to PostgreSQL: " + line_of(PQerrorMessage(handle_.get()))};
  PQsetNoticeProcessor(
      handle_.get(), [](void*, const char*) {}, nullptr);
  PQsetnonblocking(handle_.get(), 1);
  statement_timeout_ = options_.statement_timeout;
  if (auto s = run(sql_script("session_settings")); !s)
    return s;
  if (const auto* script = script_of(options_.plans))
    if (auto s = run(sql_script(script)); !s)
      return s;
  if (auto s = check_server(); !s)
    return s;
  if (auto s = set_idle_limits(); !s)
    return s;
  return set_timeouts(options_.statement_timeout, options_.lock_timeout);
}

core::status connection::check_server() {
  if (!options_.servers)
    return core::ok{};
  auto said = query(sql_script("session_server"));
  if (!said)
    return said.error();
  std::uint32_t timeline = 0;
  const auto digits = said->text(0, 1);
  std::from_chars(digits.data(), digits.data() + digits.size(), timeline, 16);
  auto known = options_.servers->saw(said->string(0, 0), timeline);
  if (!known)
    handle_.reset();
  return known;
}

std::chrono::steady_clock::time_point connection::patience() const noexcept {
  if (statement_timeout_.count() == 0)
    return std::chrono::steady_clock::time_point::max();
  return std::chrono::steady_clock::now() + statement_timeout_ + options_.answer_grace;
}

core::result<rows> connection::ask(int sent, std::string_view what) {
  if (sent == 0)
    return problem(nullptr, what);
  auto* const raw = last_result(handle_.get(), patience());
  if (raw == nullptr)
    return no_answer(what);
  return answer(raw, what);
}

/// Nobody knows what becomes of a question without an answer, so the session is over.
core::error connection::no_answer(std::string_view what) {
  handle_.reset();
  sqlstate_.clear();
  std::string message = "PostgreSQL does not answer (";
  return {errc::unavailable, message.append(what).append("); the connection is given up")};
}

core::status connection::set_timeouts(std::chrono::milliseconds statement,
                                      std::chrono::milliseconds lock) {
  auto r = query(sql_script("session_timeouts"),
                 params{}.integer(statement.count()).integer(lock.count()));
  if (!r)
    return r.error();
  statement_timeout_ = statement;
  return core::ok{};
}

core::status connection::ensure() {
  // Reading what waits on the socket notices a server that went away while the session was idle. A
  // server that ends sends a farewell first: the end of the stream is only seen by the second read.
  if (alive() && PQconsumeInput(handle_.get()) == 1 && PQconsumeInput(handle_.get()) == 1 &&
      alive())
    return core::ok{};
  return reconnect();
}

bool connection::alive() const noexcept {
  return handle_ && PQstatus(handle_.get()) == CONNECTION_OK;
}

bool connection::in_transaction() const noexcept {
  return handle_ && PQtransactionStatus(handle_.get()) != PQTRANS_IDLE;
}

int connection::backend_pid() const noexcept {
  return PQbackendPID(handle_.get());
}

core::error connection::problem(const pg_result* raw, std::string_view what) {
  const char* state = raw == nullptr ? nullptr : PQresultErrorField(raw, PG_DIAG_SQLSTATE);
  sqlstate_ = state == nullptr ? "" : state;
  // Only the primary message: details quote values of rows, which can be phone numbers.
  const char* primary = raw == nullptr ? nullptr : PQresultErrorField(raw, PG_DIAG_MESSAGE_PRIMARY);
  auto text = primary != nullptr ? line_of(primary) : line_of(PQerrorMessage(handle_.get()));
  std::string message = "PostgreSQL, ";
  message.append(what).append(": ").append(text);
  if (!sqlstate_.empty())
    message.append(" (").append(sqlstate_).append(")");
  return {code_of(sqlstate_, alive()), std::move(message)};
}

core::result<rows> connection::answer(pg_result* raw, std::string_view what) {
  const auto kind = PQresultStatus(raw);
  if (kind == PGRES_TUPLES_OK || kind == PGRES_COMMAND_OK) {
    sqlstate_.clear();
    return rows{raw};
  }
  auto e = problem(raw, what);
  PQclear(raw);
  if (sqlstate_ == read_only)
    handle_.reset(); // the next one finds the server that may be written to
  return e;
}

core::status connection::run(const std::string& sql) {
  auto r = ask(PQsendQuery(handle_.get(), sql.c_str()), "statement");
  if (!r)
    return r.error();
  return core::ok{};
}

core::result<rows> connection::query(const std::string& sql, params arguments,
                                     answer_format format) {
  const auto& w = arguments.to_wire();
  return ask(PQsendQueryParams(handle_.get(), sql.c_str(), arguments.count(), nullptr,
                               w.values.data(), w.lengths.data(), w.formats.data(),
                               format == answer_format::binary ? 1 : 0),
             "statement");
}

core::status connection::prepare(const std::string& name) {
  if (prepared_.contains(name))
    return core::ok{};
  const auto* text = find_query(name);
  if (text == nullptr)
    return core::error{errc::internal, "there is no query named '" + name + "' in any .sql file"};
  auto r = ask(PQsendPrepare(handle_.get(), name.c_str(), text->c_str(), 0, nullptr),
               "preparing query " + name);
  if (!r)
    return r.error();
  prepared_.insert(name);
  return core::ok{};
}

core::status connection::prepare_all() {
  for (const auto& [name, text] : all_queries())
    if (auto s = prepare(name); !s)
      return s;
  return core::ok{};
}

core::result<rows> connection::call(std::string_view name, params arguments, answer_format format) {
  const std::string key{name};
  if (auto s = prepare(key); !s)
    return s.error();
  const auto& w = arguments.to_wire();
  return ask(PQsendQueryPrepared(handle_.get(), key.c_str(), arguments.count(), w.values.data(),
                                 w.lengths.data(), w.formats.data(),
                                 format == answer_format::binary ? 1 : 0),
             "query " + key);
}

core::status connection::execute(std::string_view name, params arguments) {
  if (auto r = call(name, std::move(arguments)); !r)
    return r.error();
  return core::ok{};
}

core::status connection::copy_in(const std::string& sql, std::string_view data) {
  if (auto s = copy_begin(sql); !s)
    return s;
  if (auto s = copy_put(data); !s)
    return s;
  if (auto r = copy_end(); !r)
    return r.error();
  return core::ok{};
}

core::result<transaction> transaction::begin(connection& on) {
  // Without reconnecting: a session may hold locks and settings that its owner takes again first.
  if (auto s = on.run("BEGIN"); !s)
    return s.error();
  return transaction{on};
}

transaction::~transaction() {
  if (on_ == nullptr || !on_->alive() || !on_->in_transaction())
    return;
  on_->copy_abort("given up"); // in the middle of a COPY the server takes no other statement
  static_cast<void>(on_->run("ROLLBACK").ok());
}

core::status transaction::commit() {
  auto* on = std::exchange(on_, nullptr);
  auto r = on->query("COMMIT");
  if (!r)
    return r.error();
  return core::ok{};
}

} // namespace stentor::postgres
