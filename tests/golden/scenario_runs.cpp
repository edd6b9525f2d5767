/// The scenario's steps that send, and what is told about it. See scenario.hpp.

#include "tests/golden/plan_view.hpp"
#include "tests/golden/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace stentor::testing {

namespace {

/// Meta's own times are whole seconds, so what happens within one second may come in any order.
json with_sorted_events(const json& timeline) {
  auto out = timeline;
  if (out.is_object() && out.contains("events"))
    std::sort(out["events"].begin(), out["events"].end(), [](const json& a, const json& b) {
      return a.value("kind", "") < b.value("kind", "");
    });
  return out;
}

/// How much of it lies within the last minute depends on the machine.
json with_any_last_minute(const json& stats) {
  auto out = stats;
  if (out.is_object() && out.contains("lastMinute"))
    for (auto& figure : out["lastMinute"])
      figure = "<varies>";
  return out;
}

const view timeline_view{.arrange = with_sorted_events};
const view stats_view{
    .varying =
        {
            {"messagesPerSecond", "secondsBehind", "toDelivery", "toRead", "toResponse"},
        },
    .arrange = with_any_last_minute,
};
const view window_view{.varying = {{"days"}}};

/// How far the drawing of its list is by then depends on the machine.
json without_drawing(const json& campaign) {
  auto out = campaign;
  if (out.is_object())
    for (const auto* key :
         {"status", "phase", "job", "audienceDrawnAt", "totalRecipients", "progress", "startedAt"})
      if (out.contains(key))
        out[key] = "<varies>";
  return out;
}
const view drawing_view{.varying = {{"days"}}, .arrange = without_drawing};

} // namespace

void scenario::send_to_completion() {
  start(newsletter_);
  wait_for(newsletter_, "delivered", 3);
  wait_until_explained(newsletter_, "completed");
  golden_.ask("campaign_get_completed", "GET", campaign(newsletter_));
  golden_.ask("campaign_stats_completed", "GET", campaign(newsletter_, "/stats"), {}, stats_view);
}

void scenario::look_at_recipients() {
  golden_.ask("recipients_list", "GET", campaign(newsletter_, "/recipients"));
  for (const auto* state :
       {"pending", "sending", "sent", "delivered", "read", "responded", "failed", "opted_out",
        "screened", "in_doubt", "held", "cancelled", "expired", "retracted"})
    golden_.ask("recipients_list_" + std::string{state}, "GET",
                campaign(newsletter_, "/recipients?status=" + std::string{state}));
  const auto timeline = [&](const std::string& name, const std::string& who) {
    golden_.ask("recipient_timeline_" + name, "GET", campaign(newsletter_, "/recipients/" + who),
                {}, timeline_view);
  };
  timeline("delivered", "1");
  timeline("screened", "3");
  timeline("failed", "5");
  timeline("by_phone", "+4915112345602");
  const auto first = read(campaign(newsletter_, "/recipients?limit=1"))["data"][0];
  timeline("by_id", first.value("id", ""));
}

void scenario::hear_replies() {
  ASSERT_EQ(env_.api.webhook(text_message("+4915112345601", "Tell me more")).status, 200);
  wait_for(newsletter_, "responded", 1);
  ASSERT_EQ(env_.api.webhook(text_message("+4915112345602", "STOP")).status, 200);
  wait_for(newsletter_, "opted_out", 1);
  wait_until_explained(newsletter_, "completed");
  for (const auto* who : {"1", "2"})
    golden_.ask(who == std::string{"1"} ? "recipient_timeline_responded"
                                        : "recipient_timeline_opted_out",
                "GET", campaign(newsletter_, "/recipients/" + std::string{who}), {}, timeline_view);
  golden_.ask("service_windows_get", "GET", "/api/whatsapp/service-windows/+4915112345601", {},
              {.varying = {{"openUntil"}}});
  golden_.ask("suppressions_after_stop", "GET", "/api/whatsapp/suppressions");
}

void scenario::look_at_reports() {
  golden_.ask("campaign_get_answered", "GET", campaign(newsletter_));
  golden_.ask("campaign_stats_answered", "GET", campaign(newsletter_, "/stats"), {}, stats_view);
  golden_.ask("recipients_export", "GET", campaign(newsletter_, "/export"));
  golden_.ask("preflight_completed", "POST", campaign(newsletter_, "/preflight"), {}, plan_view);
  golden_.ask("campaign_plan_completed", "GET", campaign(newsletter_, "/plan"), {}, plan_view);
}

