#include "app/demo/demo.hpp"

#include "adapters/process/interrupt.hpp"
#include "adapters/process/text_file.hpp"
#include "app/cli/campaign_text.hpp"
#include "app/cli/pace.hpp"
#include "app/demo/demo_people.hpp"
#include "app/demo/demo_promises.hpp"
#include "app/local/local_stack.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <ostream>

#include <poll.h>
#include <unistd.h>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* campaigns = "/api/whatsapp/campaigns";

/// Delays are compressed: what takes minutes or a day in life takes seconds here.
constexpr const char* quick_delays = "dispatch: {request_timeout: 2s}\n"
                                     "retry: {base_delay: 1s, delay_max: 10s, pair_delay: 100ms}\n"
                                     "recovery: {spacing: 4s}\n"
                                     "in_doubt: {wait: 3s}\n";

local_settings settings_of(const demo_options& options) {
  local_settings settings;
  settings.name = "stentor-demo";
  settings.keep = options.keep;
  settings.organization = "Demo";
  settings.messages_per_second = options.recipients > 20'000 ? 1000 : 250;
  settings.configuration = quick_delays;
  settings.simulator = {
      "--webhook-batch", "50", "--seed", std::to_string(options.seed), "--time-scale", "240",
      "--latency-ms", "20", "--latency-p99-ms", "80",
      // Refused at once: not on WhatsApp, enough marketing for today, a passing fault of Meta's.
      "--error", "131026=0.006,131049=0.004,131000=0.01",
      // Accepted, and failed later by webhook.
      "--fail-later", "131026=0.008,131049=0.004,131050=0.004", "--drop-answer", "0.0005",
      "--duplicate", "0.02", "--reorder", "0.05", "--reply", "0.03", "--stop", "0.01"};
  return settings;
}

/// The demo, step by step; each step returns what went wrong.
class demo_run {
public:
  demo_run(const console& to, const demo_options& options)
      : to_{to}, options_{options}, stack_{settings_of(options)} {}

  int run() {
    process::watch_signals();
    for (const auto step : {&demo_run::start_the_stack, &demo_run::write_the_list,
                            &demo_run::import_the_list, &demo_run::run_the_campaign,
                            &demo_run::gather_receipts, &demo_run::compare_with_the_truth}) {
      if (const auto went = (this->*step)(); !went)
        return report(to_, went.error());
    }
    show_report();
    const auto kept = show_what_is_broken();
    if (!options_.once)
      wait_for_the_reader();
    if (options_.json)
      to_.out << summary_.dump() << std::endl;
    return number_of(kept ? exit_code::ok : exit_code::failed);
  }

private:
  [[nodiscard]] const local_folder& folder() const { return stack_.folder(); }
  [[nodiscard]] std::string url() { return stack_.daemon().url(); }
  void say(const std::string& sentence) { to_.err << sentence << std::endl; }

  core::result<std::string> ask(std::string_view method, const std::string& target,
                                const std::string& body = {}) {
    return app::ask(*daemon_, method, target, body);
  }

  core::status start_the_stack() {
    say("1. A simulated Meta, a daemon and its private PostgreSQL start on this machine ...");
    for (const auto step :
         {&local_stack::prepare, &local_stack::start_simulator, &local_stack::start_daemon}) {
      if (auto went = (stack_.*step)(); !went)
        return went;
    }
    auto daemon = stack_.connect();
    if (!daemon)
      return daemon.error();
    daemon_ = std::move(*daemon);
    const auto& settings = stack_.settings();
    say("   Meta's Cloud API (simulated, HTTP/2 over TLS): " + stack_.meta_url());
    say("   Stentor: " + url() + " with " + std::to_string(settings.numbers) + " numbers of " +
        std::to_string(static_cast<int>(settings.messages_per_second)) + " messages/s each");
    return core::ok{};
  }

  core::status write_the_list() {
    say("2. A list of " + grouped(options_.recipients) +
        " invented people, as bad as real ones ...");
    std::ofstream csv{folder().path() / "customers.csv", std::ios::binary};
    list_ = write_demo_list(csv, options_.recipients, options_.seed);
    csv.close();
    if (!csv)
      return core::error{core::errc::unavailable, "the list can't be written: is the disk full?"};
    say("   " + grouped(list_.bad) + " without a valid number, " + grouped(list_.duplicates) +
        " twice, " + grouped(list_.united_states) + " in the United States, " +
        grouped(list_.without_consent) + " without consent; " +
        grouped(static_cast<std::int64_t>(list_.stopped.size())) + " said stop earlier");
    for (const auto& phone : list_.stopped) {
      if (process::interrupted())
        return core::error{core::errc::unavailable, "interrupted"};
      if (auto done =
              ask("POST", "/api/whatsapp/suppressions", json{{"phoneNumber", phone}}.dump());
          !done)
        return done.error();
    }
    return core::ok{};
  }

