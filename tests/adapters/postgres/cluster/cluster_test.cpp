/// The embedded cluster: made once, found again, stopped with its object, closed to a second
/// daemon.

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/sentence_row.hpp"
#include "adapters/postgres/cluster/folder_lock.hpp"
#include "adapters/postgres/cluster/running_server.hpp"
#include "adapters/postgres/schema/migrations.hpp"
#include "adapters/process/temporary_folder.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <signal.h>
#include <sys/stat.h>

#include <future>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;

namespace {

TEST(embedded_cluster, keeps_data_over_a_restart_and_survives_a_killed_server) {
  const process::temporary_folder own{"stentor-cluster"};
  const auto& folder = own.path();
  {
    auto c = need(embedded_cluster::start({.folder = folder, .durable = false}));
    auto db = need(connection::open({.conninfo = c->conninfo()}));
    ASSERT_TRUE(db.run("CREATE TABLE t (x int); INSERT INTO t VALUES (42)").ok());
    bool waited = false;
    const auto second = embedded_cluster::start({.folder = folder,
                                                 .durable = false,
                                                 .lock_patience = std::chrono::milliseconds{1},
                                                 .on_wait = [&] { waited = true; }});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, core::errc::conflict);
    EXPECT_TRUE(waited);
    EXPECT_EQ(running_server(folder), c->pid());
    EXPECT_EQ(running_conninfo(folder), c->conninfo());
    kill(c->pid(), SIGKILL);
    ASSERT_TRUE(process::wait_child(c->pid(), std::chrono::seconds{10}).has_value());
    // A backend outlives its killed postmaster until it looks at its latch, so it may answer for a
    // moment.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (db.run("SELECT pg_sleep(0.01)").ok())
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the session outlives its server";
    EXPECT_FALSE(c->running());
    const auto again = c->restart();
    ASSERT_TRUE(again.ok()) << (again.ok() ? "" : again.error().message);
    EXPECT_TRUE(db.ensure().ok());
    EXPECT_EQ(need(db.query("SELECT x FROM t")).integer(0, 0), 42);
  }
  auto c = need(embedded_cluster::start({.folder = folder, .durable = false}));
  auto db = need(connection::open({.conninfo = c->conninfo()}));
  EXPECT_EQ(need(db.query("SELECT x FROM t")).integer(0, 0), 42);
}

TEST(embedded_cluster, is_shared_only_by_one_that_stays) {
  const process::temporary_folder own{"stentor-shared"};
  cluster_options options{.folder = own.path(), .durable = false};
  {
    auto command = need(embedded_cluster::join_or_start(options));
    ASSERT_TRUE(command.own) << "nobody else is there";
    options.lock_patience = {};
    EXPECT_FALSE(embedded_cluster::join_or_start(options).ok()) << "a command's server goes away";
  }
  EXPECT_EQ(running_conninfo(own.path()), std::nullopt);
  options.stays = true;
  const auto daemon = need(embedded_cluster::start(options));
  const auto joined = need(embedded_cluster::join_or_start(options));
  EXPECT_FALSE(joined.own);
  EXPECT_EQ(joined.conninfo, daemon->conninfo());
}

TEST(folder_lock, waits_for_its_turn) {
  const process::temporary_folder own{"stentor-lock"};
  const auto folder = own.path() / "state";
  auto first = need(folder_lock::take(folder, {}));
  EXPECT_FALSE(folder_lock::announced(folder));
  first.announce();
  EXPECT_TRUE(folder_lock::announced(folder));
  EXPECT_EQ(folder_lock::take(folder, {}).error().code, core::errc::conflict);
  std::promise<void> waits;
  auto second = std::async(std::launch::async, [&] {
    return folder_lock::take(folder, std::chrono::minutes{1}, [&] { waits.set_value(); });
  });
  waits.get_future().wait();
  { const auto gone = std::move(first); }
  EXPECT_TRUE(second.get().ok());
  EXPECT_FALSE(folder_lock::announced(folder));
}

TEST(embedded_cluster, explains_a_folder_that_the_server_may_not_enter) {
  if (geteuid() != 0)
    GTEST_SKIP() << "only root becomes another user";
  const process::temporary_folder own{"stentor-closed"};
  const auto& folder = own.path();
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  const auto c = embedded_cluster::start({.folder = folder / "state", .durable = false});
  ASSERT_FALSE(c.ok());
  EXPECT_NE(c.error().message.find(folder.string()), std::string::npos) << c.error().message;
}