void scenario::hold_pause_and_cancel() {
  held_ = create("held", draft_of("Held", {{"targetType", "all"},
                                           {"sendWindow", closed_window()},
                                           {"templateVariables", {{"2", "{{city}}"}}}}));
  golden_.ask("campaign_send", "POST", campaign(held_, "/send"), {}, drawing_view);
  ASSERT_TRUE(env_.daemon.wait("its list", std::chrono::seconds{60}, [&] {
    return read(campaign(held_)).value("status", "") == "sending";
  }));
  golden_.ask("campaign_get_drawn", "GET", campaign(held_), {}, window_view);
  golden_.ask("recipients_list_all_customers", "GET", campaign(held_, "/recipients"));
  golden_.ask("refuse_send_twice", "POST", campaign(held_, "/send"));
  golden_.ask("refuse_update_sending", "PUT", campaign(held_), {{"name", "Another"}});
  upload("refuse_import_sending", held_, "phone\n+4915112345620\n");
  golden_.ask("refuse_add_sending", "POST", campaign(held_, "/recipients"),
              {{"recipients", {{{"phoneNumber", "+4915112345620"}}}}});
  golden_.ask("campaign_resume_sending", "POST", campaign(held_, "/resume"), {}, window_view);
  golden_.ask("campaign_pause", "POST", campaign(held_, "/pause"), {}, window_view);
  golden_.ask("refuse_pause_twice", "POST", campaign(held_, "/pause"), {}, window_view);
  golden_.ask("campaigns_list_paused", "GET", std::string{campaigns_path} + "?status=paused", {},
              window_view);
  golden_.ask("campaign_resume", "POST", campaign(held_, "/resume"), {}, window_view);
  golden_.ask("preflight_sending", "POST", campaign(held_, "/preflight"), {}, plan_view);
  golden_.ask("campaign_plan_sending", "GET", campaign(held_, "/plan"), {}, plan_view);
  golden_.ask("campaign_cancel", "POST", campaign(held_, "/cancel"), {}, window_view);
  wait_until_explained(held_, "cancelled");
  golden_.ask("campaign_get_cancelled", "GET", campaign(held_), {}, window_view);
  golden_.ask("campaign_stats_cancelled", "GET", campaign(held_, "/stats"), {}, stats_view);
  golden_.ask("refuse_retry_cancelled", "POST", campaign(held_, "/recipients/retry"),
              {{"codes", json::array({131009})}});
  for (const auto* command : {"send", "pause", "resume", "cancel"})
    golden_.ask("refuse_" + std::string{command} + "_cancelled", "POST",
                campaign(held_, "/" + std::string{command}), {}, window_view);
}

void scenario::schedule() {
  scheduled_ = create("scheduled", draft_of("Scheduled", {{"scheduledFor", "2099-01-01T08:00:00Z"},
                                                          {"targetType", "manual"}}));
  golden_.ask("recipients_add_manual", "POST", campaign(scheduled_, "/recipients"),
              {{"recipients",
                {{{"phoneNumber", "+4915112345613"}, {"variables", {{"destination", "Rome"}}}}}}});
  golden_.ask("campaign_send_scheduled", "POST", campaign(scheduled_, "/send"));
  golden_.ask("refuse_pause_scheduled", "POST", campaign(scheduled_, "/pause"));
  golden_.ask("refuse_update_scheduled", "PUT", campaign(scheduled_), {{"name", "Another"}});
  golden_.ask("campaign_unschedule", "PUT", campaign(scheduled_), {{"scheduledFor", nullptr}});
  golden_.ask("campaign_schedule_again", "PUT", campaign(scheduled_),
              {{"scheduledFor", "2099-01-02T08:00:00Z"}});
  golden_.ask("campaign_send_scheduled_again", "POST", campaign(scheduled_, "/send"));
  golden_.ask("campaigns_list_scheduled", "GET", std::string{campaigns_path} + "?status=scheduled");
  const auto drawn = create("drawn", draft_of("Drawn", {{"scheduledFor", "2099-01-01T08:00:00Z"},
                                                        {"targetType", "all"},
                                                        {"templateVariables", {{"2", "the sea"}}},
                                                        {"plan", {{"maxRecipients", 1}}}}));
  golden_.ask("recipients_add_picked", "POST", campaign(drawn, "/recipients"),
              {{"recipients", {{{"phoneNumber", "+4915112345619"}}}}});
  golden_.ask("preflight_union", "POST", campaign(drawn, "/preflight"), {}, plan_view);
  golden_.ask("campaign_send_drawn_later", "POST", campaign(drawn, "/send"));
  golden_.ask("campaign_unschedule_drawn_later", "PUT", campaign(drawn),
              {{"scheduledFor", nullptr}});
  golden_.ask("campaign_delete_drawn_later", "DELETE", campaign(drawn));
}

