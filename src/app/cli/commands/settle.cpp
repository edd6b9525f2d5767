/// campaign settle and retry: what becomes of people of whom nobody knows whether they got the
/// message, and of those who failed.

#include "app/cli/console.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/remote_call.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

struct settle_call {
  std::shared_ptr<remote_call> remote;
  bool resend = false, fail = false, all = false;
  std::vector<std::string> recipients;
};

/// How many are held, and what can be done.
int tell(const command_context& context, const settle_call& call) {
  return perform(
      context, *call.remote, {"GET", campaign_path(*call.remote, "/held?limit=1"), ""},
      [&](const json& page) {
        const auto held = count_of(page, "total");
        context.to.out << grouped(held) << " recipients are held.\n";
        if (held > 0)
          context.to.out
              << "  --resend --all  sends to them again; whoever got the message already "
                 "gets it twice\n"
                 "  --fail --all    counts them as failed; whoever did not get it gets "
                 "nothing\n"
                 "  --recipient in place of --all names one of them\n";
      });
}

int settle(const command_context& context, const settle_call& call) {
  json body{{"action", call.resend ? "resend" : "fail"}};
  if (call.all)
    body["all"] = true;
  else
    body["recipients"] = call.recipients;
  if (call.resend && !call.remote->json)
    context.to.err
        << "Whoever got the message although its answer was lost gets it a second time.\n";
  bool more = true;
  int ended = number_of(exit_code::ok);
  while (more && ended == number_of(exit_code::ok)) {
    more = false;
    ended = perform(
        context, *call.remote, {"POST", campaign_path(*call.remote, "/held"), body.dump()},
        [&](const json& answer) {
          context.to.out << grouped(count_of(answer, "settled"))
                         << (call.resend ? " recipients are sent to again.\n"
                                         : " recipients count as failed.\n");
        },
        [&](const json& answer) {
          more = flag_of(answer, "more");
          return exit_code::ok;
        });
  }
  return ended;
}

} // namespace

void add_campaign_settle(CLI::App& campaign, std::shared_ptr<command_context> context) {
  auto* command = campaign.add_subcommand(
      "settle", "Decide about people of whom nobody knows whether they got the message");
  const auto call = std::make_shared<settle_call>();
  call->remote = add_campaign_call(*command);
  auto* resend = command->add_flag("--resend", call->resend,
                                   "Send again: whoever got it already gets it twice");
  auto* fail = command->add_flag("--fail", call->fail,
                                 "Count as failed: whoever did not get it gets nothing");
  auto* all = command->add_flag("--all", call->all, "Everybody who is held");
  auto* named = command->add_option("--recipient", call->recipients,
                                    "Phone number, place on the list or id; may be repeated");
  resend->excludes(fail);
  all->excludes(named);
  command->footer("Without a decision it says how many are held. A receipt that comes later is "
                  "still believed.\n"
                  "Example: stentor campaign settle 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e --fail "
                  "--all");
  command->callback([=] {
    if ((call->resend || call->fail) != (call->all || !call->recipients.empty()))
      throw CLI::ValidationError{"give --resend or --fail, and --all or --recipient with it"};
    context->chosen = [=] {
      return call->resend || call->fail ? settle(*context, *call) : tell(*context, *call);
    };
  });
}

void add_campaign_retry(CLI::App& campaign, std::shared_ptr<command_context> context) {
  auto* command = campaign.add_subcommand("retry", "Send again to those who failed with a code");
  const auto call = add_campaign_call(*command);
  const auto codes = std::make_shared<std::vector<std::int32_t>>();
  command->add_option("--code", *codes, "Meta's error code; repeatable")->required();
  command->footer(
      "Example: stentor campaign retry 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e --code 100");
  command->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call,
          {"POST", campaign_path(*call, "/recipients/retry"), json{{"codes", *codes}}.dump()},
          [&](const json& answer) {
            context->to.out << grouped(count_of(answer, "queued"))
                            << " recipients are sent to again.\n";
          });
    };
  });
}

} // namespace stentor::app
