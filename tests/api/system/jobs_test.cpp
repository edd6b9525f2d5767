/// Jobs as callers ask for them.

#include "tests/api/support/fakes.hpp"

namespace stentor::test {
namespace {

class jobs_api_test : public api_test {};

TEST_F(jobs_api_test, are_listed_shown_and_cancelled) {
  const std::string jobs = "/api/whatsapp/jobs";
  const auto one = jobs + "/" + std::string{draft_id};
  EXPECT_NE(ask("GET", jobs + "?state=running").body.find("running"), std::string::npos);
  EXPECT_EQ(ask("GET", one, "", "viewer").status, 200);
  EXPECT_EQ(ask("DELETE", one, "", "operator").status, 200);
}

TEST_F(jobs_api_test, what_is_wrong_is_said) {
  expect_problem(ask("GET", "/api/whatsapp/jobs?state=ready"), 400, "expected waiting");
  expect_problem(ask("GET", "/api/whatsapp/jobs?kind=freeze"), 400, "kind");
  expect_problem(ask("GET", "/api/whatsapp/jobs/1"), 404, "UUID");
  expect_problem(ask("DELETE", "/api/whatsapp/jobs/" + std::string{draft_id}, "", "viewer"), 403,
                 "operator");
}

} // namespace
} // namespace stentor::test
