/// The pool of named queries: pages, transactions, the audit row inside them.

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/client/query_pool.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::postgres::testing {
namespace {

class query_pool_test : public with_database {
protected:
  void SetUp() override { base.run("INSERT INTO organization (name) VALUES ('Acme')"); }

  core::status write(const std::string& action, bool fail) {
    return pool.in_transaction([&](connection& db) -> core::status {
      if (auto s = write_audit(db, {{1, "admin", "cli", ""}, action, "x", ""}); !s)
        return s;
      if (fail)
        return core::error{core::errc::conflict, "changed my mind"};
      return core::ok{};
    });
  }

  query_pool pool{base.options(), 2};
};

TEST_F(query_pool_test, a_transaction_is_kept_only_with_a_value) {
  EXPECT_TRUE(write("kept", false).ok());
  const auto lost = write("lost", true);
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(lost.error().message, "changed my mind");
  EXPECT_EQ(base.text("SELECT string_agg(action, ',') FROM audit_log"), "kept");
}

TEST_F(query_pool_test, lists_come_in_pages) {
  for (const char* action : {"a", "b", "c"})
    ASSERT_TRUE(write(action, false).ok());
  const auto page = need(pool.page_of("audit_list", params{}.integer(1), {2, 2}));
  EXPECT_NE(page.find("\"action\": \"a\""), std::string::npos) << page;
  EXPECT_NE(page.find("\"page\": 2, \"limit\": 2, \"total\": 3, \"totalExact\": true, "
                      "\"nextCursor\": null}"),
            std::string::npos)
      << page;
  const auto beyond = need(pool.page_of("audit_list", params{}.integer(1), {9, 2}));
  EXPECT_EQ(beyond, "{\"data\": [], \"page\": 9, \"limit\": 2, \"total\": 3, \"totalExact\": true, "
                    "\"nextCursor\": null}");
}

TEST_F(query_pool_test, every_session_plans_anew) {
  auto own = need(pool.own_connection("stentor test"));
  EXPECT_EQ(need(own.query("SHOW plan_cache_mode")).string(0, 0), "force_custom_plan");
  EXPECT_EQ(need(own.query("SHOW statement_timeout")).string(0, 0), "0");
  EXPECT_EQ(need(own.query("SHOW application_name")).string(0, 0), "stentor test");
}

TEST_F(query_pool_test, callers_learn_nothing_of_the_servers_address) {
  query_pool away{{.conninfo = "host=/nowhere/secret-folder dbname=x"}, 1};
  const core::error told[] = {away.ask("nothing").error(), away.own_connection("test").error()};
  for (const auto& e : told) {
    EXPECT_EQ(e.code, core::errc::unavailable);
    EXPECT_EQ(e.message.find("secret-folder"), std::string::npos) << e.message;
    EXPECT_NE(e.message.find("Try again"), std::string::npos) << e.message;
  }
}

TEST_F(query_pool_test, an_unknown_query_is_an_error) {
  EXPECT_EQ(pool.ask("no_such_query").error().code, core::errc::internal);
}

} // namespace
} // namespace stentor::postgres::testing
