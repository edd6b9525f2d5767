/// template: what Meta has approved, what it leaves open, and how a message of it looks.

#include "app/cli/remote_call.hpp"
#include "app/cli/template_text.hpp"
#include "stentor/core/base/percent.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* templates = "/api/whatsapp/templates";
constexpr const char* listed_at_once = "1000";

std::string template_path(const std::string& id, const char* rest = "") {
  return std::string{templates} + "/" + core::percent_encode(id) + rest;
}

void add_template_id(CLI::App& command, std::string& id) {
  command.add_option("template", id, "The template's id, as `template list` shows it")
      ->required()
      ->check([](const std::string& text) {
        const bool number = !text.empty() && text.find_first_not_of("0123456789") == text.npos;
        return number ? "" : "a template's id is a number";
      });
}

void add_template_list(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* list = group.add_subcommand("list", "List the templates as they were fetched last");
  const auto call = add_call(*list);
  const auto filter = std::make_shared<std::map<std::string, std::string>>();
  for (const auto& [name, help] : {std::pair{"name", "A part of the name"},
                                   {"status", "For example APPROVED"},
                                   {"category", "For example MARKETING"},
                                   {"language", "For example en_US"}})
    list->add_option("--" + std::string{name}, (*filter)[name], help);
  const auto page = std::make_shared<int>(1);
  list->add_option("--page", *page, "Page, from 1")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  list->footer("Example: stentor template list --status APPROVED");
  list->callback([=] {
    context->chosen = [=] {
      auto target =
          std::string{templates} + "?limit=" + listed_at_once + "&page=" + std::to_string(*page);
      for (const auto& [name, value] : *filter)
        if (!value.empty())
          target += "&" + name + "=" + core::percent_encode(value);
      return perform(*context, *call, {"GET", target, ""},
                     [&](const json& answer) { context->to.out << templates_text(answer); });
    };
  });
}

void add_template_show(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* show = group.add_subcommand("show", "Show a template and what a campaign has to fill");
  const auto call = add_call(*show);
  add_template_id(*show, call->id);
  show->footer("Example: stentor template show 1689556908129801");
  show->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {"GET", template_path(call->id), ""},
                     [&](const json& answer) { context->to.out << template_text(answer); });
    };
  });
}

void add_template_sync(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* sync = group.add_subcommand("sync", "Fetch the templates from Meta now");
  const auto call = add_call(*sync);
  sync->footer("Example: stentor template sync");
  sync->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {"POST", std::string{templates} + "/sync", ""},
                     [&](const json&) { context->to.out << "The templates were fetched.\n"; });
    };
  });
}

/// Adds a JSON object of an option to a body. @return what is wrong with it; empty: nothing
std::string add_json_object(json& to, const char* key, const std::string& given) {
  if (given.empty())
    return {};
  auto value = json::parse(given, nullptr, false);
  if (!value.is_object())
    return "expected a JSON object, for example {\"body.1\":\"{{name|friend}}\"}";
  to[key] = std::move(value);
  return {};
}

void add_template_preview(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* preview = group.add_subcommand("preview", "Show a message of a template as people see it");
  const auto call = add_call(*preview);
  add_template_id(*preview, call->id);
  const auto body = std::make_shared<json>(json::object());
  for (const auto& [option, key, help] :
       {std::tuple{"--variables", "variables",
                   "What fills the slots, as JSON; without it the examples that Meta was given"},
        {"--values", "values", "What a recipient brings, as JSON: {\"name\":\"Ana\"}"}})
    preview->add_option_function<std::string>(
        option,
        [body, key = key, option = option](const std::string& given) {
          if (const auto problem = add_json_object(*body, key, given); !problem.empty())
            throw CLI::ValidationError(option, problem);
        },
        help);
  preview->footer("Ends with 4 when a slot has a problem.\nExample: stentor template preview "
                  "1689556908129801 --variables '{\"1\":\"{{name:title|friend}}\"}'");
  preview->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call, {"POST", template_path(call->id, "/preview"), body->dump()},
          [&](const json& answer) { context->to.out << template_preview_text(answer); },
          [](const json& answer) {
            const bool whole =
                answer.is_object() && answer.value("problems", json::array()).empty();
            return whole ? exit_code::ok : exit_code::conflict;
          });
    };
  });
}

} // namespace

void add_template_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* group = program.add_subcommand("template", "The templates of your accounts at Meta");
  group->require_subcommand(1);
  add_template_list(*group, context);
  add_template_show(*group, context);
  add_template_preview(*group, context);
  add_template_sync(*group, context);
}

} // namespace stentor::app
