/// segment: saved conditions on customers, and how many people they are about.

#include "app/cli/json_text.hpp"
#include "app/cli/operate_text.hpp"
#include "app/cli/remote_call.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* segments = "/api/whatsapp/segments";

void add_segment_id(CLI::App& command, std::string& id) {
  command.add_option("segment", id, "The segment's id, as `segment list` shows it")
      ->required()
      ->check([](const std::string& text) {
        const bool uuid = text.size() == 36 &&
                          text.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
        return uuid ? "" : "a segment's id is a UUID";
      });
}

/// The query as it was given, or the content of the file that @name names.
core::result<json> query_of(const std::string& given) {
  std::string text = given;
  if (given.starts_with('@')) {
    std::ifstream file{given.substr(1), std::ios::binary};
    if (!file)
      return core::error{core::errc::not_found, "there is no readable file " + given.substr(1)};
    text.assign(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
  }
  auto query = json::parse(text, nullptr, false);
  if (!query.is_object())
    return core::error{core::errc::invalid,
                       "--query: expected JSON such as {\"conditions\":[{\"field\":\"city\","
                       "\"operator\":\"eq\",\"value\":\"Lisbon\"}]}, or @ and a file's name"};
  return query;
}

void add_list(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* list = group.add_subcommand("list", "List saved segments, the newest first");
  const auto call = add_call(*list);
  const auto page = add_page(*list);
  list->footer("Example: stentor segment list");
  list->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call,
          {"GET", std::string{segments} + "?limit=100&page=" + std::to_string(*page), ""},
          [&](const json& answer) { context->to.out << segments_text(answer); });
    };
  });
}

/// What asks for one segment by id.
void add_of_one(CLI::App& group, const std::shared_ptr<command_context>& context,
                const std::string& name, const std::string& help,
                request (*asked)(const std::string& id), std::string (*text)(const json&)) {
  auto* command = group.add_subcommand(name, help);
  const auto call = add_call(*command);
  add_segment_id(*command, call->id);
  command->footer("Example: stentor segment " + name + " 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, asked(call->id),
                     [&](const json& answer) { context->to.out << text(answer); });
    };
  });
}

void add_create_segment(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* create = group.add_subcommand("create", "Save a segment; prints its id");
  const auto call = add_call(*create);
  const auto name = std::make_shared<std::string>();
  const auto query = std::make_shared<std::string>();
  create->add_option("--name", *name, "What people call it")->required();
  create->add_option("--query", *query, "Conditions as JSON, or @ and the name of a file")
      ->required();
  create->footer("Example: stentor segment create --name 'Big spenders' --query "
                 "'{\"conditions\":[{\"field\":\"spent\",\"operator\":\"gte\",\"value\":50000}]}'");
  create->callback([=] {
    context->chosen = [=] {
      const auto wanted = query_of(*query);
      if (!wanted)
        return report(context->to, wanted.error());
      const json body{{"name", *name}, {"query", *wanted}};
      return perform(*context, *call, {"POST", segments, body.dump()},
                     [&](const json& answer) { context->to.out << text_of(answer, "id") << "\n"; });
    };
  });
}

void add_count(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* count = group.add_subcommand("count", "Count the people of a segment or of a query");
  const auto call = add_call(*count);
  const auto query = std::make_shared<std::string>();
  count->add_option("segment", call->id, "The segment's id");
  count->add_option("--query", *query, "Conditions as JSON, or @ and the name of a file");
  count->footer("Example: stentor segment count 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  count->callback([=] {
    context->chosen = [=] {
      json body = json::object();
      if (!query->empty()) {
        const auto wanted = query_of(*query);
        if (!wanted)
          return report(context->to, wanted.error());
        body["query"] = *wanted;
      }
      if (!call->id.empty())
        body["segmentId"] = call->id;
      return perform(*context, *call, {"POST", std::string{segments} + "/preview", body.dump()},
                     [&](const json& answer) { context->to.out << segment_count_text(answer); });
    };
  });
}

} // namespace

void add_segment_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* group = program.add_subcommand("segment", "Saved conditions on customers");
  group->require_subcommand(1);
  add_list(*group, context);
  add_of_one(
      *group, context, "show", "Show a segment with its query",
      [](const std::string& id) {
        return request{"GET", std::string{segments} + "/" + id, ""};
      },
      [](const json& answer) { return answer.dump(2) + "\n"; });
  add_create_segment(*group, context);
  add_count(*group, context);
  add_of_one(
      *group, context, "delete", "Delete a segment that nothing names",
      [](const std::string& id) {
        return request{"DELETE", std::string{segments} + "/" + id, ""};
      },
      [](const json&) { return std::string{"Deleted.\n"}; });
}

} // namespace stentor::app
