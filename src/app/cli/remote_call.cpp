#include "app/cli/remote_call.hpp"

#include "stentor/core/base/percent.hpp"
#include "stentor/core/base/printable.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cctype>
#include <ostream>

namespace stentor::app {

namespace {

/// Empty when it is one; CLI11 shows anything else.
std::string no_uuid(const std::string& text) {
  constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  bool fits = text.size() == shape.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i)
    fits =
        shape[i] == '-' ? text[i] == '-' : std::isxdigit(static_cast<unsigned char>(text[i])) != 0;
  return fits ? ""
              : "\"" + core::printable(text) +
                    "\" is no campaign's id: it is a UUID, as "
                    "`stentor campaign create` and `stentor campaign list` print it";
}

} // namespace

std::shared_ptr<remote_call> add_call(CLI::App& command) {
  auto call = std::make_shared<remote_call>();
  call->where = add_remote_options(command);
  command.add_flag("--json", call->json, "Print the daemon's JSON answer");
  return call;
}

void add_campaign_id(CLI::App& command, std::string& id) {
  command.add_option("id", id, "The campaign's id")->required()->check([](const std::string& text) {
    return no_uuid(text);
  });
}

std::shared_ptr<remote_call> add_campaign_call(CLI::App& command) {
  auto call = add_call(command);
  add_campaign_id(command, call->id);
  return call;
}

std::shared_ptr<int> add_page(CLI::App& command) {
  auto page = std::make_shared<int>(1);
  command.add_option("--page", *page, "Page, from 1")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  return page;
}

std::string campaign_path(const remote_call& call, std::string_view rest) {
  return "/api/whatsapp/campaigns/" + core::percent_encode(call.id) + std::string{rest};
}

int perform(const command_context& context, const remote_call& call, const request& what,
            const show_answer& show, const judge_answer& judge) {
  auto daemon = context.outside.connect(*call.where);
  if (!daemon)
    return report(context.to, daemon.error());
  auto answer = (*daemon)->request(what.method, what.target, what.body);
  if (!answer)
    return report(context.to, answer.error());
  const auto good = exit_code_of_http(answer->status) == exit_code::ok;
  if (call.json && (good || !answer->body.empty()))
    context.to.out << (answer->body.empty() ? "{}" : core::printable_json(answer->body)) << "\n";
  if (!good)
    return report(context.to, *answer);
  const auto parsed = nlohmann::json::parse(answer->body, nullptr, false);
  if (!call.json)
    show(parsed);
  return number_of(judge ? judge(parsed) : exit_code::ok);
}

} // namespace stentor::app
