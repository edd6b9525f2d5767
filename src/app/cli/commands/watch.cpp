/// campaign watch: the counts of a campaign while it runs, with rate and time left.

#include "app/cli/campaign_text.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/pace.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <ostream>

namespace stentor::app {
namespace {

using clock = std::chrono::steady_clock;

std::string line_of(const campaign_counts& c, const pace& speed) {
  auto text = bar(c.total == 0 ? 0 : static_cast<double>(c.done()) / static_cast<double>(c.total)) +
              " " + grouped(c.sent) + " sent, " + grouped(c.delivered) + " delivered, " +
              grouped(c.read) + " read, " + grouped(c.failed) + " failed, " +
              grouped(static_cast<std::int64_t>(speed.per_second())) + "/s";
  if (const auto left = speed.left(c.total - c.done()); left.count() > 0 && c.status == "sending")
    text += ", " + duration_text(left) + " left";
  return text + (c.status == "sending" ? "" : " (" + c.status + ")");
}

struct watch_call {
  std::shared_ptr<remote_options> where;
  std::string id;
  bool json = false;
  int interval_ms = 500;
};

int watch(const command_context& context, const watch_call& call) {
  auto daemon = context.outside.connect(*call.where);
  if (!daemon)
    return report(context.to, daemon.error());
  progress_line line{context.to};
  pace speed;
  std::string told; // without a terminal: a line only when the status changes
  std::string reason_told;
  for (;;) {
    auto answer = (*daemon)->request("GET", "/api/whatsapp/campaigns/" + call.id, "");
    if (!answer)
      return report(context.to, answer.error());
    if (exit_code_of_http(answer->status) != exit_code::ok) {
      line.clear();
      return report(context.to, *answer);
    }
    const auto counts = counts_of(answer->body);
    speed.saw(counts.done(), clock::now());
    if (!call.json && counts.reason != reason_told && !counts.reason.empty() && !counts.over()) {
      line.clear();
      context.to.err << counts.reason << "\n";
    }
    reason_told = counts.reason;
    if (call.json)
      context.to.out << answer->body
                     << std::endl; // one object a line, at once, for whoever reads the pipe
    else if (context.to.terminal)
      line.show(line_of(counts, speed), clock::now());
    else if (counts.status != told)
      context.to.err << line_of(counts, speed) << "\n";
    told = counts.status;
    if (counts.over()) {
      line.clear();
      if (!call.json)
        context.to.out << campaign_text(answer->body);
      const bool all_reached = counts.status == "completed" && counts.failed + counts.in_doubt == 0;
      return number_of(all_reached ? exit_code::ok : exit_code::campaign_failures);
    }
    context.outside.pause(call.interval_ms);
  }
}

} // namespace

void add_campaign_watch(CLI::App& campaign, std::shared_ptr<command_context> context) {
  auto* command = campaign.add_subcommand("watch", "Follow a campaign until it is over");
  const auto call = std::make_shared<watch_call>();
  call->where = add_remote_options(*command);
  command->add_option("id", call->id, "The campaign's id")->required();
  command->add_flag("--json", call->json,
                    "Print the campaign as one JSON object a line, at every look");
  command->add_option("--interval-ms", call->interval_ms, "Time between two looks")
      ->check(CLI::Range(50, 60'000))
      ->capture_default_str();
  command->footer("Ctrl-C stops watching, not the campaign. Ends with 0 when everybody was "
                  "reached, with 7 otherwise.\n"
                  "Example: stentor campaign watch 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] { context->chosen = [=] { return watch(*context, *call); }; });
}

} // namespace stentor::app
