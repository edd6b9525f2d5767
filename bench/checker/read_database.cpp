/// The database's side of the comparison, straight from libpq so that it shares nothing with the
/// adapters under test.

#include "bench/checker/history.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <memory>
#include <thread>

namespace stentor::load {
namespace {

using connection_ptr = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using answer_ptr = std::unique_ptr<PGresult, decltype(&PQclear)>;

// Of what is in the ledger at this moment: while somebody sends, there is always something newer.
constexpr const char* newest = "CREATE TEMP TABLE newest AS SELECT writer, max(batch) AS batch "
                               "FROM delivery_batch GROUP BY writer";
constexpr const char* unfolded =
    "SELECT count(*) FROM newest n JOIN ledger_writer w USING (writer) WHERE n.batch > w.folded";

constexpr const char* one_moment = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

constexpr const char* campaigns =
    "SELECT no, id, status, in_doubt_policy, total_recipients, screened_count, sent_count, "
    "delivered_count, read_count, responded_count, failed_count, opted_out_count, in_doubt_count "
    "FROM campaign";

constexpr const char* audits =
    "SELECT action, CASE WHEN action LIKE 'campaign.%' THEN subject ELSE '' END, count(*) "
    "FROM audit_log GROUP BY 1, 2";

constexpr const char* messages =
    "SELECT message_id FROM inbound_message "
    "UNION SELECT m->>'id' FROM other_webhook, "
    "jsonb_path_query(payload, '$.messages[*]') AS m WHERE m ? 'id' "
    "UNION SELECT payload->>'id' FROM other_webhook WHERE payload ? 'id'";

constexpr const char* stopped = "SELECT phone FROM suppression WHERE phone IS NOT NULL";

constexpr const char* rows = R"sql(COPY (
  SELECT r.campaign_no, r.seq, r.screen, coalesce(r.phone, 0), coalesce(d.attempt, -1), coalesce(d.accepted_ms, 0),
         coalesce(d.sent_ms, 0), coalesce(d.delivered_ms, 0), coalesce(d.read_ms, 0), coalesce(d.failed_ms, 0),
         coalesce(d.responded_ms, 0), coalesce(d.rejected_ms, 0), coalesce(d.opted_out_ms, 0), coalesce(e.ms, 0),
         CASE WHEN d.seq IS NULL THEN 'pending' ELSE delivery_state(d) END
  FROM campaign_recipient r LEFT JOIN delivery d ON d.campaign_no = r.campaign_no AND d.seq = r.seq
  LEFT JOIN (SELECT campaign_no, seq, (1000 * extract(epoch FROM max(at)))::int8 AS ms FROM delivery_event WHERE kind = 'in_doubt' GROUP BY 1, 2) e
    ON e.campaign_no = r.campaign_no AND e.seq = r.seq) TO STDOUT)sql";

core::error database_error(PGconn* connection, const char* what) {
  return {core::errc::unavailable, std::string{what} + ": " + PQerrorMessage(connection)};
}

/// The next field of a line of COPY's text format; numbers and names need no unescaping.
std::string_view next_field(std::string_view& line) {
  const auto field = line.substr(0, line.find('\t'));
  line.remove_prefix(std::min(line.size(), field.size() + 1));
  return field;
}

template <class T>
T next_number(std::string_view& line) {
  const auto field = next_field(line);
  T value{};
  std::from_chars(field.data(), field.data() + field.size(), value);
  return value;
}

void take_row(std::string_view line, database_rows& to) {
  const auto campaign = next_number<std::int32_t>(line);
  const auto seq = next_number<std::int32_t>(line);
  if (seq < 1)
    return;
  auto& by_seq = to[campaign].by_seq;
  if (by_seq.size() < static_cast<std::size_t>(seq))
    by_seq.resize(static_cast<std::size_t>(seq));
  auto& row = by_seq[static_cast<std::size_t>(seq) - 1];
  row.screen = next_number<std::int32_t>(line);
  row.phone = next_number<std::uint64_t>(line);
  row.attempt = next_number<std::int32_t>(line);
  for (auto* at : {&row.accepted_ms, &row.sent_ms, &row.delivered_ms, &row.read_ms, &row.failed_ms,
                   &row.responded_ms, &row.rejected_ms, &row.opted_out_ms, &row.doubted_ms})
    *at = next_number<std::int64_t>(line);
  row.state = state_letter(next_field(line));
}

core::status wait_for_projection(PGconn* connection, int wait_s) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{wait_s};
  const answer_ptr noted{PQexec(connection, newest), &PQclear};
  if (PQresultStatus(noted.get()) != PGRES_COMMAND_OK)
    return database_error(connection, "the ledger could not be read");
  for (;;) {
    const answer_ptr answer{PQexec(connection, unfolded), &PQclear};
    if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK)
      return database_error(connection, "the ledger could not be read");
    if (std::string_view{PQgetvalue(answer.get(), 0, 0)} == "0")
      return core::ok{};
    if (std::chrono::steady_clock::now() >= until)
      return core::error{core::errc::unavailable,
                         "the projection has not folded the whole ledger in time: is the daemon "
                         "running? Try a longer --wait-s"};
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