void scenario::fail() {
  env_.simulator.faults({{"errors", {{"131009", 1.0}}}});
  failing_ = create("failing", draft_of("Failing"));
  upload("recipients_import_failing", failing_,
         "phone,destination\n+4915112345614,Rome\n+4915112345615,Oslo\n");
  start(failing_);
  wait_for(failing_, "failed", 2);
  wait_until_explained(failing_, "completed");
  env_.simulator.faults({{"errors", json::object()}});
  golden_.ask("campaign_get_failed", "GET", campaign(failing_));
  golden_.ask("campaign_stats_failed", "GET", campaign(failing_, "/stats"), {}, stats_view);
  golden_.ask("recipients_list_refused", "GET", campaign(failing_, "/recipients?status=failed"));
  golden_.ask("recipient_timeline_refused", "GET", campaign(failing_, "/recipients/1"), {},
              timeline_view);
  golden_.ask("held_list", "GET", campaign(failing_, "/held"));
  golden_.ask("held_settle", "POST", campaign(failing_, "/held"),
              {{"action", "fail"}, {"all", true}});
  golden_.ask("refuse_settle_nothing", "POST", campaign(failing_, "/held"), {{"action", "hold"}});
  golden_.ask("refuse_retry_nothing", "POST", campaign(failing_, "/recipients/retry"),
              {{"codes", "131009"}});
  golden_.ask("recipients_retry", "POST", campaign(failing_, "/recipients/retry"),
              {{"codes", json::array({131009})}});
  wait_for(failing_, "delivered", 2);
  wait_until_explained(failing_, "completed");
  golden_.ask("recipient_timeline_retried", "GET", campaign(failing_, "/recipients/1"), {},
              timeline_view);
}

void scenario::recur() {
  const json rule{{"freq", "weekly"},           {"byDay", {"TH"}},      {"at", {"10:00"}},
                  {"timeZone", "Asia/Kolkata"}, {"from", "2098-12-01"}, {"until", "2099-03-01"},
                  {"except", {"2098-12-04"}}};
  const auto deals =
      create("recurring", draft_of("Weekend deals", {{"targetType", "all"},
                                                     {"recurrence", rule},
                                                     {"onMissed", "skip"},
                                                     {"overlap", "skip"},
                                                     {"lateness", "45m"},
                                                     {"templateVariables", {{"2", "{{city}}"}}}}));
  golden_.ask("preflight_recurring", "POST", campaign(deals, "/preflight"));
  golden_.ask("refuse_add_recurring", "POST", campaign(deals, "/recipients"),
              {{"recipients", {{{"phoneNumber", "+4915112345620"}}}}});
  golden_.ask("campaign_send_recurring", "POST", campaign(deals, "/send"));
  golden_.ask("refuse_send_recurring_twice", "POST", campaign(deals, "/send"));
  golden_.ask("campaign_runs_none", "GET", campaign(deals, "/runs"));
  golden_.ask("campaign_update_recurring", "PUT", campaign(deals),
              {{"recurrence",
                {{"freq", "monthly"},
                 {"byDay", {"-1FR"}},
                 {"at", {"09:00", "18:30"}},
                 {"timeZone", "Asia/Kolkata"},
                 {"count", 12}}},
               {"lateness", nullptr},
               {"onMissed", "run_latest"}});
  golden_.ask("refuse_update_recurring_once", "PUT", campaign(deals), {{"recurrence", nullptr}});
  golden_.ask("campaign_pause_recurring", "POST", campaign(deals, "/pause"));
  golden_.ask("campaign_resume_recurring", "POST", campaign(deals, "/resume"));
  golden_.ask("campaign_cancel_recurring", "POST", campaign(deals, "/cancel"));
  golden_.ask("campaign_delete_recurring", "DELETE", campaign(deals));
}

void scenario::delete_campaigns() {
  golden_.ask("campaign_delete_draft", "DELETE", campaign(unused_));
  golden_.ask("refuse_get_deleted", "GET", campaign(unused_));
  golden_.ask("refuse_delete_deleted", "DELETE", campaign(unused_));
  golden_.ask("campaign_delete_scheduled", "DELETE", campaign(scheduled_));
  golden_.ask("campaign_delete_completed", "DELETE", campaign(newsletter_));
  golden_.ask("campaign_delete_cancelled", "DELETE", campaign(held_));
}

} // namespace stentor::testing
