/// Health, metrics, figures, jobs, the OpenAPI document and the page at "/".

#include "api/http/handlers.hpp"
#include "api/http/sentence_json.hpp"
#include "stentor/ports/system/job_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace stentor::api {

namespace {

using nlohmann::ordered_json;

http_server::response text_answer(int status, std::string type, std::string body) {
  http_server::response r;
  r.status = status;
  r.content_type = std::move(type);
  r.body = std::move(body);
  r.headers.emplace_back("Cache-Control", "no-store");
  r.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return r;
}

void healthz(call c) {
  answer(c, 200, R"({"status":"ok"})");
}

void readyz(call c) {
  const auto figures = c.engine().metrics();
  ordered_json out{{"status", figures.ready ? "ready" : "not ready"}};
  if (!figures.ready)
    out["reason"] = shown(figures.not_ready_reason);
  auto r = json_answer(figures.ready ? 200 : 503,
                       out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  if (!figures.ready)
    r.headers.emplace_back("Retry-After", "5");
  c.e->respond(std::move(r));
}

void metrics(call c) {
  c.e->respond(text_answer(200, "text/plain; version=0.0.4; charset=utf-8", c.c->s.metrics()));
}

void status(call c) {
  const auto f = c.engine().metrics();
  constexpr const char* outcomes[] = {"notSent", "notProcessed", "rejected",
                                      "failed",  "accepted",     "inDoubt"};
  ordered_json out;
  out["version"] = c.c->options.version;
  out["ready"] = f.ready;
  if (!f.ready)
    out["notReadyReason"] = shown(f.not_ready_reason);
  out["alarms"] = ordered_json::array();
  for (const auto& alarm : f.alarms)
    if (alarm.organization == 0 || alarm.organization == c.who.organization)
      out["alarms"].push_back(shown(alarm.what));
  // How the installation itself is may be known to everybody; what it sends, to its own.
  const auto own = [&](auto figure) {
    return f.organization == c.who.organization ? figure : decltype(figure){};
  };
  out["campaignsRunning"] = own(f.campaigns_running);
  out["numbersActive"] = own(f.numbers_active);
  out["eventsCommittedTotal"] = own(f.events_committed_total);
  out["commitsTotal"] = f.commits_total;
  out["longestCommitMs"] = f.longest_commit_ms;
  for (std::size_t i = 0; i < std::size(outcomes); ++i)
    out["outcomesTotal"][outcomes[i]] = own(f.outcomes_total[i]);
  out["webhooksTotal"] = own(f.webhooks_total);
  out["statusesTotal"] = own(f.statuses_total);
  out["inboundTotal"] = own(f.inbound_total);
  out["optOutsTotal"] = own(f.opt_outs_total);
  out["restartsTotal"] = f.restarts_total;
  out["projectionLagMs"] = f.projection_lag_ms;
  out["ledgerQueue"] = own(f.ledger_queue);
  out["inDoubtRecovered"] = own(f.in_doubt_recovered);
  out["webhookSignaturesWrongTotal"] = c.c->webhooks_bad_signature.load();
  out["webhooksUnreadableTotal"] = c.c->webhooks_unreadable.load();
  answer(c, 200, out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

void openapi(call c) {
  answer(c, 200, std::string{openapi_document()});
}

void front_page(call c) {
  auto r = text_answer(
      200, "text/html; charset=utf-8",
      "<!doctype html><html lang=\"en\"><meta "
      "charset=\"utf-8\"><title>Stentor</title><h1>Stentor " +
          c.c->options.version +
          "</h1><p>The admin API is at <code>/api/whatsapp</code>: "
          "<a href=\"/api/openapi.json\">its description</a>, <a href=\"/healthz\">health</a>, "
          "<a href=\"/readyz\">readiness</a>, <a href=\"/metrics\">metrics</a>.</p></html>\n");
  r.headers.emplace_back("Content-Security-Policy", "default-src 'none'");
  c.e->respond(std::move(r));
}

void list_jobs(call c) {
  const auto page = read_page(c.head(), {"state"});
  if (!page.value)
    return c.e->respond(page.refusal);
  const auto state = c.head().parameter("state").value_or("");
  const auto& known = ports::job_states;
  if (!state.empty() && std::find(std::begin(known), std::end(known), state) == std::end(known))
    return c.e->respond(problem_answer(
        400, "There is no job state \"" + std::string{state} + "\".", c.head().target,
        field_errors{{"state", "expected waiting, running, done, failed or cancelled"}}));
  answer(c, c.stores().jobs->list(c.who, state, *page.value));
}

bool has_job_id(const call& c) {
  if (is_uuid(c.ids[0]))
    return true;
  refuse(c, {core::errc::not_found, "There is no such job: an id is a UUID."});
  return false;
}

void show_job(call c) {
  if (has_job_id(c))
    answer(c, c.stores().jobs->show(c.who, c.ids[0]));
}

void cancel_job(call c) {
  if (has_job_id(c))
    answer(c, c.stores().jobs->cancel(c.who, c.ids[0]));
}

} // namespace

std::span<const route> system_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/healthz", right::none, body_kind::none, healthz, true},
      {"GET", "/readyz", right::none, body_kind::none, readyz, true},
      {"GET", "/metrics", right::none, body_kind::none, metrics},
      {"GET", "/api/status", right::read, body_kind::none, status},
      {"GET", "/api/whatsapp/jobs", right::read, body_kind::none, list_jobs},
      {"GET", "/api/whatsapp/jobs/{id}", right::read, body_kind::none, show_job},
      {"DELETE", "/api/whatsapp/jobs/{id}", right::send, body_kind::none, cancel_job},
      {"GET", "/api/openapi.json", right::none, body_kind::none, openapi, true},
      {"GET", "/openapi.json", right::none, body_kind::none, openapi, true},
      {"GET", "/", right::none, body_kind::none, front_page, true},
  };
  return table;
}

} // namespace stentor::api
