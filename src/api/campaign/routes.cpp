/// /api/whatsapp/campaigns: create, list, read, change, end, and the commands.

#include "api/campaign/input.hpp"
#include "api/campaign/plan.hpp"
#include "api/campaign/preflight.hpp"
#include "api/campaign/preview.hpp"
#include "api/http/handlers.hpp"
#include "stentor/core/access/rights.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/ports/campaign/campaign_admin.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/campaign/campaign_report.hpp"
#include "stentor/ports/campaign/recurring_admin.hpp"

#include <optional>
#include <utility>

namespace stentor::api {

namespace {

/// The campaign as it was saved, or the problems that only the database could tell.
void answer_saved(const call& c, core::result<ports::saved_campaign> saved, int status) {
  if (!saved)
    return refuse(c, saved.error());
  if (!saved->problems.empty()) {
    field_errors errors;
    for (auto& problem : saved->problems)
      errors.push_back({std::move(problem.path), std::move(problem.sentence)});
    return c.e->respond(refusal_of(errors, c.head().target));
  }
  auto r = json_answer(status, std::move(saved->campaign.text));
  if (status == 201)
    r.headers.emplace_back("Location", "/api/whatsapp/campaigns/" + saved->id);
  c.e->respond(std::move(r));
}

/// Quiet hours and frequency caps are the organization's word: who may lift a stop may lift them.
bool may_override(const call& c, const core::campaign_draft& draft) {
  const bool quiet = draft.override_quiet_hours.value_or(false);
  if ((!quiet && !draft.ignore_caps.value_or(false)) ||
      core::rights_of(c.who.role).has(core::right::administer))
    return true;
  c.e->respond(problem_answer(
      403,
      quiet ? "overrideQuietHours lets a campaign go in quiet hours, which takes the role admin."
            : "ignoreCaps lets a campaign go to people who had enough marketing, which takes the "
              "role admin.",
      c.head().target));
  return false;
}

void create(call c) {
  auto draft = read_campaign_draft(c.e->body(), true, c.head().target);
  if (!draft.value)
    return c.e->respond(std::move(draft.refusal));
  if (!may_override(c, *draft.value))
    return;
  answer_saved(c, c.campaigns().create(c.who, *draft.value), 201);
}

void list_campaigns(call c) {
  const auto page = read_page(c.head(), {"status"});
  if (!page.value)
    return c.e->respond(page.refusal);
  const auto name = c.head().parameter("status").value_or("");
  const auto status = core::campaign_status_from(name);
  if (!name.empty() && !status)
    return c.e->respond(problem_answer(
        400, "There is no campaign status \"" + std::string{name} + "\".", c.head().target,
        field_errors{{"status", "expected draft, scheduled, sending, paused, completed, cancelled, "
                                "expired or failed"}}));
  answer(c, c.campaigns().list(c.who, status, *page.value));
}

void get(call c) {
  if (!has_campaign_id(c))
    return;
  auto found = c.campaigns().get(c.who, c.ids[0]);
  if (!found)
    return refuse(c, found.error());
  answer(c, 200, with_limit(*c.c, c.who, c.ids[0], std::move(found->text)));
}

void update(call c) {
  if (!has_campaign_id(c))
    return;
  auto draft = read_campaign_draft(c.e->body(), false, c.head().target);
  if (!draft.value)
    return c.e->respond(std::move(draft.refusal));
  if (!may_override(c, *draft.value))
    return;
  answer_saved(c, c.campaigns().update(c.who, c.ids[0], *draft.value), 200);
}

/// A campaign, and what whoever started it should know.
std::string with_note(std::string campaign_json, const std::optional<core::sentence>& note) {
  if (!note)
    return campaign_json;
  campaign_json.pop_back();
  return campaign_json + R"(, "notes": [)" + core::to_json(*note) + "]}";
}

/// Tells the engine, and answers with the campaign as it is then. The engine answers on an actor's
/// thread, which must not wait for the database: the rest runs on a worker again.
void tell_engine(call c, core::campaign_no no, core::campaign_command what,
                 std::optional<ports::audit_entry> entry, int status,
                 std::optional<core::sentence> note = {}) {
  auto& engine = c.engine();
  engine.command(no, what, std::move(entry),
                 [c = std::move(c), what, status, note = std::move(note)](core::status how) {
                   const auto e = c.e;
                   e->defer([c, what, status, note, how = std::move(how)] {
                     // A launch is written already: the engine hears of it to be quicker, and finds
                     // it by itself.
                     if (!how && what != core::campaign_command::launch)
                       return refuse(c, how.error());
                     auto campaign = c.campaigns().get(c.who, c.ids[0]);
                     if (!campaign)
                       return refuse(c, campaign.error());
                     answer(c, status, with_note(std::move(campaign->text), note));
                   });
                 });
}

/// A command of an operator, when the campaign takes it in its state; whoever carries it out asks
/// once more, with the campaign locked.
void command(call c, core::campaign_command what) {
  if (!has_campaign_id(c))
    return;
  const auto found = c.campaigns().find(c.who, c.ids[0]);
  if (!found)
    return refuse(c, found.error());
  if (auto allowed = core::check_command(found->status, what, core::late_tries::waiting,
                                         found->kind, found->paused_by);
      !allowed)
    return refuse(c, allowed.error()); // whether tries wait is known under the lock
  ports::audit_entry entry{c.who, "campaign." + std::string{core::to_string(what)}, c.ids[0], ""};
  tell_engine(std::move(c), found->no, what, std::move(entry), 200);
}

void pause(call c) {
  command(std::move(c), core::campaign_command::pause);
}
void resume(call c) {
  command(std::move(c), core::campaign_command::resume);
}
void cancel(call c) {
  command(std::move(c), core::campaign_command::cancel);
}

/// The seed's "Cancel/delete campaign": a draft disappears, what runs or waits is cancelled, what
/// is over stays.
void remove(call c) {
  if (!has_campaign_id(c))
    return;
  const auto found = c.campaigns().find(c.who, c.ids[0]);
  if (!found)
    return refuse(c, found.error());
  if (core::may_be_told(found->status, core::campaign_command::cancel, core::late_tries::none,
                        found->kind))
    return cancel(std::move(c));
  if (auto gone = c.campaigns().remove(c.who, c.ids[0]); !gone)
    return refuse(c, gone.error());
  c.e->respond({204, "", "", {}});
}

void refuse_launch(const call& c, const std::vector<core::sentence>& obstacles) {
  c.e->respond(obstacles_answer(422, "The campaign can't start. " + core::text_of(obstacles),
                                c.head().target, obstacles));
}

/// From then on its runs come by themselves, and each is launched as any campaign is.
void start_recurring(const call& c) {
  const auto facts = c.c->s.launches->facts(c.who, c.ids[0]);
  if (!facts)
    return refuse(c, facts.error());
  if (const auto obstacles = obstacles_of(*c.c, *facts); !obstacles.empty())
    return refuse_launch(c, obstacles);
  const auto started = c.c->s.recurring->start(c.who, c.ids[0]);
  if (!started)
    return refuse(c, started.error());
  if (!started->empty())
    return refuse_launch(c, *started);
  answer(c, c.campaigns().get(c.who, c.ids[0]), 202);
}

/// The launch asks the preflight's list with the campaign locked, and writes its own audit row.
void send(call c) {
  if (!has_campaign_id(c))
    return;
  const auto found = c.campaigns().find(c.who, c.ids[0]);
  if (!found)
    return refuse(c, found.error());
  if (found->kind == core::campaign_kind::recurring)
    return start_recurring(c);
  std::optional<core::sentence> note;
  const auto launched =
      c.c->s.launches->launch(c.who, c.ids[0], [&](const core::launch_facts& facts) {
        note = core::note_of_union(facts);
        return obstacles_of(*c.c, facts);
      });
  if (!launched)
    return refuse(c, launched.error());
  if (!launched->obstacles.empty())
    return refuse_launch(c, launched->obstacles);
  tell_engine(std::move(c), launched->no, core::campaign_command::launch, std::nullopt, 202,
              std::move(note));
}

void check(call c) {
  if (has_campaign_id(c))
    answer(c, preflight(*c.c, c.who, c.ids[0]));
}

void tell_plan(call c) {
  if (has_campaign_id(c))
    answer(c, show_plan(*c.c, c.who, c.ids[0]));
}

void stats(call c) {
  if (has_campaign_id(c))
    answer(c, c.c->s.reports->stats(c.who, c.ids[0]));
}

void runs(call c) {
  if (!has_campaign_id(c))
    return;
  const auto page = read_page(c.head());
  if (!page.value)
    return c.e->respond(page.refusal);
  answer(c, c.c->s.recurring->runs(c.who, c.ids[0], *page.value));
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
      {"GET", "/api/whatsapp/campaigns/{id}/recipients/{recipient}/preview", right::read,
       body_kind::none, preview_recipient},
      {"GET", "/api/whatsapp/campaigns/{id}/plan", right::read, body_kind::none, tell_plan},
      {"GET", "/api/whatsapp/campaigns/{id}/stats", right::read, body_kind::none, stats},
      {"GET", "/api/whatsapp/campaigns/{id}/runs", right::read, body_kind::none, runs},
  };
  return table;
}

} // namespace stentor::api