  core::status import_the_list() {
    say("3. It is imported and screened ...");
    const json draft{{"name", "Demo: tours of this summer"},
                     {"templateName", "tour_package_marketing"},
                     {"templateLanguage", "en_US"},
                     {"targetType", "imported"},
                     {"templateVariables",
                      {{"1", "{{name|friend}}"},
                       {"2", "{{destination|the sea}}"},
                       {"button.0", "{{destination|sea}}"}}}};
    const auto made = ask("POST", campaigns, draft.dump());
    if (!made)
      return made.error();
    id_ = json::parse(*made, nullptr, false).value("id", "");
    const auto path = folder().path() / "customers.csv";
    const auto size = std::filesystem::file_size(path);
    std::ifstream csv{path, std::ios::binary};
    progress_line line{to_};
    auto answer = daemon_->upload(
        std::string{campaigns} + "/" + id_ + "/recipients", "text/csv", csv,
        [&](std::uint64_t sent) {
          line.show("   " + bar(static_cast<double>(sent) / static_cast<double>(size)) + " " +
                        bytes_text(sent),
                    clock::now());
        });
    line.clear();
    const auto imported = body_of(std::move(answer), "import");
    if (!imported)
      return imported.error();
    auto text = import_text(*imported);
    text.erase(text.find_last_not_of('\n') + 1);
    say("   " + text);
    return core::ok{};
  }

  /// The campaign as it is now; `again` says whether to look once more.
  core::status follow(const std::string& what, std::chrono::seconds patience,
                      const std::function<bool(const campaign_counts&, clock::time_point)>& done) {
    progress_line line{to_};
    pace speed;
    core::status problem = core::ok{};
    auto waited = stack_.wait_until(what, patience, 100ms, [&] {
      auto answer = ask("GET", std::string{campaigns} + "/" + id_);
      if (!answer) {
        problem = answer.error();
        return true;
      }
      const auto now = clock::now();
      counts_ = counts_of(*answer);
      speed.saw(counts_.sent, now);
      const auto share = counts_.total == 0 ? 0
                                            : static_cast<double>(counts_.done()) /
                                                  static_cast<double>(counts_.total);
      line.show("   " + bar(share) + " " + grouped(counts_.sent) + " sent, " +
                    grouped(counts_.delivered) + " delivered, " + grouped(counts_.read) +
                    " read, " + grouped(counts_.responded) + " replied, " +
                    grouped(counts_.failed) + " failed, " +
                    grouped(static_cast<std::int64_t>(speed.per_second())) + "/s",
                now);
      return done(counts_, now);
    });
    return waited ? problem : waited;
  }

  core::status run_the_campaign() {
    say("4. The campaign runs ...");
    const auto begin = clock::now();
    if (auto started = ask("POST", std::string{campaigns} + "/" + id_ + "/send"); !started)
      return started.error();
    const auto patience = std::chrono::seconds{300 + options_.recipients / 100};
    const auto went = follow("the campaign to end", patience,
                             [](const campaign_counts& c, clock::time_point) { return c.over(); });
    seconds_ = std::chrono::duration<double>(clock::now() - begin).count();
    if (went)
      say("   " + counts_.status + " after " +
          duration_text(std::chrono::seconds{static_cast<long>(seconds_ + 0.5)}));
    return went;
  }

  /// Receipts and replies trail the campaign; they are complete when nothing has moved for a while.
  core::status gather_receipts() {
    say("5. The last receipts and replies come in ...");
    std::int64_t before = -1;
    auto moved_at = clock::now();
    return follow("the receipts", 300s, [&](const campaign_counts& c, clock::time_point now) {
      const auto sum =
          c.sent + c.delivered + c.read + c.responded + c.failed + c.opted_out + c.in_doubt;
      if (sum != before)
        moved_at = now;
      before = sum;
      return now - moved_at > 5s;
    });
  }

  /// What the simulator knows to be true against what the database says: the JSON of `stentor-load
  /// report`.
  core::result<std::string> truth_report() {
    const auto program = companion_program("stentor-load");
    const auto conninfo = stack_.daemon().conninfo();
    if (!program || !conninfo)
      return program ? conninfo.error() : program.error();
    const auto output = folder().file("truth.json");
    auto child = process::child_process::start({program->string(), "report", "--truth",
                                                folder().truth().string(), "--database", *conninfo,
                                                "--campaign", id_, "--json"},
                                               output);
    if (!child)
      return child.error();
    if (auto ended =
            stack_.wait_until("the comparison", 10min, 100ms, [&] { return !(*child)->running(); });
        !ended)
      return ended.error();
    auto line = process::last_line(process::text_of(output));
    if (!json::parse(line, nullptr, false).is_object())
      return core::error{core::errc::internal, "the comparison with the simulator failed: " + line};
    return line;
  }

