/// Tokens against a real server: what is kept of them, and that each says whose it is.

#include "tests/adapters/postgres/support/admin_side.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace stentor::postgres::testing {
namespace {

using core::errc;
using nlohmann::json;

class tokens_test : public admin_side {};

TEST_F(tokens_test, a_token_is_shown_once_and_stored_as_a_hash) {
  const auto made = need(access->create_token("Acme", "ci", "operator", std::nullopt));
  EXPECT_TRUE(made.token.starts_with("stn_"));
  EXPECT_EQ(made.token.size(), 4U + 43U);
  EXPECT_EQ(base.number("SELECT count(*) FROM api_token t WHERE position('" + made.token.substr(4) +
                        "' IN t::text) > 0"),
            0);
  const auto p = need(access->authenticate(made.token));
  EXPECT_EQ(p.organization, 1);
  EXPECT_EQ(p.role, "operator");
  EXPECT_EQ(p.actor, "token ci (" + made.id + ")");
  EXPECT_EQ(access->authenticate(made.token + "x").error().code, errc::not_found);
  EXPECT_EQ(access->authenticate("").error().code, errc::not_found);
  EXPECT_EQ(json::parse(need(access->list_tokens("Acme"))).size(), 1U);
  EXPECT_EQ(json::parse(need(access->list_tokens("Other"))).size(), 0U);
  ASSERT_TRUE(access->revoke_token(made.id).ok());
  EXPECT_EQ(access->authenticate(made.token).error().code, errc::not_found);
  EXPECT_EQ(access->revoke_token(made.id).error().code, errc::not_found);
  const auto old = need(access->create_token("Acme", "old", "viewer", "2999-01-01T00:00:00Z"));
  base.run("UPDATE api_token SET expires_at = '2020-01-01T00:00:00Z' WHERE id = '" + old.id + "'");
  EXPECT_EQ(access->authenticate(old.token).error().code, errc::not_found);
  EXPECT_EQ(access->create_token("Acme", "x", "king", std::nullopt).error().code, errc::invalid);
}

TEST_F(tokens_test, making_and_revoking_one_is_told) {
  const auto made = need(access->create_token("New", "ci", "viewer", std::nullopt));
  const ports::principal cli{need(access->authenticate(made.token)).organization, "", "", ""};
  ASSERT_TRUE(access->revoke_token(made.id).ok());
  const auto log = json::parse(need(audit->list(cli, {})));
  ASSERT_EQ(log["total"], 2);
  EXPECT_EQ(log["data"][0]["action"], "token.revoke");
  EXPECT_EQ(log["data"][1]["action"], "token.create");
  EXPECT_EQ(log["data"][1]["subject"], made.id);
  EXPECT_EQ(log["data"][1]["detail"], (json{{"name", "ci"}, {"role", "viewer"}}));
  const auto wrong = access->create_token("Acme", "x", "viewer", "someday");
  EXPECT_EQ(wrong.error().code, errc::invalid);
  EXPECT_NE(wrong.error().message.find("expiresAt"), std::string::npos);
  for (const auto* dead : {"yesterday", "now", "2020", "2020-01-01T00:00:00Z"})
    EXPECT_EQ(access->create_token("Acme", "n", "viewer", dead).error().code, errc::invalid)
        << dead;
}

TEST_F(tokens_test, what_the_engine_did_is_told_too) {
  ASSERT_TRUE(audit->write({who, "campaign.pause", "some id", R"({"a":1})"}).ok());
  const auto row = json::parse(need(audit->list(who, {})))["data"][0];
  EXPECT_EQ(row["actor"], "token test (1)");
  EXPECT_EQ(row["source"], "127.0.0.1");
  EXPECT_EQ(row["action"], "campaign.pause");
  EXPECT_EQ(row["detail"]["a"], 1);
  EXPECT_EQ(json::parse(need(audit->list(stranger, {})))["total"], 0);
}

} // namespace
} // namespace stentor::postgres::testing
