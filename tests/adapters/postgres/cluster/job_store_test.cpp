/// Jobs as people look at them.

#include "adapters/postgres/cluster/job_store.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace stentor::postgres::testing {
namespace {

using nlohmann::json;

class job_store_test : public admin_side {
protected:
  std::string make(const std::string& state, int organization = 1) {
    return base.text("INSERT INTO job (organization_no, kind, state) VALUES (" +
                     std::to_string(organization) + ", 'freeze', '" + state + "') RETURNING id");
  }
  std::unique_ptr<ports::job_store> jobs = make_job_store(pool);
};

TEST_F(job_store_test, pages_the_newest_first_and_by_state) {
  make("done");
  const auto second = make("running");
  make("running", 2);
  const auto all = json::parse(need(jobs->list(who, "", {})));
  ASSERT_EQ(all["data"].size(), 2U);
  EXPECT_EQ(all["data"][0]["id"], second);
  EXPECT_EQ(all["total"], 2);
  EXPECT_EQ(json::parse(need(jobs->list(who, "done", {})))["data"].size(), 1U);
  const auto first_page = json::parse(need(jobs->list(who, "", {.number = 1, .limit = 1})));
  EXPECT_FALSE(first_page["nextCursor"].is_null());
}

TEST_F(job_store_test, is_cancelled_once) {
  const auto id = make("waiting");
  EXPECT_EQ(json::parse(need(jobs->cancel(who, id)))["state"], "cancelled");
  EXPECT_EQ(jobs->cancel(who, id).error().code, core::errc::conflict);
  EXPECT_EQ(jobs->cancel(who, make("done")).error().code, core::errc::conflict);
  EXPECT_EQ(base.text("SELECT action FROM audit_log ORDER BY no DESC LIMIT 1"), "job.cancel");
}

TEST_F(job_store_test, those_of_others_are_not_found) {
  const auto id = make("waiting", 2);
  EXPECT_EQ(jobs->show(who, id).error().code, core::errc::not_found);
  EXPECT_EQ(jobs->cancel(who, id).error().code, core::errc::not_found);
  EXPECT_EQ(base.text("SELECT state FROM job"), "waiting");
}

} // namespace
} // namespace stentor::postgres::testing
