/// media: files for the headers of templates.

#include "stentor/core/message_template/media.hpp"
#include "app/cli/console.hpp"
#include "app/cli/remote_call.hpp"
#include "app/cli/template_text.hpp"
#include "app/cli/upload.hpp"
#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/percent.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* media_path = "/api/whatsapp/media";

/// The type that a file's name tells; empty: none that a header takes.
std::string type_by_name(const std::string& path) {
  auto ending = std::filesystem::path{path}.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), core::ascii_lower);
  if (ending == ".jpeg")
    ending = ".jpg";
  for (const auto& format : core::media_formats())
    if (ending == "." + std::string{format.extension})
      return std::string{format.mime};
  return {};
}

void add_media_upload(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* upload = group.add_subcommand("upload", "Keep a file, so that campaigns can name it");
  const auto call = add_call(*upload);
  const auto path = std::make_shared<std::string>();
  const auto type = std::make_shared<std::string>();
  const auto name = std::make_shared<std::string>();
  upload->add_option("file", *path, "An image, video or document, - for the standard input")
      ->required();
  upload->add_option("--type", *type, "For example image/jpeg [as the file's name ends]");
  upload->add_option("--name", *name, "What people are shown [the file's name]");
  upload->footer("A campaign names it in its templateVariables: {\"header.image\":\"media:<id>\"}. "
                 "Meta gets it once for each number.\nExample: stentor media upload sale.jpg");
  upload->callback([=] {
    const auto mime = type->empty() ? type_by_name(*path) : *type;
    if (mime.empty())
      throw CLI::ValidationError("file", "its name doesn't tell what it is: say it by --type");
    auto shown = *name;
    if (shown.empty() && *path != "-")
      shown = std::filesystem::path{*path}.filename().string();
    const auto target =
        std::string{media_path} + (shown.empty() ? "" : "?name=" + core::percent_encode(shown));
    context->chosen = [=] { return upload_file(*context, *call, *path, target, media_text, mime); };
  });
}

void add_media_list(CLI::App& group, const std::shared_ptr<command_context>& context) {
  auto* list = group.add_subcommand("list", "List the files, the newest first");
  const auto call = add_call(*list);
  const auto page = add_page(*list);
  list->footer("Example: stentor media list");
  list->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call,
          {"GET", std::string{media_path} + "?limit=100&page=" + std::to_string(*page), ""},
          [&](const json& answer) { context->to.out << media_list_text(answer); });
    };
  });
}

void add_media_command(CLI::App& group, const std::shared_ptr<command_context>& context,
                       const std::string& name, const std::string& help, const char* method) {
  auto* command = group.add_subcommand(name, help);
  const auto call = add_call(*command);
  command->add_option("media", call->id, "The file's id, as `media list` shows it")
      ->required()
      ->check([](const std::string& text) {
        const auto id = core::media_id_of(std::string{core::media_prefix} + text);
        return id ? "" : "the id of media is a UUID";
      });
  command->footer("Example: stentor media " + name + " 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  command->callback([=] {
    context->chosen = [=] {
      return perform(*context, *call, {method, std::string{media_path} + "/" + call->id, ""},
                     [&](const json& answer) {
                       context->to.out << (answer.is_object() ? media_text(answer.dump())
                                                              : std::string{"Deleted.\n"});
                     });
    };
  });
}

} // namespace

void add_media_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* group = program.add_subcommand("media", "Files for the headers of templates");
  group->require_subcommand(1);
  add_media_upload(*group, context);
  add_media_list(*group, context);
  add_media_command(*group, context, "show", "Show a file, and what Meta has of it", "GET");
  add_media_command(*group, context, "delete",
                    "Delete a file; not while a campaign that is not over names it", "DELETE");
}

} // namespace stentor::app
