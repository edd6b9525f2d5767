/// token create, list, revoke: on the database itself, since the first token can't come through the
/// API.

#include "adapters/yaml/configuration_file.hpp"
#include "app/cli/command_line.hpp"

#include <CLI/CLI.hpp>

namespace stentor::app {
namespace {

/// Reads the configuration, then does something with the database it names.
template <class Action>
int with_configuration(const command_context& context, const std::string& path,
                       const Action& action) {
  // Tokens of Meta are not needed to make tokens of ours, and may be unreadable for who runs this.
  const auto secretless = yaml::load(path, {.read_secrets = false});
  if (!secretless)
    return report(context.to, secretless.error());
  if (!secretless->database.url_secret.given())
    return action(*secretless);
  const auto loaded = yaml::load(path);
  return loaded ? action(*loaded) : report(context.to, loaded.error());
}

void add_token_create(CLI::App& token, const std::shared_ptr<command_context>& context) {
  auto* create = token.add_subcommand("create", "Make a token; it is shown this once");
  const auto create_config = add_config_option(*create);
  const auto wanted = std::make_shared<database_commands::new_token>();
  const auto create_json = std::make_shared<bool>(false);
  create->add_option("--name", wanted->name, "What or who it is for")->required();
  create->add_option("--role", wanted->role, "viewer, operator or admin")
      ->check(CLI::IsMember({"viewer", "operator", "admin"}))
      ->required();
  create->add_option("--organization", wanted->organization,
                     "Its organization [the configuration's]");
  create->add_option("--expires-at", wanted->expires_at,
                     "End of its life, such as 2027-01-01T00:00:00Z [never]");
  create->add_flag("--json", *create_json, "Print one JSON object");
  create->footer(
      "viewer reads, operator also runs campaigns, admin also lifts stops and reads the audit "
      "log.\n"
      "Whoever can read the token can use it, so keep its file to yourself: umask 077\n"
      "Example: stentor token create --name newsletter --role operator > ~/.config/stentor/token");
  create->callback([=] {
    context->chosen = [=] {
      return with_configuration(*context, *create_config, [&](const ports::configuration& c) {
        auto order = *wanted;
        if (order.organization.empty())
          order.organization = c.organization;
        return context->outside.database.create_token(context->to, c, order, *create_json);
      });
    };
  });
}

void add_token_list(CLI::App& token, const std::shared_ptr<command_context>& context) {
  auto* list = token.add_subcommand("list", "List tokens, without their secret part");
  const auto list_config = add_config_option(*list);
  const auto organization = std::make_shared<std::string>();
  const auto list_json = std::make_shared<bool>(false);
  list->add_option("--organization", *organization, "Of this organization only [all]");
  list->add_flag("--json", *list_json, "Print a JSON array");
  list->footer("Example: stentor token list");
  list->callback([=] {
    context->chosen = [=] {
      return with_configuration(*context, *list_config, [&](const ports::configuration& c) {
        return context->outside.database.list_tokens(context->to, c, *organization, *list_json);
      });
    };
  });
}

void add_token_revoke(CLI::App& token, const std::shared_ptr<command_context>& context) {
  auto* revoke = token.add_subcommand("revoke", "Revoke a token; it stops working within seconds");
  const auto revoke_config = add_config_option(*revoke);
  const auto id = std::make_shared<std::string>();
  const auto revoke_json = std::make_shared<bool>(false);
  revoke->add_option("id", *id, "Its id, as `stentor token list` shows it")->required();
  revoke->add_flag("--json", *revoke_json, "Print one JSON object");
  revoke->footer("Example: stentor token revoke 3f0c9f6e-6a54-4f7e-9d0e-1f2a3b4c5d6e");
  revoke->callback([=] {
    context->chosen = [=] {
      return with_configuration(*context, *revoke_config, [&](const ports::configuration& c) {
        return context->outside.database.revoke_token(context->to, c, *id, *revoke_json);
      });
    };
  });
}

} // namespace

void add_token_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* token = program.add_subcommand("token", "API tokens: make, list and revoke them");
  token->require_subcommand(1);
  add_token_create(*token, context);
  add_token_list(*token, context);
  add_token_revoke(*token, context);
}

} // namespace stentor::app
