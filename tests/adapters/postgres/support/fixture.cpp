#include "tests/adapters/postgres/support/fixture.hpp"

#include "adapters/postgres/schema/migrations.hpp"
#include "adapters/process/temporary_folder.hpp"

#include <atomic>
#include <cstdlib>
#include <optional>

namespace stentor::postgres::testing {

namespace {

class environment : public ::testing::Environment {
public:
  void TearDown() override {
    cluster_.reset();
    folder_.reset();
  }

  embedded_cluster& get() {
    if (!cluster_) {
      folder_.emplace("stentor-test");
      cluster_ =
          need(embedded_cluster::start({.folder = folder_->path(), .durable = false}), "cluster");
      auto admin = need(connection::open({.conninfo = cluster_->conninfo()}));
      need(migrate(admin), "migrations");
    }
    return *cluster_;
  }

private:
  std::optional<process::temporary_folder> folder_;
  std::unique_ptr<embedded_cluster> cluster_;
};

environment& the_environment() {
  static auto* one =
      static_cast<environment*>(::testing::AddGlobalTestEnvironment(new environment));
  return *one;
}

[[maybe_unused]] const auto& registered = the_environment();

std::string conninfo_with(const std::string& base, const std::string& database) {
  return base.substr(0, base.rfind("dbname=")) + "dbname=" + database;
}

} // namespace

embedded_cluster& cluster() {
  return the_environment().get();
}

database::database() {
  static std::atomic<int> next{0};
  name_ = "test" + std::to_string(next++);
  const auto& info = cluster().conninfo();
  auto admin = need(connection::open({.conninfo = conninfo_with(info, "postgres")}));
  // The shared cluster's own database is migrated once and serves as the template.
  need(admin.query("CREATE DATABASE " + name_ + " TEMPLATE stentor STRATEGY file_copy"));
  db_ = std::make_unique<connection>(need(connection::open(options())));
}

database::~database() {
  db_.reset();
  auto admin = connection::open({.conninfo = conninfo_with(cluster().conninfo(), "postgres")});
  if (admin)
    static_cast<void>(admin->query("DROP DATABASE " + name_ + " WITH (FORCE)").ok());
}

connection_options database::options() const {
  return {.conninfo = conninfo_with(cluster().conninfo(), name_)};
}

void database::run(const std::string& sql) {
  need(db_->run(sql), sql.c_str());
}
rows database::query(const std::string& sql) {
  return need(db_->query(sql), sql.c_str());
}
std::int64_t database::number(const std::string& sql) {
  return query(sql).integer(0, 0);
}

std::string database::text(const std::string& sql) {
  const auto r = query(sql);
  return r.empty() ? "" : r.string(0, 0);
}

void database::wait_until_unlocked(int lock) {
  const auto key = "(21332, " + std::to_string(lock) + ")";
  run("SET lock_timeout = '30s'; SELECT pg_advisory_lock" + key + ", pg_advisory_unlock" + key +
      "; RESET lock_timeout");
}

void recount_roll_ups(database& base) {
  for (const auto& m : known_migrations())
    if (const auto from = m.text.find("INSERT INTO delivery_hour"); from != std::string::npos) {
      const auto to = m.text.find("UPDATE campaign c SET screened");
      base.run("TRUNCATE delivery_hour, delivery_number, delivery_error, delivery_state_count");
      auto counts = m.text.substr(from, to - from);
      const std::string target = "INSERT INTO delivery_hour\n"; // which had fewer columns then
      counts.replace(0, target.size(),
                     "INSERT INTO delivery_hour (campaign_no, part, hour, accepted, delivered, "
                     "read, responded, opted_out, failed, delivery_ms, delivery_n, read_ms, "
                     "read_n, response_ms, response_n, first_ms, last_ms)\n");
      base.run(counts);
    } else if (const auto more = m.text.find("UPDATE delivery_hour h"); more != std::string::npos) {
      base.run(m.text.substr(more, m.text.find(';', more) - more));
    }
}

std::string roll_ups_as_text(database& base) {
  return base.text(
      "SELECT string_agg(line, E'\\n' ORDER BY line) FROM ("
      "SELECT 'hour ' || (to_jsonb(h) - '{first_ms,last_ms}'::text[])::text AS line FROM "
      "delivery_hour h "
      "WHERE (accepted, responded, opted_out, failed, ended, delivery_n, read_n, response_n) IS "
      "DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0) "
      "UNION ALL SELECT 'number ' || n::text FROM delivery_number n WHERE accepted <> 0 OR failed "
      "<> 0 "
      "UNION ALL SELECT 'error ' || e::text FROM delivery_error e WHERE failed <> 0 OR waiting <> "
      "0 "
      "UNION ALL SELECT 'state ' || s::text FROM delivery_state_count s WHERE n <> 0) all_lines");
}

void make_campaign(database& base, int no, int recipients, bool screened) {
  const auto n = std::to_string(no);
  const auto partition = "campaign_recipient_" + n;
  base.run("INSERT INTO organization (name) VALUES ('Acme') ON CONFLICT DO NOTHING");
  base.run(
      "INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) VALUES "
      "(1, '111', 'w1', 80), (1, '222', 'w1', 80) ON CONFLICT DO NOTHING");
  base.run(
      "INSERT INTO template (id, organization_no, waba_id, name, language, category, status, "
      "components) VALUES "
      "('t1', 1, 'w1', 'hello', 'en_US', 'MARKETING', 'APPROVED', '[]') ON CONFLICT DO NOTHING");
  base.run("INSERT INTO campaign (no, organization_no, name, template_name, status, started_at, "
           "screened_at, "
           "total_recipients, plannable_count, screened_count) OVERRIDING SYSTEM VALUE VALUES (" +
           n + ", 1, 'c" + n + "', 'hello', 'sending', now(), now(), " +
           std::to_string(recipients) + ", " + std::to_string(recipients) + ", " +
           std::to_string(screened ? recipients / 10 : 0) + ")");
  base.run("INSERT INTO campaign_part (campaign_no, part, from_seq, to_seq, next_seq) VALUES (" +
           n + ", 1, 1, " + std::to_string(recipients) + ", 1)");
  base.run("CREATE TABLE " + partition + " PARTITION OF campaign_recipient FOR VALUES IN (" + n +
           ")");
  base.run("INSERT INTO " + partition + " (campaign_no, seq, screen, phone, variables) SELECT " +
           n + ", s, " + (screened ? "CASE WHEN s % 10 = 0 THEN 4 ELSE 0 END" : "0") +
           ", 491510000000 + s, '{\"1\":\"x\"}' FROM generate_series(1, " +
           std::to_string(recipients) + ") s");
  base.run("ALTER TABLE " + partition + " ADD PRIMARY KEY (seq); CREATE INDEX ON " + partition +
           " (phone); ANALYZE " + partition);
}

} // namespace stentor::postgres::testing