core::status read_campaigns(PGconn* connection, const std::string& wanted, database_rows& to,
                            std::int32_t& wanted_no) {
  const answer_ptr answer{PQexec(connection, campaigns), &PQclear};
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK)
    return database_error(connection, "the campaigns could not be read");
  for (int i = 0; i < PQntuples(answer.get()); ++i) {
    const auto number = static_cast<std::int32_t>(std::stol(PQgetvalue(answer.get(), i, 0)));
    to[number] = {PQgetvalue(answer.get(), i, 2), PQgetvalue(answer.get(), i, 3), {}};
    to[number].id = PQgetvalue(answer.get(), i, 1);
    auto& c = to[number].counters.emplace();
    int column = 4;
    for (auto* at : {&c.total, &c.screened, &c.sent, &c.delivered, &c.read, &c.responded, &c.failed,
                     &c.opted_out, &c.in_doubt})
      *at = std::stoll(PQgetvalue(answer.get(), i, column++));
    if (!wanted.empty() && wanted == PQgetvalue(answer.get(), i, 1))
      wanted_no = number;
  }
  if (!wanted.empty() && wanted_no == 0)
    return core::error{core::errc::not_found,
                       "there is no campaign " + wanted + " in this database"};
  return core::ok{};
}

} // namespace

core::result<database_rows> read_recipients(const std::string& conninfo,
                                            const std::string& campaign, int wait_s,
                                            std::int32_t& campaign_no) {
  const connection_ptr connection{PQconnectdb(conninfo.c_str()), &PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return database_error(connection.get(), "the database cannot be reached");
  if (auto waited = wait_for_projection(connection.get(), wait_s); !waited)
    return waited.error();
  // Rows and figures of one moment.
  const answer_ptr begun_reading{PQexec(connection.get(), one_moment), &PQclear};
  if (PQresultStatus(begun_reading.get()) != PGRES_COMMAND_OK)
    return database_error(connection.get(), "the database could not be read");
  database_rows all;
  campaign_no = 0;
  if (auto read = read_campaigns(connection.get(), campaign, all, campaign_no); !read)
    return read.error();
  const answer_ptr begun{PQexec(connection.get(), rows), &PQclear};
  if (PQresultStatus(begun.get()) != PGRES_COPY_OUT)
    return database_error(connection.get(), "the recipients could not be read");
  char* line = nullptr;
  int size = 0;
  while ((size = PQgetCopyData(connection.get(), &line, 0)) > 0) {
    std::string_view text{line, static_cast<std::size_t>(size)};
    if (text.back() == '\n')
      text.remove_suffix(1);
    take_row(text, all);
    PQfreemem(line);
  }
  if (size == -2)
    return database_error(connection.get(), "the recipients could not be read to the end");
  return all;
}

core::result<std::unordered_set<std::uint64_t>> read_stopped(const std::string& conninfo) {
  const connection_ptr connection{PQconnectdb(conninfo.c_str()), &PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return database_error(connection.get(), "the database cannot be reached");
  const answer_ptr answer{PQexec(connection.get(), stopped), &PQclear};
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK)
    return database_error(connection.get(), "the stop list could not be read");
  std::unordered_set<std::uint64_t> all;
  for (int i = 0; i < PQntuples(answer.get()); ++i)
    all.insert(std::stoull(PQgetvalue(answer.get(), i, 0)));
  return all;
}

core::result<audit_counts> read_audits(const std::string& conninfo) {
  const connection_ptr connection{PQconnectdb(conninfo.c_str()), &PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return database_error(connection.get(), "the database cannot be reached");
  const answer_ptr answer{PQexec(connection.get(), audits), &PQclear};
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK)
    return database_error(connection.get(), "the audit log could not be read");
  audit_counts all;
  for (int i = 0; i < PQntuples(answer.get()); ++i)
    all[{PQgetvalue(answer.get(), i, 0), PQgetvalue(answer.get(), i, 1)}] =
        std::stoull(PQgetvalue(answer.get(), i, 2));
  return all;
}

core::result<std::unordered_set<std::string>> read_messages(const std::string& conninfo) {
  const connection_ptr connection{PQconnectdb(conninfo.c_str()), &PQfinish};
  if (PQstatus(connection.get()) != CONNECTION_OK)
    return database_error(connection.get(), "the database cannot be reached");
  const answer_ptr answer{PQexec(connection.get(), messages), &PQclear};
  if (PQresultStatus(answer.get()) != PGRES_TUPLES_OK)
    return database_error(connection.get(), "the messages could not be read");
  std::unordered_set<std::string> all;
  for (int i = 0; i < PQntuples(answer.get()); ++i)
    all.insert(PQgetvalue(answer.get(), i, 0));
  return all;
}

} // namespace stentor::load