  core::status compare_with_the_truth() {
    say("6. The simulator's own record is held against the database ...");
    const auto truth = truth_report();
    if (!truth)
      return truth.error();
    const auto facts = json::parse(*truth, nullptr, false);
    summary_["recipients"] = counts_.total;
    summary_["screened"] = counts_.screened;
    summary_["sent"] = counts_.sent;
    summary_["delivered"] = counts_.delivered;
    summary_["read"] = counts_.read;
    summary_["responded"] = counts_.responded;
    summary_["failed"] = counts_.failed;
    summary_["opted_out"] = counts_.opted_out;
    summary_["in_doubt"] = counts_.in_doubt;
    const auto names = facts.value("promises", json::array());
    if (names.empty())
      return core::error{core::errc::internal, "stentor-load report says nothing of promises"};
    for (const auto& name : names)
      summary_[name.get<std::string>()] = facts.value(name.get<std::string>(), std::int64_t{1});
    faults_ = broken_promises(facts);
    summary_["status"] = counts_.status;
    summary_["seconds"] = seconds_;
    summary_["messages_per_s"] = seconds_ > 0 ? static_cast<double>(counts_.sent) / seconds_ : 0.0;
    summary_["campaign"] = id_;
    return core::ok{};
  }

  /// @return whether every promise was kept; if not, what shows why stays on the disk
  bool show_what_is_broken() {
    faults_.push_back(unfinished(counts_.status));
    std::erase(faults_, "");
    if (faults_.empty())
      return true;
    stack_.keep();
    say("\nThe demo failed:");
    for (const auto& fault : faults_)
      say("  " + fault);
    say("  Everything stays in " + folder().path().string() +
        ": daemon.log, simulator.log, truth (the simulator's record), truth.json (the comparison)\n"
        "  and the database (stentor serve --config " +
        folder().configuration().string() + " brings it up again). The same seed, " +
        std::to_string(options_.seed) + ", makes the same people and errors.");
    return false;
  }

  void show_report() {
    const auto campaign = ask("GET", std::string{campaigns} + "/" + id_);
    if (campaign)
      to_.out << "\n" << campaign_text(*campaign);
    to_.out << "\n  By the simulator's own record: " << summary_.value("duplicates", 0)
            << " sent twice, " << summary_.value("lost", 0) << " lost, "
            << summary_.value("rate_violations", 0) << " seconds above a number's limit.\n  "
            << grouped(static_cast<std::int64_t>(summary_.value("messages_per_s", 0.0)))
            << " messages/s from start to end, retries included.\n"
            << std::flush;
  }

  void wait_for_the_reader() {
    const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
    to_.out << "\nIt still runs. Look around, from another terminal:\n"
            << "  export STENTOR_URL=" << url()
            << " STENTOR_TOKEN_FILE=" << folder().api_token().string() << "\n"
            << "  " << program << " campaign list\n"
            << "  " << program << " campaign status " << id_ << "\n"
            << "  " << program << " why " << id_ << " 1\n"
            << "  " << program << " campaign export " << id_ << " --output result.csv\n"
            << "  " << url() << "/metrics and " << url() << "/api/openapi.json\n"
            << "To go on with your own numbers: stentor config example > stentor.yaml\n"
            << "\nEnter or Ctrl-C ends the demo"
            << (folder().kept() ? "; its folder stays: " + folder().path().string()
                                : " and removes all of it")
            << ".\n"
            << std::flush;
    pollfd input{STDIN_FILENO, POLLIN, 0};
    while (!process::interrupted()) {
      if (::poll(&input, 1, 500) <= 0)
        continue;
      std::array<char, 256> typed{};
      if (::read(STDIN_FILENO, typed.data(), typed.size()) <= 0)
        input.fd = -1; // nobody is at the keyboard: wait for the signal
      else
        return;
    }
  }

  const console& to_;
  demo_options options_;
  local_stack stack_;
  std::unique_ptr<remote> daemon_;
  demo_list list_;
  std::string id_;
  campaign_counts counts_;
  double seconds_ = 0;
  ordered_json summary_;
  std::vector<std::string> faults_; ///< promises that were not kept
};

} // namespace

int run_demo(const console& to, const demo_options& options) {
  return demo_run{to, options}.run();
}

} // namespace stentor::app
