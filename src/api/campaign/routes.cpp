/// /api/whatsapp/campaigns: create, list, read, change, end, and the commands.

#include "api/campaign/input.hpp"
#include "api/campaign/preflight.hpp"
#include "api/http/handlers.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace stentor::api {

namespace {

constexpr std::array<std::string_view, 8> statuses{"draft",     "scheduled", "sending", "paused",
                                                   "completed", "cancelled", "expired", "failed"};

void create(call c) {
  auto draft = read_campaign_draft(c.e->body(), true, c.head().target);
  if (!draft.value)
    return c.e->respond(std::move(draft.refusal));
  auto made = c.store().create_campaign(c.who, *draft.value);
  if (!made)
    return refuse(c, made.problem());
  const auto parsed = nlohmann::json::parse(*made, nullptr, false);
  const auto id = parsed.is_object() && parsed.contains("id") && parsed["id"].is_string()
                      ? parsed["id"].get<std::string>()
                      : std::string{};
  auto r = json_answer(201, std::move(*made));
  if (!id.empty())
    r.headers.emplace_back("Location", "/api/whatsapp/campaigns/" + id);
  c.e->respond(std::move(r));
}

void list_campaigns(call c) {
  const auto page = read_page(c.head(), "status");
  if (!page.value)
    return c.e->respond(page.refusal);
  const auto status = c.head().parameter("status").value_or("");
  if (!status.empty() && std::find(statuses.begin(), statuses.end(), status) == statuses.end())
    return c.e->respond(problem_answer(
        400, "There is no campaign status \"" + std::string{status} + "\".", c.head().target,
        {{"status",
          "expected draft, scheduled, sending, paused, completed, cancelled, expired or failed"}}));
  answer(c, c.store().list_campaigns(c.who, status, *page.value));
}

void get(call c) {
  if (has_campaign_id(c))
    answer(c, c.store().get_campaign(c.who, c.ids[0]));
}

void update(call c) {
  if (!has_campaign_id(c))
    return;
  auto draft = read_campaign_draft(c.e->body(), false, c.head().target);
  if (!draft.value)
    return c.e->respond(std::move(draft.refusal));
  answer(c, c.store().update_campaign(c.who, c.ids[0], *draft.value));
}

/// The seed's "Cancel/delete campaign": a draft disappears, what runs or waits is cancelled, what
/// is over stays.
void remove(call c) {
  if (!has_campaign_id(c))
    return;
  const auto campaign = c.store().load_campaign(c.who, c.ids[0]);
  if (!campaign)
    return refuse(c, campaign.problem());
  switch (campaign->status) {
  case core::campaign_status::draft:
    if (auto gone = c.store().delete_campaign(c.who, c.ids[0]); !gone)
      return refuse(c, gone.problem());
    return c.e->respond({204, "", "", {}});
  case core::campaign_status::scheduled:
  case core::campaign_status::sending:
  case core::campaign_status::paused:
    return command(std::move(c), ports::campaign_command::cancel, "campaign.cancel", 200);
  default:
    return refuse(c, {core::errc::conflict, "The campaign is over (" +
                                                std::string{core::to_string(campaign->status)} +
                                                "); its report is kept and cannot be deleted."});
  }
}

void send(call c) {
  if (!has_campaign_id(c))
    return;
  const auto launched = c.store().launch_campaign(c.who, c.ids[0]);
  if (!launched)
    return refuse(c, launched.problem());
  command(std::move(c), ports::campaign_command::start, "", 202);
}

void pause(call c) {
  command(std::move(c), ports::campaign_command::pause, "campaign.pause", 200);
}
void resume(call c) {
  command(std::move(c), ports::campaign_command::resume, "campaign.resume", 200);
}
void cancel(call c) {
  command(std::move(c), ports::campaign_command::cancel, "campaign.cancel", 200);
}

void check(call c) {
  if (has_campaign_id(c))
    answer(c, preflight(*c.c, c.who, c.ids[0]));
}

void stats(call c) {
  if (has_campaign_id(c))
    answer(c, c.store().campaign_stats(c.who, c.ids[0]));
}

} // namespace

std::span<const route> campaign_routes() {
  using core::right;
  static constexpr route table[] = {
      {"POST", "/api/whatsapp/campaigns", right::write, body_kind::json, create},
      {"GET", "/api/whatsapp/campaigns", right::read, body_kind::none, list_campaigns},
      {"GET", "/api/whatsapp/campaigns/{id}", right::read, body_kind::none, get},
      {"PUT", "/api/whatsapp/campaigns/{id}", right::write, body_kind::json, update},
      {"DELETE", "/api/whatsapp/campaigns/{id}", right::write, body_kind::none, remove},
      {"POST", "/api/whatsapp/campaigns/{id}/send", right::send, body_kind::none, send},
      {"POST", "/api/whatsapp/campaigns/{id}/pause", right::send, body_kind::none, pause},
      {"POST", "/api/whatsapp/campaigns/{id}/resume", right::send, body_kind::none, resume},
      {"POST", "/api/whatsapp/campaigns/{id}/cancel", right::send, body_kind::none, cancel},
      {"POST", "/api/whatsapp/campaigns/{id}/preflight", right::write, body_kind::none, check},
      {"GET", "/api/whatsapp/campaigns/{id}/stats", right::read, body_kind::none, stats},
  };
  return table;
}

bool has_campaign_id(const call& c) {
  if (is_uuid(c.ids[0]))
    return true;
  refuse(c, {core::errc::not_found, "There is no campaign with this id; ids are UUIDs."});
  return false;
}

void command(call c, ports::campaign_command what, std::string action, int status) {
  if (!has_campaign_id(c))
    return;
  const auto no = c.store().campaign_no_of(c.who, c.ids[0]);
  if (!no)
    return refuse(c, no.problem());
  // The engine answers on an actor's thread, which must not wait for the database: the rest runs on
  // a worker again.
  auto& engine = c.engine();
  engine.command(*no, what,
                 [c = std::move(c), action = std::move(action), status](core::status how) {
                   const auto e = c.e;
                   e->defer([c, action, status, how = std::move(how)] {
                     if (!how)
                       return refuse(c, how.problem());
                     if (!action.empty())
                       audit(c, action, c.ids[0]);
                     answer(c, c.store().get_campaign(c.who, c.ids[0]), status);
                   });
                 });
}

} // namespace stentor::api
