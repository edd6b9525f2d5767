#include "bench/load/harness/database_meter.hpp"

#include "stentor/core/base/hex.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

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

core::result<std::unique_ptr<database_meter>>
database_meter::open(const app::daemon_process& daemon) {
  const auto conninfo = daemon.conninfo();
  if (!conninfo)
    return conninfo.error();
  const auto all = *conninfo + " application_name=stentor-load";
  connection_ptr connection{PQconnectdb(all.c_str()), &PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return core::error{core::errc::unavailable,
                       std::string{"the daemon's database: "} + PQerrorMessage(connection.get())};
  return std::unique_ptr<database_meter>{
      new database_meter{std::move(connection), daemon.postmaster()}};
}

core::result<database_meter::answer_ptr> database_meter::ask(const char* sql) {
  answer_ptr answer{PQexec(connection_.get(), sql), &PQclear};
  const auto status = PQresultStatus(answer.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    return core::error{core::errc::unavailable,
                       std::string{"the daemon's database: "} + PQerrorMessage(connection_.get())};
  return answer;
}

core::status database_meter::poll() {
  const auto backends =
      ask("SELECT pid, coalesce(nullif(application_name, ''), backend_type) FROM pg_stat_activity");
  if (!backends)
    return backends.error();
  const auto* rows = backends->get();
  for (int i = 0; i < PQntuples(rows); ++i)
    account_.name(static_cast<pid_t>(std::atoi(PQgetvalue(rows, i, 0))), PQgetvalue(rows, i, 1));
  const auto family = read_family(postmaster_);
  if (!family)
    return core::error{core::errc::unavailable, "PostgreSQL's processes are gone from /proc"};
  account_.add_sample(*family);
  return core::ok{};
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
    return answer.error();
  return number_at(answer->get(), 0);
}

core::result<bool> database_meter::folded() {
  const auto answer =
      ask("SELECT count(*) FROM delivery_batch b JOIN ledger_writer w USING (writer) "
          "WHERE b.batch > w.folded");
  if (!answer)
    return answer.error();
  return number_at(answer->get(), 0) == 0;
}

core::result<ledger_span> database_meter::read_ledger() {
  const auto answer = ask(span);
  if (!answer)
    return answer.error();
  const auto* rows = answer->get();
  return ledger_span{number_at(rows, 0), number_at(rows, 1), number_at(rows, 2), number_at(rows, 3),
                     number_at(rows, 4)};
}

core::result<std::array<unsigned char, 16>> database_meter::callback_key() {
  const auto answer = ask("SELECT encode(callback_key, 'hex') FROM installation");
  if (!answer)
    return answer.error();
  std::array<unsigned char, 16> key{};
  if (!core::read_hex(PQgetvalue(answer->get(), 0, 0), key))
    return core::error{core::errc::internal, "the database holds no callback key"};
  return key;
}

core::result<std::int32_t> database_meter::campaign_number(const std::string& campaign) {
  const char* const values[] = {campaign.c_str()};
  const answer_ptr answer{PQexecParams(connection_.get(), "SELECT no FROM campaign WHERE id = $1",
                                       1, nullptr, values, nullptr, nullptr, 0),
                          &PQclear};
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK || PQntuples(answer.get()) != 1)
    return core::error{core::errc::not_found, "the campaign is not in the daemon's database"};
  return static_cast<std::int32_t>(number_at(answer.get(), 0));
}

core::result<std::uint64_t> database_meter::read_receipts(std::int32_t campaign,
                                                          std::vector<std::uint8_t>& by_seq) {
  const auto sql = "SELECT seq, kind FROM (SELECT unnest(campaign) AS campaign, unnest(seq) AS seq,"
                   " unnest(kind) AS kind FROM delivery_batch) e WHERE kind BETWEEN 2 AND 4"
                   " AND campaign = " +
                   std::to_string(campaign);
  const auto answer = ask(sql.c_str());
  if (!answer)
    return answer.error();
  std::uint64_t repeated = 0;
  const auto* rows = answer->get();
  for (int i = 0; i < PQntuples(rows); ++i) {
    const auto seq = static_cast<std::size_t>(std::atoi(PQgetvalue(rows, i, 0)));
    const auto bit =
        static_cast<std::uint8_t>(1U << static_cast<unsigned>(std::atoi(PQgetvalue(rows, i, 1))));
    if (by_seq.size() <= seq)
      by_seq.resize(seq + 1);
    repeated += (by_seq[seq] & bit) != 0 ? 1 : 0;
    by_seq[seq] |= bit;
  }
  return repeated;
}

core::result<std::int64_t> database_meter::inbound_messages() {
  const auto answer = ask("SELECT count(*) FROM inbound_message");
  if (!answer)
    return answer.error();
  return number_at(answer->get(), 0);
}

core::result<database_meter::acceptances> database_meter::read_acceptances() {
  const auto answer = ask("SELECT count(DISTINCT (campaign, seq)), count(*) FROM "
                          "(SELECT unnest(campaign) AS campaign, unnest(seq) AS seq, unnest(kind) "
                          "AS kind FROM delivery_batch) e WHERE kind = 1");
  if (!answer)
    return answer.error();
  return acceptances{number_at(answer->get(), 0), number_at(answer->get(), 1)};
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
  return core::ok{};
}

} // namespace stentor::load
