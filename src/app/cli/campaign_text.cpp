#include "app/cli/campaign_text.hpp"

#include "app/cli/console.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/plan_text.hpp"
#include "stentor/core/base/printable.hpp"
#include "stentor/core/campaign/arbitration.hpp"

#include <chrono>

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace stentor::app {
namespace {

using nlohmann::json;

/// "weekly on TH at 10:00 Asia/Kolkata until 2027-03-01", as it may be said to `create`.
std::string recurrence_text(const json& rule) {
  const auto list = [&](const char* name) {
    std::string text;
    for (const auto& one : items_of(rule, name))
      text += (text.empty() ? "" : ",") +
              core::printable(one.is_string() ? one.get<std::string>() : one.dump());
    return text;
  };
  const auto freq = text_of(rule, "freq");
  const auto unit = freq == "daily" ? "days" : freq == "weekly" ? "weeks" : "months";
  const auto interval = count_of(rule, "interval");
  std::string text = interval > 1 ? "every " + std::to_string(interval) + " " + unit : freq;
  auto days = list("byDay");
  if (const auto numbers = list("byMonthDay"); !numbers.empty())
    days += (days.empty() ? "" : ",") + numbers;
  const auto clause = [&](const char* word, const std::string& value) {
    if (!value.empty())
      text += std::string{" "} + word + " " + value;
  };
  clause("on", days);
  clause("at", list("at"));
  text += " " + text_of(rule, "timeZone");
  clause("from", text_of(rule, "from"));
  clause("until", text_of(rule, "until"));
  if (const auto count = count_of(rule, "count"); count > 0)
    text += " " + std::to_string(count) + " times";
  clause("except", list("except"));
  return text;
}

/// "over 6h of open time", "until 2026-12-01 18:00:00".
std::string spread_text(const json& campaign) {
  const auto plan = campaign.is_object() ? campaign.value("plan", json{}) : json{};
  const auto spread = plan.is_object() ? plan.value("spread", json{}) : json{};
  const auto over = text_of(spread, "over");
  const auto until = text_of(spread, "until");
  return !over.empty()   ? "over " + over + " of open time"
         : until.empty() ? ""
                         : "until " + time_text(until);
}

/// When its list is drawn, or how far that is.
std::string drawing_text(const json& c) {
  const auto job = c.is_object() ? c.find("job") : c.end();
  if (!c.is_object() || job == c.end() || !job->is_object())
    return {};
  const auto id = " (job " + text_of(*job, "id") + ")";
  if (text_of(c, "phase") == "freezing")
    return "is being drawn, " + grouped(count_of(*job, "done")) + " of " +
           grouped(count_of(*job, "total")) + " steps done" + id;
  return "is drawn at " + time_text(text_of(*job, "dueAt")) + id;
}

/// Who goes first, and how it stands with them.
std::string canary_text(const json& c) {
  const auto canary = c.is_object() ? c.find("canary") : c.end();
  if (!c.is_object() || canary == c.end() || !canary->is_object())
    return {};
  const auto state = text_of(*canary, "state");
  const auto first = grouped(count_of(*canary, "people")) + " people go first; ";
  if (state == "waiting")
    return first + "the rest waits for what becomes of them";
  if (state == "open")
    return first + "the rest may go";
  if (state == "stopped")
    return first + "a gate failed, and the rest waits: resume or cancel";
  return first + "it is not sure: resume to send to the rest, or cancel";
}

/// Where it isn't the usual one.
std::string priority_text(const json& c) {
  const auto priority = count_of(c, "priority");
  const auto ignores = c.is_object() && c.value("ignoreCaps", json{}) == true;
  std::string text =
      priority == 0 || priority == core::priority_usual ? "" : std::to_string(priority) + " of 9";
  if (ignores)
    text += std::string{text.empty() ? "" : ", "} + "whatever people had already (ignoreCaps)";
  return text;
}

/// " (try 1: 40 of 100, try 2: 3 of 60)", where there was a second one.
std::string tries_text(const json& recovery) {
  const auto tries = items_of(recovery, "byTry");
  std::string text;
  for (const auto& one : tries)
    text += (text.empty() ? " (try " : ", try ") + std::to_string(count_of(one, "try")) + ": " +
            grouped(count_of(one, "recovered")) + " of " + grouped(count_of(one, "tried"));
  return tries.size() < 2 ? "" : text + ")";
}

/// Of those whom Meta kept it from because they had enough marketing.
std::string recovery_text(const json& c) {
  const auto recovery = c.is_object() ? c.value("recovery", json{}) : json{};
  if (!recovery.is_object())
    return {};
  const auto ended = sentence_text(recovery, "reason");
  return grouped(count_of(recovery, "capped")) + " had enough marketing (131049); of " +
         grouped(count_of(recovery, "tried")) + " later tries " +
         grouped(count_of(recovery, "recovered")) + " were delivered" + tries_text(recovery) +
         (ended.empty() ? "" : ". " + ended);
}

} // namespace

bool campaign_counts::over() const noexcept {
  return status == "completed" || status == "cancelled" || status == "expired" ||
         status == "failed";
}

campaign_counts counts_of(std::string_view campaign_json) {
  const auto c = parsed(campaign_json);
  campaign_counts counts;
  counts.name = text_of(c, "name");
  counts.status = text_of(c, "status");
  counts.reason = sentence_text(c, "statusReason");
  if (const auto until = text_of(c, "limitedUntil"); !until.empty())
    counts.waits = "until " + time_text(until) + ": " + limit_words(text_of(c, "limitedBy"));
  if (text_of(c, "phase") == "freezing")
    counts.waits = "for its list, which is being drawn";
  counts.total = count_of(c, "totalRecipients");
  counts.screened = count_of(c, "screenedCount");
  counts.sent = count_of(c, "sentCount");
  counts.delivered = count_of(c, "deliveredCount");
  counts.read = count_of(c, "readCount");
  counts.responded = count_of(c, "respondedCount");
  counts.failed = count_of(c, "failedCount");
  counts.opted_out = count_of(c, "optedOutCount");
  counts.in_doubt = count_of(c, "inDoubtCount");
  counts.held = count_of(c, "heldCount");
  return counts;
}

namespace {

/// An older daemon knows one.
std::string languages_text(const nlohmann::json& c) {
  const auto all = c.is_object() ? c.find("templateLanguages") : c.end();
  if (!c.is_object() || all == c.end() || !all->is_array())
    return text_of(c, "templateLanguage");
  std::string text;
  for (const auto& each : *all)
    if (each.is_string())
      text += (text.empty() ? "" : ", ") + each.get<std::string>();
  return text;
}

} // namespace

std::string campaign_text(std::string_view campaign_json) {
  const auto c = parsed(campaign_json);
  const auto counts = counts_of(campaign_json);
  std::string text = counts.name + "  (" + text_of(c, "id") + ")\n";
  const auto row = [&](const char* name, const std::string& value) {
    if (!value.empty())
      text += "  " + padded(name, 14) + value + "\n";
  };
  row("status", counts.status + (counts.reason.empty() ? "" : ": " + counts.reason));
  row("waits", counts.waits);
  row("template", text_of(c, "templateName") + " (" + languages_text(c) + ")");
  if (const auto rule = c.is_object() ? c.find("recurrence") : c.end();
      c.is_object() && rule != c.end() && rule->is_object())
    row("recurs", recurrence_text(*rule));
  row("next run", time_text(text_of(c, "nextRunAt")));
  row("run of", text_of(c, "parentId"));
  row("scheduled for", time_text(text_of(c, "scheduledFor")));
  if (const auto local = text_of(c, "scheduledLocal"); !local.empty())
    row("by each clock", local + ", past places: " + words_of(text_of(c, "pastPlaces")));
  row("priority", priority_text(c));
  row("list", drawing_text(c));
  row("spread", spread_text(c));
  row("canary", canary_text(c));
  row("recovery", recovery_text(c));
  row("started", time_text(text_of(c, "startedAt")));
  row("completed", time_text(text_of(c, "completedAt")));
  const std::array<std::pair<const char*, std::int64_t>, 10> figures{
      {{"recipients", counts.total},
       {"screened out", counts.screened},
       {"sent", counts.sent},
       {"delivered", counts.delivered},
       {"read", counts.read},
       {"responded", counts.responded},
       {"failed", counts.failed},
       {"opted out", counts.opted_out},
       {"in doubt", counts.in_doubt - counts.held},
       {"held", counts.held}}};
  for (const auto& [name, value] : figures)
    text += "  " + padded(name, 14) + right(grouped(value), 12) + "  " +
            right(share_text(value, counts.total), 8) + "\n";
  if (counts.held > 0)
    text += "  Of those held nobody knows whether they got the message: stentor campaign settle " +
            text_of(c, "id") + "\n";
  return text;
}

std::string started_text(std::string_view campaign_json) {
  const auto c = parsed(campaign_json);
  if (const auto next = text_of(c, "nextRunAt"); !next.empty())
    return "Its first run is at " + time_text(next) + ", and the others follow by themselves.\n";
  if (text_of(c, "phase") == "freezing")
    return "Its list is being drawn of the customers, and it starts when that is done: stentor "
           "campaign watch " +
           text_of(c, "id") + "\n";
  if (text_of(c, "status") == "scheduled") {
    const auto at = text_of(c, "scheduledFor");
    const auto drawing = drawing_text(c);
    return "Scheduled for " +
           (at.empty() ? text_of(c, "scheduledLocal") + " by each one's clock" : time_text(at)) +
           (drawing.empty() ? "" : "; its list " + drawing) +
           "; starting it once more sends it now.\n";
  }
  return "Started.\n";
}

std::string campaign_list_text(std::string_view list_json) {
  const auto list = parsed(list_json);
  const auto& campaigns = items_of(list, "campaigns");
  if (campaigns.empty())
    return "No campaigns.\n";
  std::string text = padded("ID", 38) + padded("STATUS", 11) + right("RECIPIENTS", 12) +
                     right("SENT", 12) + right("FAILED", 10) + "  NAME\n";
  for (const auto& c : campaigns)
    text += padded(text_of(c, "id"), 38) + padded(text_of(c, "status"), 11) +
            right(grouped(count_of(c, "totalRecipients")), 12) +
            right(grouped(count_of(c, "sentCount")), 12) +
            right(grouped(count_of(c, "failedCount")), 10) + "  " + text_of(c, "name") + "\n";
  return text;
}

std::string campaign_runs_text(std::string_view runs_json) {
  const auto list = parsed(runs_json);
  const auto& runs = items_of(list, "data");
  if (runs.empty())
    return "No runs.\n";
  std::string text = padded("TIME", 28) + padded("STATUS", 11) + right("RECIPIENTS", 12) +
                     right("SENT", 12) + right("FAILED", 10) + "  ID\n";
  for (const auto& run : runs) {
    text += padded(time_text(text_of(run, "occurrenceAt")), 28) +
            padded(text_of(run, "status"), 11) +
            right(grouped(count_of(run, "totalRecipients")), 12) +
            right(grouped(count_of(run, "sentCount")), 12) +
            right(grouped(count_of(run, "failedCount")), 10) + "  " + text_of(run, "id") + "\n";
    if (const auto reason = sentence_text(run, "statusReason"); !reason.empty())
      text += "  " + reason + "\n";
  }
  return text;
}

namespace {

/// The first ten, each with its line or row.
std::string problems_text(const json& report, const char* where) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& p : items_of(report, "problems")) {
    if (shown++ == 10)
      return text + "  and more; --json lists the first hundred\n";
    text += std::string{"  "} + where + " " + text_of(p, where) + ": " +
            sentence_text(p, "problem") + "\n";
  }
  return text;
}

} // namespace

