/// The campaigns of a torture run, their end, and what the checker finds.

#include "adapters/http_client/client.hpp"
#include "adapters/process/interrupt.hpp"
#include "adapters/process/text_file.hpp"
#include "app/cli/admin_client.hpp"
#include "bench/checker/leaks.hpp"
#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/harness/recipient_list.hpp"
#include "bench/torture/torture_run.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <thread>
#include <unordered_map>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

struct share {
  const char* policy;
  double part;
  bool cancel;
};

/// Of the recipients: every policy for doubts, and one campaign that is cancelled on its way.
constexpr std::array shares{share{"hold", 0.60, false}, share{"resend", 0.15, false},
                            share{"fail", 0.15, false}, share{"hold", 0.10, true}};

std::uint64_t digits_of(const std::string& phone) {
  std::uint64_t value = 0;
  std::from_chars(phone.data() + 1, phone.data() + phone.size(), value);
  return value;
}

bool is_over(const std::string& status) {
  return status == "completed" || status == "cancelled" || status == "expired" ||
         status == "failed";
}

/// Status and counts: whatever moves while a campaign does. Its times change by themselves.
std::string figures_of(const json& campaign) {
  std::string figures = campaign.value("status", "");
  for (const auto& [name, value] : campaign.items())
    if (name.ends_with("Count"))
      figures += " " + value.dump();
  return figures + ";";
}

/// A campaign's draft with its list, launched.
core::result<std::string> launch(app::remote& daemon, const share& as,
                                 const std::vector<std::uint64_t>& people) {
  const json draft{{"name", std::string{"Torture, "} + as.policy},
                   {"templateName", template_name},
                   {"templateLanguage", "en_US"},
                   {"targetType", "imported"},
                   {"inDoubtPolicy", as.policy},
                   {"templateVariables",
                    {{"1", "{{name|friend}}"},
                     {"2", "{{destination|the sea}}"},
                     {"button.0", "{{destination|sea}}"}}}};
  const auto made = app::ask(daemon, "POST", "/api/whatsapp/campaigns", draft.dump());
  if (!made)
    return made.error();
  const auto id = json::parse(*made, nullptr, false).value("id", "");
  std::stringstream csv;
  csv << "phone,name,destination,marketing_opt_in\n";
  for (const auto person : people)
    csv << '+' << person << ",Ana,Lisbon,yes\n";
  if (const auto imported = app::body_of(
          daemon.upload(path_of(id) + "/recipients", "text/csv", csv, {}), "the import");
      !imported)
    return imported.error();
  if (const auto sent = app::ask(daemon, "POST", path_of(id) + "/send"); !sent)
    return sent.error();
  return id;
}

} // namespace

core::status torture_run::launch_campaigns() {
  auto& daemon = stack_.daemon(0);
  const auto token = daemon.make_token();
  if (!token)
    return token.error();
  token_ = *token;
  const auto api = app::connect({.url = daemon.url(),
                                 .token_file = stack_.folder().api_token().string(),
                                 .ca_file = {},
                                 .timeout = 10min});
  if (!api)
    return api.error();
  std::uint64_t next = 0;
  for (const auto& each : shares) {
    tortured_campaign made;
    made.policy = each.policy;
    made.cancel = each.cancel;
    const auto count = static_cast<double>(settings_.recipients) * each.part;
    for (std::uint64_t i = 0; i < std::max<std::uint64_t>(1, static_cast<std::uint64_t>(count));
         ++i)
      made.people.push_back(digits_of(invented_phone(next++)));
    const auto id = launch(**api, each, made.people);
    if (!id)
      return id.error();
    made.id = *id;
    campaigns_.push_back(std::move(made));
  }
  return core::ok{};
}

core::status torture_run::wait_for_the_end() {
  say("All deeds are done; the rest is sent in peace ...");
  end_troubles(true);
  stack_.heal();
  operator_->end();
  // It is over when every campaign is, and no receipt has come for a while.
  constexpr auto quiet = 12s;
  std::string before;
  bool over = false;
  for (auto moved = clock::now(); !process::interrupted();) {
    tend();
    http_server::client api{
        {.url = stack_.daemon(0).url(), .token = token_, .ca_file = {}, .timeout = 5s}};
    std::string now;
    over = true;
    for (const auto& each : campaigns_) {
      const auto answer = api.request("GET", path_of(each.id));
      const auto campaign = answer ? json::parse(answer->body, nullptr, false) : json::object();
      over = over && is_over(campaign.value("status", ""));
      now += figures_of(campaign);
    }
    if (now != before)
      moved = clock::now();
    before = now;
    const auto still = clock::now() - moved;
    if ((over && still > quiet) || still > std::chrono::seconds{settings_.patience_s})
      return core::ok{};
    std::this_thread::sleep_for(300ms);
  }
  return core::error{core::errc::unavailable, "interrupted"};
}

