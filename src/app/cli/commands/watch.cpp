/// campaign watch: the counts of a campaign while it runs, with rate and time left.

#include "app/cli/campaign_text.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/pace.hpp"
#include "app/cli/remote_call.hpp"
#include "stentor/core/base/printable.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>

namespace stentor::app {
namespace {

using clock = std::chrono::steady_clock;

/// A daemon that is started again is back well within this time.
constexpr int patience_ms = 60'000;

/// What matters most stands first, for terminals that show only a part.
std::string line_of(const campaign_counts& c, const pace& speed, int columns) {
  auto text = " " + grouped(c.sent) + " sent, " + grouped(c.failed) + " failed, " +
              grouped(static_cast<std::int64_t>(speed.per_second())) + "/s";
  if (c.status != "sending")
    text += " (" + c.status + ")";
  if (const auto left = speed.left(c.total - c.done()); left.count() > 0 && c.status == "sending")
    text += ", " + duration_text(left) + " left";
  const auto receipts = ", " + grouped(c.delivered) + " delivered, " + grouped(c.read) + " read";
  constexpr int bar_least = 5;
  const auto room = columns - 1 - static_cast<int>(text.size()) - 2;
  if (room - static_cast<int>(receipts.size()) >= bar_least)
    text += receipts;
  const auto width = std::min(28, columns - 1 - static_cast<int>(text.size()) - 2);
  if (width < bar_least)
    return text.substr(1);
  return bar(c.total == 0 ? 0 : static_cast<double>(c.done()) / static_cast<double>(c.total),
             width) +
         text;
}

struct watch_call {
  remote_call remote;
  int interval_ms = 500;
};

class watching {
public:
  watching(const command_context& context, const watch_call& call)
      : context_{context}, call_{call} {}

  int run() {
    auto daemon = context_.outside.connect(*call_.remote.where);
    if (!daemon)
      return report(context_.to, daemon.error());
    for (;;) {
      auto answer = (*daemon)->request("GET", campaign_path(call_.remote), "");
      const bool away = !answer || exit_code_of_http(answer->status) == exit_code::unavailable;
      if (away && seen_ && waited_ms_ < patience_ms) {
        wait_for_daemon();
        continue;
      }
      line_.clear();
      if (!answer)
        return report(context_.to, answer.error());
      if (exit_code_of_http(answer->status) != exit_code::ok)
        return report(context_.to, *answer);
      waited_ms_ = 0;
      seen_ = true;
      if (const auto ended = look(answer->body))
        return *ended;
      context_.outside.pause(call_.interval_ms);
    }
  }

private:
  void wait_for_daemon() {
    if (waited_ms_ == 0)
      say("The daemon can't be reached; trying again for a minute. The campaign is not lost.");
    waited_ms_ += call_.interval_ms;
    context_.outside.pause(call_.interval_ms);
  }

  /// @return the exit status when there is nothing more to watch
  std::optional<int> look(const std::string& body) {
    const auto counts = counts_of(body);
    speed_.saw(counts.done(), clock::now());
    tell_changes(counts);
    const auto line = line_of(counts, speed_, context_.to.width());
    if (call_.remote.json)
      context_.to.out << core::printable_json(body)
                      << std::endl; // one object a line, at once, for whoever reads the pipe
    else if (context_.to.terminal)
      line_.show(line, clock::now());
    else if (counts.status != told_)
      context_.to.err << line << "\n";
    told_ = counts.status;
    if (counts.status == "draft") {
      line_.clear();
      context_.to.err << "stentor: it is a draft: nothing is sent before `stentor campaign start "
                      << call_.remote.id << "`\n";
      return number_of(exit_code::conflict);
    }
    if (!counts.over())
      return std::nullopt;
    line_.clear();
    if (!call_.remote.json)
      context_.to.out << campaign_text(body);
    const bool all_reached = counts.status == "completed" && counts.failed + counts.in_doubt == 0;
    return number_of(all_reached ? exit_code::ok : exit_code::campaign_failures);
  }

  void tell_changes(const campaign_counts& counts) {
    if (counts.reason != reason_told_ && !counts.reason.empty() && !counts.over())
      say(counts.reason);
    if (counts.status == "paused" && told_ != "paused")
      say("It is paused: `stentor campaign resume " + call_.remote.id +
          "` goes on, Ctrl-C ends watching.");
    if (counts.waits != waits_told_ && !counts.waits.empty())
      say("It waits " + counts.waits + ".");
    reason_told_ = counts.reason;
    waits_told_ = counts.waits;
  }

  void say(const std::string& sentence) {
    if (call_.remote.json)
      return;
    line_.clear();
    context_.to.err << sentence << "\n";
  }

  const command_context& context_;
  const watch_call& call_;
  progress_line line_{context_.to};
  pace speed_;
  std::string told_; ///< the status
  std::string reason_told_;
  std::string waits_told_;
  bool seen_ = false;
  int waited_ms_ = 0; ///< for a daemon that does not answer
};

} // namespace

void add_campaign_watch(CLI::App& campaign, std::shared_ptr<command_context> context) {
  auto* command = campaign.add_subcommand("watch", "Follow a campaign until it is over");
  const auto call = std::make_shared<watch_call>();
  call->remote.where = add_remote_options(*command);
  add_campaign_id(*command, call->remote.id);
  command->add_flag("--json", call->remote.json,
                    "Print the campaign as one JSON object a line, at every look");
  command->add_option("--interval-ms", call->interval_ms, "Time between two looks")
      ->check(CLI::Range(50, 60'000))
      ->capture_default_str();
  command->footer("Ctrl-C stops watching, not the campaign. A daemon that is started again is "
                  "waited for. Ends with 0 when everybody\nwas reached, with 4 when it is a draft, "
                  "with 7 otherwise.\n"
                  "Example: stentor campaign watch 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] { context->chosen = [=] { return watching{*context, *call}.run(); }; });
}

} // namespace stentor::app
