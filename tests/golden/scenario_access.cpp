/// The scenario's steps about who may do what, and who did it. See scenario.hpp.

#include "bench/simulator/webhooks/webhook_body.hpp"
#include "tests/golden/scenario.hpp"

#include <gtest/gtest.h>

namespace stentor::testing {

void scenario::verify_webhooks() {
  const std::string path = "/webhooks/whatsapp";
  const auto verify = [&](const std::string& name, const std::string& query) {
    golden_.ask(name, {.method = "GET", .target = path + query});
  };
  const std::string word = "hub.verify_token=a%20word%20of%20the%20tests";
  verify("webhook_verify", "?hub.mode=subscribe&hub.challenge=1158201444&" + word);
  verify("refuse_webhook_verify_mode", "?hub.mode=unsubscribe&hub.challenge=1&" + word);
  verify("refuse_webhook_verify_token",
         "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong");
  const auto post = [&](const std::string& name, const std::string& body, bool right) {
    const auto signature =
        right ? load::hmac_sha256_hex("a secret of the tests", body) : std::string(64, '0');
    golden_.ask(name, {.method = "POST",
                       .target = path,
                       .body = body,
                       .headers = {{"X-Hub-Signature-256", "sha256=" + signature}}});
  };
  post("webhook_post", R"({"object":"whatsapp_business_account","entry":[]})", true);
  post("webhook_post_unreadable", "no JSON", true);
  post("refuse_webhook_signature", "{}", false);
  golden_.ask("refuse_webhook_without_signature", {.method = "POST", .target = path, .body = "{}"});
}

void scenario::make_tokens() {
  const auto run = [&](const std::string& name, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "token");
    arguments.insert(arguments.end(), {"--config", env_.configuration_file(), "--json"});
    const auto how = env_.daemon.run(arguments);
    // A warning of the configuration may stand before it.
    const auto at = how.output.find_first_of("{[");
    const auto said =
        json::parse(at == std::string::npos ? "" : how.output.substr(at), nullptr, false);
    golden_.hold(name, {{"command", "stentor token"},
                        {"exitStatus", how.status},
                        {"output", said.is_discarded() ? json(how.output) : said}});
    return said;
  };
  const auto made =
      run("token_create", {"create", "--name", "newsletter", "--role", "operator", "--organization",
                           "Golden", "--expires-at", "2099-01-01T00:00:00Z"});
  const auto id = made.is_object() ? made.value("id", "") : "";
  golden_.values().name(id, "<token id>");
  run("token_list", {"list", "--organization", "Golden"});
  run("token_revoke", {"revoke", id});
  run("token_list_revoked", {"list", "--organization", "Golden"});
  run("refuse_token_revoke_unknown", {"revoke", "00000000-0000-0000-0000-000000000000"});
}

void scenario::look_at_the_audit_log() {
  golden_.ask("audit_log_page", "GET", "/api/whatsapp/audit?limit=2&page=2", {},
              {.varying = {{"nextCursor"}}});
  // What the environment did before the scenario is no part of it.
  const auto since_start = [](const json& log) {
    auto shown = json::array();
    for (const auto& row : log.value("data", json::array())) {
      shown.push_back(row);
      if (row.value("action", "") == "templates.sync")
        break;
    }
    return shown;
  };
  golden_.ask("audit_log", "GET", "/api/whatsapp/audit?limit=1000", {}, {.arrange = since_start});
}

} // namespace stentor::testing
