/// `stentor-load audience`: how long it takes to draw the list of a campaign from its customers, to
/// look ahead over it, and what it costs to send to a list with many places.

#include "adapters/process/interrupt.hpp"
#include "bench/load/harness/campaigns.hpp"
#include "bench/load/harness/database_meter.hpp"
#include "bench/load/harness/made_customers.hpp"
#include "bench/load/harness/progress.hpp"
#include "bench/load/harness/recipient_list.hpp"
#include "bench/load/report/dispatch_metrics.hpp"
#include "bench/load/report/text.hpp"
#include "bench/load/scenario/commands.hpp"
#include "bench/load/scenario/dispatch_options.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using nlohmann::ordered_json;
using steady = std::chrono::steady_clock;

struct audience_options {
  stack_settings stack;
  std::uint64_t customers = 1'000'000;
  unsigned places = 50;
  unsigned rounds = 5;
  bool send = false;
  output_settings output;
};

double ms_since(steady::time_point began) {
  return std::chrono::duration<double, std::milli>(steady::now() - began).count();
}

/// Ten o'clock of the day so many days from now, as a local time without a zone.
std::string ten_o_clock(std::chrono::days from_now) {
  const auto at = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now);
  std::tm day{};
  gmtime_r(&at, &day);
  std::string text(32, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT10:00", &day));
  return text;
}

/// The number at a path of an answer; 0 where there is none.
std::uint64_t count_at(const json& answer, const char* path) {
  const json::json_pointer where{path};
  return answer.contains(where) && answer.at(where).is_number()
             ? answer.at(where).get<std::uint64_t>()
             : 0;
}

class audience_scenario {
public:
  explicit audience_scenario(const audience_options& options)
      : options_{options}, stack_{local_settings_of(options.stack)} {
    figures_ = {{"scenario", "audience"},
                {"customers", options.customers},
                {"places", options.places},
                {"rounds", options.rounds}};
  }

  core::result<scenario_result> run() {
    process::watch_signals();
    for (const auto step :
         {&audience_scenario::open, &audience_scenario::draw, &audience_scenario::look_ahead,
          &audience_scenario::look_at_imported, &audience_scenario::send})
      if (auto went = (this->*step)(); !went)
        return went.error();
    std::string text = "\n";
    for (const auto& [key, value] : figures_.items())
      text += line("  %-36s %14s", key.c_str(), value.dump().c_str());
    return scenario_result{text, figures_.dump(), good_, {}};
  }

private:
  core::status open() {
    say("1. Simulator, daemon and its PostgreSQL start ...");
    if (auto opened = start_stack(stack_, options_.stack); !opened)
      return opened;
    auto client = connect_to(stack_);
    if (!client)
      return client.error();
    client_ = std::move(*client);
    say("2. " + std::to_string(options_.customers) + " customers are made ...");
    return make_customers(stack_, options_.customers, options_.places);
  }

  core::result<json> ask(const std::string& method, const std::string& path) {
    const auto answer = app::ask(*client_, method, path);
    if (!answer)
      return answer.error();
    return json::parse(*answer, nullptr, false);
  }

  /// A campaign to all customers, whose list is drawn at once.
  core::status launch(const json& changes) {
    json draft{{"targetType", "all"}, {"plan", {{"audienceAt", "launch"}}}};
    draft.update(changes);
    auto made = make_campaign(*client_, draft.dump());
    if (!made)
      return made.error();
    campaign_ = path_of(*made);
    const auto started = ask("POST", campaign_ + "/send");
    return started ? core::status{core::ok{}} : started.error();
  }

  /// Until the campaign's answer says so.
  core::status wait_for(const std::string& what, const std::function<bool(const json&)>& done) {
    core::status problem = core::ok{};
    auto went = stack_.wait_until(what, 2h, 50ms, [&] {
      const auto shown = ask("GET", campaign_);
      if (!shown)
        problem = shown.error();
      return !problem || done(*shown);
    });
    return went ? problem : went;
  }

