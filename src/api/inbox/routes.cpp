/// /webhooks/whatsapp, on the io threads: nothing of it blocks. The signature is checked over the
/// raw bytes before anything is parsed, and 200 is said only after the commit (the protocol brief's
/// section 6.1). And who may be written to because of what came in.

#include "api/contact/path_person.hpp"
#include "api/http/handlers.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "stentor/ports/inbox/service_windows.hpp"
#include "stentor/ports/inbox/webhook.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

#include <nlohmann/json.hpp>
#include <sodium.h>

namespace stentor::api {

namespace {

constexpr std::string_view retry_after_s = "5";

/// In a time that tells nothing about how far they agree: hashes of both are compared.
bool same_secret(std::string_view given, std::string_view expected) {
  unsigned char a[crypto_generichash_BYTES];
  unsigned char b[crypto_generichash_BYTES];
  const auto hash = [](unsigned char* to, std::string_view text) {
    crypto_generichash(to, crypto_generichash_BYTES,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr,
                       0);
  };
  hash(a, given);
  hash(b, expected);
  return !expected.empty() && sodium_memcmp(a, b, sizeof a) == 0;
}

void verify(call c) {
  const auto value = [&](std::string_view name) { return c.head().parameter(name).value_or(""); };
  if (value("hub.mode") != "subscribe" ||
      !same_secret(value("hub.verify_token"), c.c->options.verify_token))
    return c.e->respond(
        problem_answer(403, "The verify token is not the one in this daemon's configuration."));
  http_server::response r;
  r.content_type = "text/plain; charset=utf-8";
  r.headers.emplace_back("X-Content-Type-Options", "nosniff");
  r.body = value("hub.challenge");
  c.e->respond(std::move(r));
}

/// A body that is signed but can't be read, as a row that PostgreSQL's jsonb takes whatever the
/// bytes are.
std::string keep(std::string_view body, const std::string& why) {
  nlohmann::json row{{"problem", why}};
  try {
    auto text = nlohmann::json(std::string{body}).dump();
    if (text.find("\\u0000") != std::string::npos)
      throw std::invalid_argument{"jsonb takes no NUL"};
    row["body"] = body;
  } catch (const std::exception&) { // no UTF-8
    std::string encoded(sodium_base64_encoded_len(body.size(), sodium_base64_VARIANT_ORIGINAL),
                        '\0');
    sodium_bin2base64(encoded.data(), encoded.size(),
                      reinterpret_cast<const unsigned char*>(body.data()), body.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    encoded.pop_back(); // its terminating NUL
    row["bodyBase64"] = std::move(encoded);
  }
  return row.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::shared_ptr<ports::webhook_payload> read(const call& c) {
  auto payload = c.c->s.read_webhook(c.e->body());
  if (payload)
    return std::make_shared<ports::webhook_payload>(std::move(*payload));
  // Any answer but 200 would make Meta send the same bytes again for seven days.
  ++c.c->webhooks_unreadable;
  auto kept = std::make_shared<ports::webhook_payload>();
  kept->others.push_back({"unreadable", keep(c.e->body(), payload.error().message), c.c->now_ms()});
  return kept;
}

void refuse_for_now(const call& c, std::string_view why) {
  ++c.c->webhooks_refused;
  auto r = problem_answer(503, why);
  r.headers.emplace_back("Retry-After", retry_after_s);
  c.e->respond(std::move(r));
}

void take(call c) {
  auto& context = *c.c;
  ++context.webhooks_received;
  if (!context.s.check_signature(c.head().header("X-Hub-Signature-256"), c.e->body())) {
    ++context.webhooks_bad_signature;
    if (context.s.refused)
      context.s.refused(refused_caller::signature, c.head().client_address);
    return c.e->respond(
        problem_answer(401, "The signature does not fit the body and the configured app secret."));
  }
  if (context.webhooks_waiting.fetch_add(1) >= context.options.webhooks_waiting_max) {
    --context.webhooks_waiting;
    return refuse_for_now(c, "Too many webhooks wait for their commit.");
  }
  std::shared_ptr<const ports::webhook_payload> payload = read(c);
  context.s.engine->ingest(std::move(payload),
                           [e = std::move(c.e), shared = std::move(c.c)](const core::status& how) {
                             --shared->webhooks_waiting;
                             if (how)
                               return e->respond({200, "", "", {}});
                             refuse_for_now({e, shared, {}, {}}, how.error().message);
                           });
}

void show_windows(call c) {
  const auto person = path_person_of(*c.c, c.ids[0]);
  const auto phone = phone_key_of(*c.c, person);
  if (!phone)
    return refuse(c, phone.error());
  answer(c, c.stores().windows->of(c.who, *phone, person.user_id));
}

} // namespace

std::span<const route> inbox_routes() {
  using core::right;
  static constexpr route table[] = {
      {"POST", "/webhooks/whatsapp", right::none, body_kind::webhook, take, true},
      {"GET", "/webhooks/whatsapp", right::none, body_kind::none, verify, true},
      {"GET", "/api/whatsapp/service-windows/{person}", right::read, body_kind::none, show_windows},
  };
  return table;
}

} // namespace stentor::api
