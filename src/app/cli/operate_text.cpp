#include "app/cli/operate_text.hpp"

#include "app/cli/console.hpp"
#include "app/cli/json_text.hpp"

#include <nlohmann/json.hpp>

namespace stentor::app {

using nlohmann::json;

std::string status_text(const json& status) {
  const bool ready = flag_of(status, "ready");
  auto text =
      "stentor " + text_of(status, "version") +
      (ready ? " is ready.\n" : " is not ready: " + sentence_text(status, "notReadyReason") + "\n");
  const auto row = [&](const char* name, const char* key) {
    text += "  " + padded(name, 22) + right(grouped(count_of(status, key)), 12) + "\n";
  };
  row("campaigns running", "campaignsRunning");
  row("numbers at work", "numbersActive");
  row("webhooks taken", "webhooksTotal");
  row("wrong signatures", "webhookSignaturesWrongTotal");
  const auto& alarms = items_of(status, "alarms");
  for (const auto& alarm : alarms)
    text += "Alarm: " + text_of(alarm, "text") + "\n";
  if (alarms.empty())
    text += "No alarms.\n";
  return text;
}

namespace {

/// What a number that is not stopped does.
std::string pace_text(const json& number) {
  const auto pace = text_of(number, "pace");
  if (pace == "learned" || pace == "probing")
    return "sends; Meta takes " + text_of(number, "rateCeiling") + " a second of it";
  if (pace == "testing")
    return "sends; looks whether Meta refuses less at a lower rate";
  if (pace == "unavailable")
    return "Meta refuses nearly everything; a few are tried until that ends";
  return "sends";
}

} // namespace

std::string numbers_text(const json& list) {
  const auto& all = items_of(list, "data");
  if (all.empty())
    return "No numbers: the configuration names none.\n";
  auto text = padded("PHONE_NUMBER_ID", 22) + right("PER SECOND", 12) + right("NOW", 8) + "  " +
              padded("QUALITY", 10) + "STATE\n";
  for (const auto& n : all) {
    const auto stopped = sentence_text(n, "stoppedReason");
    const bool active = flag_of(n, "active", true);
    text += padded(text_of(n, "phoneNumberId"), 22) + right(text_of(n, "messagesPerSecond"), 12) +
            right(text_of(n, "rateNow"), 8) + "  " + padded(text_of(n, "qualityRating"), 10) +
            (!active           ? "not configured any more"
             : stopped.empty() ? pace_text(n)
                               : stopped) +
            "\n";
  }
  return text;
}

std::string quality_history_text(const json& page) {
  const auto& all = items_of(page, "data");
  if (all.empty())
    return "Meta has changed nothing that is known here.\n";
  auto text = padded("WHEN", 22) + padded("OF", 11) + padded("NAME", 26) + padded("WHAT", 16) +
              "FROM, TO\n";
  for (const auto& h : all) {
    const auto name = text_of(h, "name");
    const auto language = text_of(h, "language");
    const auto was = text_of(h, "before");
    const auto now = text_of(h, "now");
    text +=
        padded(time_text(text_of(h, "at")), 22) + padded(text_of(h, "subject"), 11) +
        padded((name.empty() ? "(all numbers)" : name) + (language.empty() ? "" : " " + language),
               25) +
        " " + padded(text_of(h, "fact"), 16) + (was.empty() ? "-" : was) + ", " +
        (now.empty() ? "-" : now) + "\n";
  }
  return text;
}

std::string nodes_text(const json& list) {
  const auto& all = items_of(list, "data");
  auto text = padded("NODE", 38) + padded("HOST", 20) + padded("VERSION", 10) +
              padded("SINCE", 22) + right("NUMBERS", 8) + "  STATE\n";
  for (const auto& n : all) {
    const bool alive = flag_of(n, "alive");
    text += padded(text_of(n, "id"), 38) + padded(text_of(n, "host"), 19) + " " +
            padded(text_of(n, "version"), 10) + padded(time_text(text_of(n, "startedAt")), 22) +
            right(std::to_string(items_of(n, "numbers").size()), 8) +
            (alive ? "  alive" : "  gone since " + time_text(text_of(n, "seenAt"))) + "\n";
  }
  if (all.empty())
    text = "No daemon has given a sign of life for a day.\n";
  for (const auto& id : items_of(list, "numbersWithoutNode"))
    text += "Nobody sends from number " + (id.is_string() ? id.get<std::string>() : "") + ".\n";
  return text;
}

std::string portfolios_text(const json& list) {
  const auto& all = items_of(list, "data");
  if (all.empty())
    return "There is none yet: numbers are given one when a daemon starts.\n";
  auto text = padded("PORTFOLIO", 20) + padded("TIER", 18) + right("LIMIT", 12) +
              right("MAY USE", 12) + right("USED", 12) + right("NUMBERS", 9) + "\n";
  for (const auto& p : all) {
    const bool limited = p.is_object() && p.contains("limit") && p["limit"].is_number();
    const auto id = text_of(p, "id");
    const auto tier = text_of(p, "tier");
    text += padded(id.empty() ? "(all numbers)" : id, 20) + padded(tier.empty() ? "-" : tier, 18) +
            right(limited ? grouped(count_of(p, "limit")) : "none", 12) +
            right(limited ? grouped(count_of(p, "mayUse")) : "-", 12) +
            right(limited ? grouped(count_of(p, "used")) : "-", 12) +
            right(std::to_string(items_of(p, "numbers").size()), 9);
    if (const auto until = text_of(p, "closedUntil"); !until.empty())
      text += "  closed until " + time_text(until);
    text += "\n";
  }
  return text;
}

std::string segments_text(const json& page) {
  const auto& all = items_of(page, "data");
  if (all.empty())
    return "None. Save one with `stentor segment create`.\n";
  auto text = padded("ID", 38) + right("PEOPLE", 12) + "  " + padded("COUNTED", 22) + "NAME\n";
  for (const auto& s : all) {
    const bool counted = s.is_object() && s.contains("people") && s["people"].is_number();
    const bool estimated = counted && !flag_of(s, "exact", true);
    text += padded(text_of(s, "id"), 38) +
            right(counted ? (estimated ? "~" : "") + grouped(count_of(s, "people")) : "-", 12) +
            "  " + padded(counted ? time_text(text_of(s, "countedAt")) : "", 22) +
            text_of(s, "name") + "\n";
  }
  return text + grouped(count_of(page, "total")) + " in all.\n";
}

std::string segment_count_text(const json& preview) {
  const bool exact = flag_of(preview, "exact");
  return (exact ? "" : "about ") + grouped(count_of(preview, "people")) + " people, " +
         grouped(count_of(preview, "reachable")) + " of them can be reached\n";
}

namespace {

/// "3 of 8", or nothing while nobody knows how much there is to do.
std::string progress_text(const json& job) {
  const auto total = count_of(job, "total");
  return total == 0 ? "" : grouped(count_of(job, "done")) + " of " + grouped(total);
}

} // namespace

std::string jobs_text(const json& page) {
  const auto& all = items_of(page, "data");
  if (all.empty())
    return "No jobs.\n";
  auto text = padded("ID", 38) + padded("KIND", 10) + padded("STATE", 11) + padded("STEPS", 10) +
              padded("SINCE", 22) + "CAMPAIGN\n";
  for (const auto& j : all)
    text += padded(text_of(j, "id"), 38) + padded(text_of(j, "kind"), 10) +
            padded(text_of(j, "state"), 11) + padded(progress_text(j), 10) +
            padded(time_text(text_of(j, "createdAt")), 22) + text_of(j, "campaignId") + "\n";
  return text + grouped(count_of(page, "total")) + " in all.\n";
}

std::string job_text(const json& job) {
  auto text = text_of(job, "kind") + " is " + text_of(job, "state");
  if (const auto steps = progress_text(job); !steps.empty())
    text += ", " + steps + " steps";
  text += "\n";
  const auto row = [&](const char* name, const std::string& value) {
    if (!value.empty())
      text += "  " + padded(name, 12) + value + "\n";
  };
  row("campaign", text_of(job, "campaignId"));
  row("due", time_text(text_of(job, "dueAt")));
  row("begun", time_text(text_of(job, "startedAt")));
  row("ended", time_text(text_of(job, "endedAt")));
  row("problem", sentence_text(job, "problem"));
  if (job.is_object() && job.contains("result") && job["result"].is_object())
    for (const auto& [key, value] : job["result"].items())
      row(key.c_str(), value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

std::string suppressions_text(const json& page) {
  const auto& all = items_of(page, "data");
  if (all.empty())
    return "Nobody.\n";
  auto text = padded("PHONE NUMBER", 18) + padded("USER ID", 20) + padded("SINCE", 22) + "REASON\n";
  for (const auto& p : all)
    text += padded(text_of(p, "phoneNumber"), 17) + " " + padded(text_of(p, "userId"), 19) + " " +
            padded(time_text(text_of(p, "stoppedAt")), 22) + text_of(p, "reason") + "\n";
  return text + grouped(count_of(page, "total")) + " in all.\n";
}

} // namespace stentor::app
