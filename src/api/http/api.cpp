/// From a request's head to its handler: route, token, role, body.

#include "api/http/api.hpp"

#include "api/http/handlers.hpp"

#include <algorithm>

namespace stentor::api {

namespace {

using http_server::plan;
using http_server::request;
using http_server::response;

constexpr std::uint64_t json_bytes_max = 1U << 20;
constexpr std::uint64_t list_bytes_max = 8U << 20;
constexpr std::uint64_t webhook_bytes_max = 4U << 20; ///< Meta sends up to 3 MB
constexpr std::chrono::seconds webhook_patience{20};  ///< then 503: Meta repeats it

/// The media type without its parameters, in lower case.
std::string media_type(std::string_view header) {
  auto type = std::string{header.substr(0, header.find(';'))};
  while (!type.empty() && type.back() == ' ')
    type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char ch) {
    return static_cast<char>(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
  });
  return type;
}

std::string_view bearer_token(const request& head) {
  constexpr std::string_view scheme = "bearer ";
  const auto header = head.header("Authorization");
  if (header.size() <= scheme.size() ||
      media_type(header.substr(0, scheme.size() - 1)) != "bearer" ||
      header[scheme.size() - 1] != ' ')
    return {};
  return header.substr(scheme.size());
}

response unauthenticated(std::string_view detail, std::string_view instance, bool had_token) {
  auto r = problem_answer(401, detail, instance);
  r.headers.emplace_back("WWW-Authenticate",
                         had_token ? "Bearer realm=\"stentor\", error=\"invalid_token\""
                                   : "Bearer realm=\"stentor\"");
  return r;
}

plan refusal(response r) {
  plan p;
  p.refuse = std::move(r);
  return p;
}

void plan_body(const route& r, const request& head, plan& p) {
  switch (r.body) {
  case body_kind::none:
    p.body_max = 4096;
    return; // some clients send "{}" with every POST
  case body_kind::webhook:
    p.body_max = webhook_bytes_max;
    p.answer_within = webhook_patience;
    return;
  case body_kind::file:
    p.streamed = true;
    p.on_stream_thread = true;
    return;
  case body_kind::json:
  case body_kind::large:
  case body_kind::list: {
    p.body_max = r.body == body_kind::json ? json_bytes_max : list_bytes_max;
    const auto type = media_type_of(head);
    p.streamed = r.body == body_kind::list && type == "text/csv";
    p.on_stream_thread = r.body == body_kind::list;
    if (p.streamed || type == "application/json")
      return;
    p.refuse = problem_answer(415,
                              r.body == body_kind::list
                                  ? "Content-Type must be application/json or text/csv."
                                  : "Content-Type must be application/json.",
                              head.target);
    return;
  }
  }
}

} // namespace

std::string media_type_of(const request& head) {
  return media_type(head.header("Content-Type"));
}

struct api::impl {
  std::shared_ptr<context> shared = std::make_shared<context>();
  router routes;

  /// Who asks, if he may; else the refusal. Blocks when the token was not seen lately.
  std::optional<response> enter(const route& r, const request& head, ports::principal& who) const {
    auto found = shared->s.access->authenticate(bearer_token(head));
    if (!found && found.error().code == core::errc::not_found && shared->s.refused)
      shared->s.refused(refused_caller::token, head.client_address);
    if (!found && found.error().code == core::errc::not_found)
      return unauthenticated("The token is unknown, expired or revoked.", head.target, true);
    if (!found)
      return problem_of(found.error(), head.target);
    who = std::move(*found);
    who.source = head.client_address;
    if (core::rights_of(who.role).has(r.needs))
      return {};
    auto refused =
        problem_answer(403,
                       "This needs the role " + std::string{core::least_role_with(r.needs)} +
                           ", the token's is " + who.role + ".",
                       head.target);
    refused.headers.emplace_back("WWW-Authenticate",
                                 "Bearer realm=\"stentor\", error=\"insufficient_scope\"");
    return refused;
  }
};

api::api(services s, settings options) : impl_{std::make_unique<impl>()} {
  impl_->shared->s = std::move(s);
  impl_->shared->options = std::move(options);
}

api::~api() = default;

plan api::expect(const request& head) {
  const auto m = impl_->routes.find(head.method, head.path);
  if (m.found == nullptr && m.allowed.empty())
    return refusal(problem_answer(
        404, "There is nothing at this address; /api/openapi.json lists what there is.",
        head.target));
  if (m.found == nullptr) {
    auto r = problem_answer(405, "This address knows only " + m.allowed + ".", head.target);
    r.headers.emplace_back("Allow", m.allowed);
    return refusal(std::move(r));
  }
  if (m.found->needs != core::right::none && bearer_token(head).empty())
    return refusal(unauthenticated("Send the token as \"Authorization: Bearer <token>\".",
                                   head.target, false));
  plan p;
  p.route = m.found;
  p.on_io_thread = m.found->on_io_thread;
  p.on_stream_thread = m.found->on_stream_thread;
  p.ask_first = m.found->needs != core::right::none;
  p.unverified = !p.ask_first;
  plan_body(*m.found, head, p);
  return p;
}

std::optional<response> api::admit(const http_server::exchange& e) {
  ports::principal who;
  return impl_->enter(*static_cast<const route*>(e.planned().route), e.head(), who);
}

void api::handle(std::shared_ptr<http_server::exchange> e) {
  const auto& r = *static_cast<const route*>(e->planned().route);
  call c{std::move(e), impl_->shared, {}, {}};
  if (r.pattern.find('{') != std::string_view::npos)
    c.ids = router::ids_of(r, c.head().path);
  if (r.needs == core::right::none)
    return r.handle(std::move(c));
  // Whoever sent a body was asked before; the token is known by now.
  if (auto refused = impl_->enter(r, c.head(), c.who))
    return c.e->respond(std::move(*refused));
  r.handle(std::move(c));
}

response api::problem(int status, std::string_view detail) {
  return problem_answer(status, detail);
}

webhook_metrics api::webhooks() const {
  const auto& c = *impl_->shared;
  return {c.webhooks_received, c.webhooks_bad_signature, c.webhooks_unreadable, c.webhooks_refused,
          c.webhooks_waiting};
}

const router& api::routes() const {
  return impl_->routes;
}

} // namespace stentor::api