/// However private new files are to be, and with folders on the way that are new, too.
TEST(embedded_cluster, can_enter_the_folders_that_it_makes) {
  if (geteuid() != 0)
    GTEST_SKIP() << "only root becomes another user";
  const process::temporary_folder own{"stentor-new"};
  const auto before = ::umask(077);
  const auto c =
      embedded_cluster::start({.folder = own.path() / "new" / "state", .durable = false});
  EXPECT_EQ(::umask(before), 077U);
  EXPECT_TRUE(c.ok()) << (c.ok() ? "" : c.error().message);
}

TEST_F(with_database, every_named_query_can_be_prepared) {
  const auto s = base.db().prepare_all();
  EXPECT_TRUE(s.ok()) << (s.ok() ? "" : s.error().message);
  EXPECT_GT(all_queries().size(), 20U);
}

TEST_F(with_database, migrations_are_idempotent_and_refuse_a_newer_schema) {
  const auto again = need(migrate(base.db()));
  EXPECT_EQ(again.from, again.to);
  auto more = known_migrations();
  more.push_back({.number = 900, .name = "0900_more", .text = "CREATE TABLE more (x int)"});
  EXPECT_EQ(need(migrate(base.db(), more)).to, 900);
  const auto older = migrate(base.db());
  ASSERT_FALSE(older.ok());
  EXPECT_EQ(older.error().code, core::errc::conflict);
}

TEST_F(with_database, reasons_of_old_become_sentences_of_their_text) {
  base.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  auto old = known_migrations();
  std::erase_if(old, [](const migration& m) { return m.number > 2; });
  ASSERT_TRUE(migrate(base.db(), old).ok());
  base.run("INSERT INTO organization (name) VALUES ('o');"
           "INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second, "
           "stopped_reason) SELECT no, '1', 'w', 80, 'Its \"quality\" is low.' FROM organization;"
           "INSERT INTO campaign (organization_no, created_by, name, template_name, status, "
           "status_reason) SELECT no, 'me', 'c', 't', 'paused', 'paused by an operator' FROM "
           "organization;"
           "INSERT INTO campaign (organization_no, created_by, name, template_name) SELECT no, "
           "'me', 'd', 't' FROM organization");
  need(migrate(base.db()));
  const auto kept = [&](const char* column, const char* from) {
    const auto r = base.query(std::string{"SELECT "} + column + " AS kept FROM " + from);
    return sentence_of(row_reader{r}, "kept");
  };
  EXPECT_EQ(kept("stopped_sentence", "number"), core::bare_text("Its \"quality\" is low."));
  EXPECT_EQ(kept("status_sentence", "campaign WHERE name = 'c'"),
            core::bare_text("paused by an operator"));
  EXPECT_EQ(kept("status_sentence", "campaign WHERE name = 'd'"), std::nullopt);
  EXPECT_EQ(base.text("SELECT status_reason FROM campaign WHERE name = 'c'"),
            "paused by an operator");
}

TEST_F(with_database, lists_of_old_become_one_part) {
  base.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  auto old = known_migrations();
  std::erase_if(old, [](const migration& m) { return m.number >= 29; });
  ASSERT_TRUE(migrate(base.db(), old).ok());
  base.run(
      "INSERT INTO organization (name) VALUES ('o');"
      "INSERT INTO campaign (organization_no, name, template_name, total_recipients, next_seq) "
      "SELECT no, n, 't', total, next FROM organization, "
      "(VALUES ('draft', 0, 1), ('new', 50, 1), ('half', 50, 21), ('all', 50, 51)) "
      "AS old (n, total, next)");
  need(migrate(base.db()));
  EXPECT_EQ(base.text("SELECT string_agg(concat_ws(' ', name, claimed_count, plannable_count, "
                      "from_seq, next_seq, to_seq), ', ' ORDER BY no) FROM campaign LEFT JOIN "
                      "campaign_part ON campaign_no = no"),
            "draft 0 0, new 0 50 1 1 50, half 20 50 1 21 50, all 50 50 1 51 50");
}

TEST_F(with_database, a_sentence_comes_back_as_it_was_kept) {
  const auto kept = [&](const std::string& json) {
    const auto r = base.db().query("SELECT $1::jsonb AS kept", params{}.text(json));
    return sentence_of(row_reader{need(r)}, "kept");
  };
  const auto one = core::make_sentence("told", "{a} said {b}", {{"a", "ü"}, {"b", "\"\n"}});
  EXPECT_EQ(kept(core::to_json(one)), one);
  EXPECT_EQ(kept(core::to_json(core::bare_text(std::string{"a\0b\xFF", 4}))),
            core::bare_text("a\uFFFDb\uFFFD"))
      << "what a stranger wrote never keeps a pause from being written";
  EXPECT_EQ(kept("[1]"), core::bare_text("[1]"));
}