std::string import_text(std::string_view report_json) {
  const auto r = parsed(report_json);
  std::string text = grouped(count_of(r, "rowsRead")) + " rows read, " +
                     grouped(count_of(r, "rowsAdded")) + " added, " +
                     grouped(count_of(r, "sendable")) + " of them can be sent to, " +
                     grouped(count_of(r, "rowsBad")) + " bad\n";
  const auto screened = r.is_object() ? r.find("screened") : r.end();
  if (r.is_object() && screened != r.end() && screened->is_object()) {
    for (const auto& [reason, count] : screened->items())
      if (count.is_number() && count.get<std::int64_t>() > 0)
        text += "  screened out, " + core::printable(words_of(reason)) + ": " +
                grouped(count.get<std::int64_t>()) + "\n";
  }
  if (const auto columns = r.is_object() ? r.find("columns") : r.end();
      columns != r.end() && columns->is_object() && columns->contains("phoneNumber"))
    text +=
        "  phone numbers are those of the column \"" + text_of(*columns, "phoneNumber") + "\"\n";
  return text + problems_text(r, "line");
}

std::string people_text(std::string_view report_json) {
  const auto r = parsed(report_json);
  return grouped(count_of(r, "rowsRead")) + " rows read, " + grouped(count_of(r, "rowsAdded")) +
         " people added, " + grouped(count_of(r, "rowsUpdated")) + " changed, " +
         grouped(count_of(r, "rowsUnchanged")) + " as they were, " +
         grouped(count_of(r, "rowsBad")) + " bad\n" + problems_text(r, "line");
}

