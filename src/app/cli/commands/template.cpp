/// template: what Meta has approved, what it leaves open, and how a message of it looks.

#include "app/cli/remote_call.hpp"
#include "app/cli/template_text.hpp"
#include "stentor/core/base/percent.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
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
  const auto page = add_page(*list);
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

void add_template_create(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* create = group.add_subcommand("create", "Make a template at Meta, in all its languages");
  const auto call = add_call(*create);
  const auto file = std::make_shared<std::string>();
  create
      ->add_option("--file", *file,
                   "JSON: name, category, parameterFormat and languages with their components")
      ->required()
      ->check(CLI::ExistingFile);
  create->footer("Ends with 4 when Meta refused one of several.\n"
                 "Example: stentor template create --file spring_sale.json");
  create->callback([=] {
    context->chosen = [=] {
      std::ifstream in{*file, std::ios::binary};
      const std::string body{std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
      return perform(
          *context, *call, {"POST", templates, body},
          [&](const json& answer) { context->to.out << created_template_text(answer); },
          [](const json& answer) {
            for (const auto& one : answer.value("data", json::array()))
              if (!one.value("problem", json{}).is_null())
                return exit_code::conflict;
            return exit_code::ok;
          });
    };
  });
}

/// What is done to one template and answers nothing.
void add_template_change(CLI::App& group, const std::shared_ptr<command_context>& context,
                         const std::string& name, const std::string& help, const char* method,
                         const char* rest, const char* done) {
  auto* command = group.add_subcommand(name, help);
  const auto call = add_call(*command);
  add_template_id(*command, call->id);
  command->footer("Example: stentor template " + name + " 1689556908129801");
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {method, template_path(call->id, rest), ""},
                     [&](const json&) { context->to.out << done << "\n"; });
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
  add_template_create(*group, context);
  add_template_change(*group, context, "delete", "Delete a template at Meta, in its language",
                      "DELETE", "", "Deleted.");
  add_template_change(*group, context, "unpause", "Let a template go on that Meta has paused",
                      "POST", "/unpause", "It may be sent again.");
}

} // namespace stentor::app
