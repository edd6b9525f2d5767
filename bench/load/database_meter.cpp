#include "bench/load/database_meter.hpp"

#include <libpq-fe.h>

#include <cstdlib>

namespace stentor::load {
namespace {

std::int64_t number_at(const PGresult* rows, int column) {
  return std::strtoll(PQgetvalue(rows, 0, column), nullptr, 10);
}

// The kinds are core::event_kind's: 1 accepted, 2 to 5 receipts.
constexpr const char* span = R"sql(
SELECT coalesce(sum(accepted), 0), coalesce(sum(receipts), 0), coalesce(min(first_ms), 0) * 1000,
       coalesce(extract(epoch FROM max(committed_at) FILTER (WHERE accepted > 0)) * 1000000, 0)::int8,
       coalesce(extract(epoch FROM max(committed_at)) * 1000000, 0)::int8
FROM (SELECT committed_at, (SELECT min(t) FROM unnest(at_ms) t) AS first_ms,
             (SELECT count(*) FROM unnest(kind) k WHERE k = 1) AS accepted,
             (SELECT count(*) FROM unnest(kind) k WHERE k BETWEEN 2 AND 5) AS receipts
      FROM delivery_batch) b)sql";

} // namespace

core::result<std::unique_ptr<database_meter>> database_meter::open(const std::string& conninfo,
                                                                   pid_t postmaster) {
  const auto all = conninfo + " application_name=stentor-load";
  connection_ptr connection{PQconnectdb(all.c_str()), &PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return core::error{core::errc::unavailable,
                       std::string{"the daemon's database: "} + PQerrorMessage(connection.get())};
  return std::unique_ptr<database_meter>{new database_meter{std::move(connection), postmaster}};
}

core::result<database_meter::answer_ptr> database_meter::ask(const char* sql) {
  answer_ptr answer{PQexec(connection_.get(), sql), &PQclear};
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    return core::error{core::errc::unavailable,
                       std::string{"the daemon's database: "} + PQerrorMessage(connection_.get())};
  return answer;
}

core::status database_meter::look() {
  const auto backends =
      ask("SELECT pid, coalesce(nullif(application_name, ''), backend_type) FROM pg_stat_activity");
  if (!backends)
    return backends.problem();
  const auto* rows = backends->get();
  for (int i = 0; i < PQntuples(rows); ++i)
    account_.name(static_cast<pid_t>(std::atoi(PQgetvalue(rows, i, 0))), PQgetvalue(rows, i, 1));
  const auto family = read_family(postmaster_);
  if (!family)
    return core::error{core::errc::unavailable, "PostgreSQL's processes are gone from /proc"};
  account_.look(*family);
  return core::done{};
}

std::int64_t database_meter::cpu_us() const {
  return microseconds_of(account_.total_ticks());
}

std::map<std::string, std::int64_t> database_meter::cpu_us_by_name() const {
  auto all = account_.ticks_by_role();
  for (auto& [name, amount] : all)
    amount = microseconds_of(amount);
  return all;
}

core::result<std::int64_t> database_meter::wal_position() {
  const auto answer = ask("SELECT (pg_current_wal_lsn() - '0/0')::int8");
  if (!answer)
    return answer.problem();
  return number_at(answer->get(), 0);
}

core::result<bool> database_meter::folded() {
  const auto answer =
      ask("SELECT count(*) FROM delivery_batch b JOIN ledger_writer w USING (writer) "
          "WHERE b.batch > w.folded");
  if (!answer)
    return answer.problem();
  return number_at(answer->get(), 0) == 0;
}

core::result<ledger_span> database_meter::read_ledger() {
  const auto answer = ask(span);
  if (!answer)
    return answer.problem();
  const auto* rows = answer->get();
  return ledger_span{number_at(rows, 0), number_at(rows, 1), number_at(rows, 2), number_at(rows, 3),
                     number_at(rows, 4)};
}

core::status database_meter::add_template(const std::string& waba, const std::string& name) {
  const char* const values[] = {waba.c_str(), name.c_str()};
  const answer_ptr answer{
      PQexecParams(
          connection_.get(),
          R"sql(INSERT INTO template (id, organization_no, waba_id, name, language, category, status, components)
SELECT '1', min(no), $1, $2, 'en_US', 'MARKETING', 'APPROVED',
       '[{"type":"BODY","text":"Hello {{1}}, our tour to {{2}} is on offer this week."},
         {"type":"BUTTONS","buttons":[{"type":"URL","text":"See it","url":"https://tours.example/p/{{1}}"}]}]'
FROM organization
ON CONFLICT (waba_id, name, language) DO UPDATE SET status = 'APPROVED')sql",
          2, nullptr, values, nullptr, nullptr, 0),
      &PQclear};
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK)
    return core::error{core::errc::internal, std::string{"the template could not be added: "} +
                                                 PQerrorMessage(connection_.get())};
  return core::done{};
}

} // namespace stentor::load
