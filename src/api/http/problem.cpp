/// See problem.hpp.

#include "api/http/problem.hpp"

#include "api/http/sentence_json.hpp"

namespace stentor::api {

namespace {

struct kind {
  int status;
  const char* type; ///< a URN, because the project serves no pages about its errors
  const char* title;
};

constexpr kind kinds[] = {
    {400, "urn:stentor:problem:malformed", "The request is malformed"},
    {401, "urn:stentor:problem:unauthenticated", "A valid token is needed"},
    {403, "urn:stentor:problem:forbidden", "The token may not do this"},
    {404, "urn:stentor:problem:not-found", "There is no such thing"},
    {405, "urn:stentor:problem:method-not-allowed", "This address does not know that method"},
    {408, "urn:stentor:problem:timeout", "The request came too slowly"},
    {409, "urn:stentor:problem:conflict", "The present state forbids this"},
    {413, "urn:stentor:problem:too-large", "The body is too large"},
    {415, "urn:stentor:problem:media-type", "The body's type is not understood"},
    {417, "urn:stentor:problem:expectation", "What the request expects is not done here"},
    {422, "urn:stentor:problem:invalid", "The request is understood but wrong"},
    {431, "urn:stentor:problem:head-too-large", "The request's head is too large"},
    {500, "urn:stentor:problem:internal", "The daemon made a mistake"},
    {503, "urn:stentor:problem:unavailable", "Not possible at the moment"},
};

int status_of(core::errc code) noexcept {
  switch (code) {
  case core::errc::invalid:
    return 422;
  case core::errc::not_found:
    return 404;
  case core::errc::conflict:
    return 409;
  case core::errc::forbidden:
    return 403;
  case core::errc::fenced:
  case core::errc::unavailable:
    return 503;
  case core::errc::internal:
    return 500;
  }
  return 500;
}

nlohmann::ordered_json problem_body(int status, std::string_view detail,
                                    std::string_view instance) {
  nlohmann::ordered_json body;
  body["type"] = "about:blank";
  body["title"] = "The request cannot be answered";
  for (const auto& k : kinds)
    if (k.status == status) {
      body["type"] = k.type;
      body["title"] = k.title;
    }
  body["status"] = status;
  body["detail"] = detail;
  if (!instance.empty())
    body["instance"] = instance;
  return body;
}

/// What callers sent can stand in a message, valid UTF-8 or not.
http_server::response problem_document(int status, const nlohmann::ordered_json& body) {
  auto r = json_answer(status,
                       body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  r.content_type = "application/problem+json";
  return r;
}

} // namespace

http_server::response json_answer(int status, std::string body) {
  http_server::response r;
  r.status = status;
  r.content_type = "application/json";
  r.body = std::move(body);
  r.headers.emplace_back("Cache-Control", "no-store");
  r.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return r;
}

http_server::response problem_answer(int status, std::string_view detail, std::string_view instance,
                                     const field_errors& errors) {
  auto body = problem_body(status, detail, instance);
  for (const auto& e : errors)
    body["errors"].push_back({{"field", e.field}, {"message", e.message}});
  return problem_document(status, body);
}

http_server::response obstacles_answer(int status, std::string_view detail,
                                       std::string_view instance,
                                       const std::vector<core::sentence>& obstacles) {
  auto body = problem_body(status, detail, instance);
  body["obstacles"] = shown(obstacles);
  return problem_document(status, body);
}

http_server::response no_token_answer(std::string_view detail, std::string_view instance) {
  auto body = problem_body(503, detail, instance);
  body["type"] = "urn:stentor:problem:no-token";
  body["title"] = "The token for this is not here";
  return problem_document(503, body);
}

http_server::response problem_of(const core::error& e, std::string_view instance) {
  auto r = problem_answer(status_of(e.code), e.message, instance);
  if (r.status == 503)
    r.headers.emplace_back("Retry-After", "5");
  return r;
}

} // namespace stentor::api
