/// The report's queries against the real schema in a private PostgreSQL.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/cluster/embedded_cluster.hpp"
#include "adapters/postgres/schema/migrations.hpp"
#include "adapters/process/temporary_folder.hpp"
#include "bench/checker/truth_report.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"

#include <gtest/gtest.h>

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>

using namespace stentor;
using namespace stentor::load;

namespace {

constexpr const char* content = R"sql(
INSERT INTO organization (name) VALUES ('one');
INSERT INTO campaign (organization_no, id, name, template_name, status, in_doubt_policy)
  VALUES (1, '11111111-2222-3333-4444-000000000000', 'spring', 'hello_world', 'completed', 'resend'),
         (1, '11111111-2222-3333-4444-555555555555', 'summer', 'hello_world', 'sending', 'hold');
CREATE TABLE campaign_recipient_1 PARTITION OF campaign_recipient FOR VALUES IN (1);
CREATE TABLE campaign_recipient_2 PARTITION OF campaign_recipient FOR VALUES IN (2);
INSERT INTO campaign_recipient (campaign_no, seq, screen, phone)
  VALUES (1, 1, 0, 49151), (1, 2, 2, 49151), (1, 3, 0, 49153), (2, 1, 0, 49151);
INSERT INTO delivery (campaign_no, seq, state, settled_attempt, accepted_ms, sent_ms, delivered_ms, message_id)
  VALUES (1, 1, 3, 0, 1000, 1100, 1200, 'wamid.x');
INSERT INTO ledger_writer (writer, folded) VALUES (7, 1);
INSERT INTO delivery_batch (writer, batch, campaign, seq, attempt, kind, code, number, at_ms, text)
  VALUES (7, 1, '{1,1}', '{1,1}', '{0,1}', '{7,7}', '{0,0}', '{1,1}', '{900,950}', '{"",""}');
)sql";

void run(const std::string& conninfo, const char* sql) {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> db{PQconnectdb(conninfo.c_str()), &PQfinish};
  const std::unique_ptr<PGresult, decltype(&PQclear)> done{PQexec(db.get(), sql), &PQclear};
  ASSERT_EQ(PQresultStatus(done.get()), PGRES_COMMAND_OK) << PQerrorMessage(db.get());
}

} // namespace

TEST(report, reads_the_schema_that_the_daemon_writes) {
  const process::temporary_folder where{"stentor-report"};
  postgres::cluster_options options;
  options.folder = where.path() / "state";
  options.durable = false;
  auto cluster = postgres::embedded_cluster::start(options);
  ASSERT_TRUE(cluster.ok()) << cluster.error().message;
  const auto conninfo = (*cluster)->conninfo();
  {
    auto db = postgres::connection::open({.conninfo = conninfo});
    ASSERT_TRUE(db.ok()) << db.error().message;
    ASSERT_TRUE(postgres::migrate(*db).ok());
  }
  run(conninfo, content);

  std::int32_t campaign = 0;
  const auto rows = read_recipients(conninfo, "11111111-2222-3333-4444-000000000000", 1, campaign);
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  EXPECT_EQ(campaign, 1);
  ASSERT_EQ(rows->at(1).by_seq.size(), 3U);
  EXPECT_EQ(rows->at(1).status, "completed");
  EXPECT_EQ(rows->at(1).in_doubt_policy, "resend");
  EXPECT_EQ(rows->at(1).by_seq[0].state, 'd');
  EXPECT_EQ(rows->at(1).by_seq[0].delivered_ms, 1200);
  EXPECT_EQ(rows->at(1).by_seq[0].doubted_ms, 950) << "the latest one";
  EXPECT_EQ(rows->at(1).by_seq[1].screen, 2);
  EXPECT_EQ(rows->at(1).by_seq[2].phone, 49153U);
  EXPECT_EQ(rows->at(1).by_seq[2].state, 'p');
  EXPECT_EQ(rows->at(2).by_seq.size(), 1U);

  // The completed campaign never came to its third recipient.
  ground_truth facts;
  facts.callback_text = "v1:1:1:0:aa";
  ground_truth::request request;
  request.person = 49151;
  request.callback_size = static_cast<std::uint16_t>(facts.callback_text.size());
  facts.requests.push_back(request);
  facts.statuses.push_back({0, 5, 5, 0, static_cast<std::uint16_t>(timer_kind::read)});
  const auto report = compare(facts, *rows, campaign);
  EXPECT_EQ(report.recipients, 3U);
  EXPECT_EQ(report.screened, 1U);
  EXPECT_EQ(report.lost, 1U);
  EXPECT_EQ(report.wrong_states, 1U) << "acknowledged as read, only delivered in the database";

  EXPECT_FALSE(read_recipients(conninfo, "11111111-2222-3333-4444-999999999999", 1, campaign).ok());

  // A ledger that is not folded would make the report unfair.
  run(conninfo, R"sql(INSERT INTO ledger_writer (writer, folded) VALUES (1, 0);
    INSERT INTO delivery_batch (writer, batch, campaign, seq, attempt, kind, code, number, at_ms, text)
    VALUES (1, 1, '{1}', '{3}', '{0}', '{1}', '{0}', '{1}', '{1}', '{}'))sql");
  EXPECT_FALSE(read_recipients(conninfo, "", 0, campaign).ok());
}