  core::status draw() {
    say("3. The list of a campaign is drawn ...");
    const auto began = steady::now();
    if (auto launched = launch({{"scheduledLocal", ten_o_clock(std::chrono::days{3})}}); !launched)
      return launched;
    json shown;
    if (auto drawn = wait_for("the list",
                              [&](const json& campaign) {
                                shown = campaign;
                                return campaign["audienceDrawnAt"].is_string() ||
                                       campaign.value("status", "") == "paused";
                              });
        !drawn)
      return drawn;
    figures_["draw_seconds"] = rounded(ms_since(began) / 1'000, 2);
    figures_["draw_people"] = count_at(shown, "/totalRecipients");
    figures_["rss_mb"] =
        rounded(static_cast<double>(peak_memory_of(stack_.daemon().pid())) / (1024 * 1024), 1);
    good_ = count_at(shown, "/totalRecipients") == options_.customers;
    return core::ok{};
  }

  /// What it takes to answer `method path`, each round.
  core::result<json> clock(const std::string& name, const std::string& method,
                           const std::string& path) {
    std::vector<double> ms;
    json answer;
    for (unsigned i = 0; i < options_.rounds; ++i) {
      const auto began = steady::now();
      auto said = ask(method, path);
      if (!said)
        return said.error();
      ms.push_back(ms_since(began));
      answer = std::move(*said);
    }
    std::sort(ms.begin(), ms.end());
    figures_[name + "_median_ms"] = rounded(ms[ms.size() / 2], 1);
    figures_[name + "_worst_ms"] = rounded(ms.back(), 1);
    return answer;
  }

  core::status look_ahead() {
    say("4. Its plan and its preflight are asked for ...");
    const auto plan = clock("plan", "GET", campaign_ + "/plan");
    if (!plan)
      return plan.error();
    const auto now = plan->value("now", json::object());
    figures_["plan_parts"] = now.value("parts", json::array()).size();
    figures_["plan_people"] = count_at(*plan, "/forecast/people");
    good_ = good_ && count_at(*plan, "/now/left") == options_.customers;
    const auto cancelled = ask("POST", campaign_ + "/cancel");
    return cancelled ? core::status{core::ok{}} : cancelled.error();
  }

  /// Of a draft whose list is there, so that each of its people is looked at.
  core::status look_at_imported() {
    auto made = make_campaign(*client_);
    if (!made)
      return made.error();
    recipient_csv list{options_.customers, process::interrupted};
    if (auto answer = import_csv(*client_, *made, list); !answer)
      return answer.error();
    const auto checked = clock("preflight", "POST", path_of(*made) + "/preflight");
    if (!checked)
      return checked.error();
    figures_["preflight_people"] = count_at(*checked, "/plan/people");
    return core::ok{};
  }

  core::status send() {
    if (!options_.send)
      return core::ok{};
    say("5. A list with one part is sent, then one with a part for each place ...");
    if (auto sent = send_one("one_part", json::object()); !sent)
      return sent;
    return send_one("many_parts", {{"scheduledLocal", ten_o_clock(-std::chrono::days{2})},
                                   {"pastPlaces", "send"}});
  }

  core::status send_one(const std::string& name, const json& changes) {
    auto opened = database_meter::open(stack_.daemon());
    if (!opened)
      return opened.error();
    auto& meter = **opened;
    if (auto launched = launch(changes); !launched)
      return launched;
    if (auto begun = wait_for(
            "its first message",
            [](const json& c) { return c.contains("startedAt") && c.at("startedAt").is_string(); });
        !begun)
      return begun;
    const auto began = steady::now();
    if (auto looked = meter.poll(); !looked)
      return looked;
    const auto daemon_us = cpu_us_of(stack_.daemon().pid());
    json shown;
    core::status looked = core::ok{};
    if (auto over = wait_for("its end",
                             [&](const json& c) {
                               shown = c;
                               looked = meter.poll();
                               const auto status = c.value("status", "");
                               return !looked || (status != "sending" && status != "scheduled");
                             });
        !over || !looked)
      return over ? looked : over;
    const auto seconds = ms_since(began) / 1'000;
    const auto people = static_cast<double>(options_.customers);
    const auto per_message = [&](std::int64_t us) {
      return rounded(static_cast<double>(us) / people, 2);
    };
    figures_[name + "_per_s"] = rounded(people / seconds, 0);
    figures_[name + "_daemon_us"] = per_message(cpu_us_of(stack_.daemon().pid()) - daemon_us);
    figures_[name + "_postgres_us"] = per_message(hot_path_us(meter.cpu_us_by_name()));
    good_ = good_ && shown.value("status", "") == "completed";
    return core::ok{};
  }

  const audience_options& options_;
  app::local_stack stack_;
  std::unique_ptr<app::remote> client_;
  std::string campaign_; ///< path of the latest one
  ordered_json figures_;
  bool good_ = false;
};

} // namespace

void add_audience_command(CLI::App& program, command& chosen) {
  auto* sub = program.add_subcommand("audience", "Drawing a list of customers, and looking ahead.");
  sub->description(
      "How long it takes to draw the list of a campaign to all customers, who live in many time\n"
      "zones; to answer its plan; to answer the preflight of an imported list as long. With "
      "--send\n"
      "also what a message costs when all parts of such a list are open, beside a list of one "
      "part.\n\n"
      "Exit code 0: everybody was drawn, and everything was sent; 1: something of that is not so;\n"
      "2: the scenario could not run.");
  const auto given = std::make_shared<audience_options>();
  given->stack.numbers = 50;
  sub->add_option("--customers", given->customers, "How many")
      ->check(CLI::Range(std::uint64_t{1'000}, people_max))
      ->capture_default_str();
  sub->add_option("--places", given->places, "In how many time zones they live")
      ->check(CLI::Range(1, 300))
      ->capture_default_str();
  sub->add_option("--rounds", given->rounds, "Requests of each kind")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  sub->add_flag("--send", given->send, "Send such lists too");
  add_stack_options(*sub, given->stack);
  add_output_options(*sub, given->output);
  sub->callback([given, &chosen] {
    chosen = [given] {
      return run_scenario(given->output, [&] { return audience_scenario{*given}.run(); });
    };
  });
}

} // namespace stentor::load