witness torture_run::what_is_known() {
  witness beside;
  beside.over = true;
  // An order to one daemon holds on the others within a second.
  if (nodes_.size() > 1) {
    beside.stop_grace_us = 1'000'000;
    beside.pause_grace_us = 1'100'000;
  }
  for (const auto& held : stack_.to_meta().held())
    beside.blurs.push_back({held.from_us, held.until_us});
  beside.cuts = stack_.to_meta().cut_times();
  return beside;
}

core::status torture_run::check() {
  say("The checker looks ...");
  auto beside = what_is_known();
  // The simulator first: what it acknowledges later would not be in the database yet.
  stack_.stop_simulator();
  const auto facts = read_ground_truth(stack_.folder().truth().string());
  if (!facts)
    return facts.error();
  // Replies are attributed some moments after their webhooks.
  for (int i = 0; i < 20; ++i) {
    std::int32_t none = 0;
    const auto rows = read_recipients(stack_.conninfo(), "", 120, none);
    const auto stopped = read_stopped(stack_.conninfo());
    const auto audits = read_audits(stack_.conninfo());
    if (!rows || !stopped || !audits)
      return !rows ? rows.error() : !stopped ? stopped.error() : audits.error();
    beside.audits = *audits;
    const auto messages = read_messages(stack_.conninfo());
    if (!messages)
      return messages.error();
    beside.known_messages = *messages;
    beside.messages = operator_->messages();
    std::unordered_map<std::string, std::int32_t> numbers;
    for (const auto& [no, each] : *rows)
      numbers[each.id] = no;
    beside.lists.clear();
    for (const auto& each : campaigns_)
      beside.lists.push_back({numbers[each.id], each.people});
    beside.acts = operator_->acts();
    for (auto& act : beside.acts)
      if (act.what != operator_act::kind::stop_person)
        act.campaign = numbers[campaigns_[static_cast<std::size_t>(act.campaign)].id];
    beside.knows_stops = true;
    beside.stopped = *stopped;
    report_.truth = compare(*facts, *rows, 0, beside);
    if (report_.truth.wrong_states == 0)
      break;
    std::this_thread::sleep_for(500ms);
  }
  for (const auto& act : beside.acts) {
    const unsigned one = act.answered_us != 0 ? 1 : 0;
    (act.what == operator_act::kind::stop_person ? report_.stops
     : act.what == operator_act::kind::pause     ? report_.pauses
     : act.what == operator_act::kind::resume    ? report_.resumes
                                                 : report_.cancels) += one;
  }
  report_.odd_messages = static_cast<unsigned>(beside.messages.size());
  report_.commits_lost = static_cast<unsigned>(stack_.to_database().commits());
  report_.connections_cut = static_cast<unsigned>(
      stack_.to_database().cuts() + stack_.to_meta().cuts() + stack_.to_webhooks().cuts());
  count_leaks_of_run();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    terminate_daemon(i);
  return core::ok{};
}

void torture_run::count_leaks_of_run() {
  const auto& words = stack_.secrets();
  secrets known{{words.token, words.app_secret, words.verify_token, token_}, {}};
  for (const auto& each : campaigns_)
    known.phones.insert(each.people.begin(), each.people.end());
  http_server::client open{
      {.url = stack_.daemon(0).url(), .token = {}, .ca_file = {}, .timeout = 5s}};
  const auto look = [&](const std::string& where, const std::string& text) {
    const auto found = count_leaks(text, known);
    report_.truth.leaks += found.count;
    for (const auto& place : found.places)
      report_.leaked.push_back(where + ", " + place);
  };
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    look("daemon.log", process::text_of(stack_.daemon(i).log()));
  look("database.log", process::text_of(stack_.folder().file("postgres") / "database.log"));
  for (const auto* page : {"/metrics", "/healthz", "/readyz", "/nothing-here"})
    if (const auto answer = open.request("GET", page))
      look(page, answer->body);
}

} // namespace stentor::load
