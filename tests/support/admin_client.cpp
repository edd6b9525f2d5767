#include "tests/support/admin_client.hpp"

#include "adapters/http_client/client.hpp"
#include "app/local/configuration_writer.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"
#include "tests/adapters/http_server/support/raw_client.hpp"

#include <chrono>
#include <cstdlib>

namespace stentor::testing {

namespace {

using namespace std::chrono_literals;

/// One change of one value in Meta's envelope.
std::string envelope(const std::string& field, json value) {
  value["messaging_product"] = "whatsapp";
  value["metadata"] = {{"display_phone_number", "15550001111"}, {"phone_number_id", first_number}};
  return json{{"object", "whatsapp_business_account"},
              {"entry",
               {{{"id", app::local_account_id},
                 {"changes", {{{"field", field}, {"value", std::move(value)}}}}}}}}
      .dump();
}

} // namespace

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

answer admin_client::call(std::string_view method, const std::string& target,
                          const std::string& body, const std::string& type) {
  return call_as(token_, method, target, body, type);
}

answer admin_client::call_as(const std::string& token, std::string_view method,
                             const std::string& target, const std::string& body,
                             const std::string& type) {
  http_server::client client{{.url = "http://127.0.0.1:" + std::to_string(port_),
                              .token = token,
                              .ca_file = {},
                              .timeout = 30s}};
  const auto said = client.request(method, target, body, type);
  return said ? answer{said->status, said->body} : answer{0, said.error().message};
}

answer admin_client::webhook(const std::string& body, std::optional<std::string> signature) {
  const auto right = "sha256=" + load::hmac_sha256_hex(app_secret_, body);
  test::raw_client wire{static_cast<std::uint16_t>(port_)};
  wire.send("POST /webhooks/whatsapp HTTP/1.1\r\nHost: tests\r\nContent-Type: application/json\r\n"
            "X-Hub-Signature-256: " +
            signature.value_or(right) + "\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body);
  const auto said = wire.response();
  return {said.size() > 12 ? std::atoi(said.c_str() + 9) : 0, said};
}

std::string text_message(const std::string& phone, const std::string& text) {
  static int next = 0;
  const auto digits = phone.substr(1);
  return envelope("messages", {{"contacts", {{{"profile", {{"name", "Ana"}}}, {"wa_id", digits}}}},
                               {"messages",
                                {{{"from", digits},
                                  {"id", "wamid.test" + std::to_string(++next)},
                                  {"timestamp", std::to_string(now_us() / 1'000'000)},
                                  {"type", "text"},
                                  {"text", {{"body", text}}}}}}});
}

std::string stop_preference(const std::string& phone) {
  return envelope("user_preferences", {{"user_preferences",
                                        {{{"wa_id", phone.substr(1)},
                                          {"category", "marketing_messages"},
                                          {"value", "stop"},
                                          {"timestamp", now_us() / 1'000'000}}}}});
}

} // namespace stentor::testing