std::string events_text(std::string_view answer_json) {
  const auto r = parsed(answer_json);
  return grouped(count_of(r, "stored")) + " events stored, " + grouped(count_of(r, "known")) +
         " known already, " + grouped(count_of(r, "customersMade")) + " new customers\n" +
         problems_text(r, "row");
}

std::string timeline_text(std::string_view timeline_json) {
  const auto t = parsed(timeline_json);
  const auto recipient = t.is_object() && t.contains("recipient") ? t["recipient"] : t;
  std::string text = text_of(recipient, "phoneNumber") + "  " + text_of(recipient, "status");
  if (const auto language = text_of(recipient, "language"); !language.empty())
    text += ", in " + language;
  if (const auto why = text_of(recipient, "screenReason"); !why.empty())
    text += " (" + words_of(why) + ")";
  if (const auto code = text_of(recipient, "errorCode"); !code.empty())
    text += " (error " + code + ": " + text_of(recipient, "errorMessage") + ")";
  text += "\n";
  const auto& events = items_of(t, "events");
  for (const auto& e : events) {
    text += "  " + padded(text_of(e, "at"), 30) + padded(words_of(text_of(e, "kind")), 14);
    if (const auto attempt = text_of(e, "attempt"); !attempt.empty())
      text += "attempt " + attempt + "  ";
    if (const auto code = text_of(e, "code"); !code.empty() && code != "0")
      text += "error " + code + "  ";
    // The daemon's sentence says more than Meta's text, which it contains where that helps.
    const auto what = sentence_text(e, "what");
    text += (what.empty() ? text_of(e, "text") : what) + "\n";
  }
  if (events.empty())
    text += "  No message was sent to this person.\n";
  return text;
}

} // namespace stentor::app