TEST_F(with_database, a_broken_migration_leaves_nothing_behind) {
  auto more = known_migrations();
  more.push_back(
      {.number = 900, .name = "0900_bad", .text = "CREATE TABLE half (x int); SELECT nonsense"});
  EXPECT_FALSE(migrate(base.db(), more).ok());
  EXPECT_EQ(base.text("SELECT to_regclass('half') IS NULL"), "t");
  EXPECT_EQ(base.number("SELECT max(number) FROM schema_migration"),
            known_migrations().back().number);
}

TEST_F(with_database, parameters_travel_unharmed) {
  const std::vector<std::int32_t> ints{1, -2, 2147483647};
  const std::vector<std::int16_t> shorts{-32768, 5, 0};
  const std::vector<std::int64_t> longs{-1, 1LL << 60, 7};
  const std::vector<std::string> texts{"", "a\"b\\{,}", "ü😀"};
  params p;
  p.int4_array(ints).int2_array(shorts).int8_array(longs).text_array(texts);
  const auto r =
      need(base.db().query("SELECT * FROM unnest($1::int4[], $2::int2[], $3::int8[], $4::text[])",
                           p, answer_format::binary));
  for (int i = 0; i < 3; ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_EQ(r.integer(i, 0), ints[at]);
    EXPECT_EQ(r.integer(i, 1), shorts[at]);
    EXPECT_EQ(r.integer(i, 2), longs[at]);
    EXPECT_EQ(r.text(i, 3), texts[at]);
  }
  const auto empty =
      need(base.db().query("SELECT cardinality($1::int4[])",
                           std::move(params{}.int4_array(std::vector<std::int32_t>{}))));
  EXPECT_EQ(empty.integer(0, 0), 0);
}

TEST_F(with_database, errors_are_classed_by_what_a_caller_can_do) {
  auto& db = base.db();
  EXPECT_EQ(db.run("SELECT nonsense").error().code, core::errc::internal);
  EXPECT_EQ(db.run("SELECT 'x'::int").error().code, core::errc::invalid);
  EXPECT_EQ(db.run("INSERT INTO organization (name) VALUES ('a'), ('a')").error().code,
            core::errc::conflict);
  auto other = need(connection::open(base.options()));
  need(db.query("SELECT pg_terminate_backend($1::int, 10000)",
                std::move(params{}.integer(other.backend_pid()))));
  EXPECT_EQ(other.run("SELECT 1").error().code, core::errc::unavailable);
  EXPECT_TRUE(other.ensure().ok());
  EXPECT_TRUE(other.run("SELECT 1").ok());
}

TEST_F(with_database, a_transaction_rolls_back_unless_committed) {
  base.run("CREATE TABLE t (x int)");
  {
    auto t = need(transaction::begin(base.db()));
    base.run("INSERT INTO t VALUES (1)");
  }
  EXPECT_EQ(base.number("SELECT count(*) FROM t"), 0);
  auto t = need(transaction::begin(base.db()));
  base.run("INSERT INTO t VALUES (1)");
  EXPECT_TRUE(t.commit().ok());
  EXPECT_EQ(base.number("SELECT count(*) FROM t"), 1);
}

TEST_F(with_database, a_transaction_rolls_back_in_the_middle_of_a_copy) {
  base.run("CREATE TABLE t (x int)");
  {
    auto t = need(transaction::begin(base.db()));
    ASSERT_TRUE(base.db().copy_begin("COPY t FROM STDIN").ok());
    ASSERT_TRUE(base.db().copy_put("1\n").ok());
  }
  EXPECT_FALSE(base.db().in_transaction());
  EXPECT_EQ(base.number("SELECT count(*) FROM t"), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass"), 0);
}

TEST_F(with_database, copy_in_and_out) {
  base.run("CREATE TABLE t (x int, y text)");
  ASSERT_TRUE(base.db().copy_in("COPY t FROM STDIN", "1\ta\n2\tb\n").ok());
  std::string out;
  ASSERT_TRUE(base.db()
                  .copy_out("COPY t TO STDOUT",
                            [&](std::string_view piece) {
                              out += piece;
                              return true;
                            })
                  .ok());
  EXPECT_EQ(out, "1\ta\n2\tb\n");
  EXPECT_FALSE(base.db().copy_in("COPY t FROM STDIN", "x\ty\n").ok());
  EXPECT_EQ(base.number("SELECT count(*) FROM t"), 2);
}

} // namespace
