/// customer import, show, events: the people an organization knows.

#include "app/cli/campaign_text.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/person_text.hpp"
#include "app/cli/remote_call.hpp"
#include "app/cli/upload.hpp"
#include "stentor/core/base/percent.hpp"
#include "stentor/core/base/printable.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <ostream>

namespace stentor::app {
namespace {

using nlohmann::json;

constexpr const char* customers_path = "/api/whatsapp/customers";

void add_customer_import(CLI::App& customer, const std::shared_ptr<command_context>& context) {
  auto* command = customer.add_subcommand("import", "Add or change the people of a CSV file");
  const auto call = add_call(*command);
  const auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "CSV with a header, - for the standard input")->required();
  const auto phone_column = std::make_shared<std::string>();
  command->add_option("--phone-column", *phone_column,
                      "Name of the column with the phone numbers [the one that is named so]");
  const auto region = std::make_shared<std::string>();
  command->add_option("--region", *region,
                      "Two letters for numbers without country code, such as DE");
  const auto trial = std::make_shared<bool>(false);
  command->add_flag("--dry-run", *trial, "Try everything, keep nothing");
  command->footer(
      "Who is known is changed, who is not is added; an empty cell says nothing. Columns language, "
      "tags (red; blue) and\ntime zone are what they are called; other columns are attributes. The "
      "same file once more changes nothing.\nExample: stentor customer import customers.csv");
  command->callback([=] {
    context->chosen = [=] {
      std::string target = std::string{customers_path} + "?dryRun=" + (*trial ? "1" : "0");
      if (!phone_column->empty())
        target += "&" + phone_column_parameter(*phone_column);
      if (!region->empty())
        target += "&region=" + core::percent_encode(*region);
      return upload_file(*context, *call, *path, target, people_text);
    };
  });
}

void add_customer_show(CLI::App& customer, const std::shared_ptr<command_context>& context) {
  auto* command = customer.add_subcommand(
      "show", "Show a person: attributes, stops, and the messages of all campaigns");
  const auto call = add_call(*command);
  const auto key = std::make_shared<std::string>();
  command->add_option("key", *key, "The customer's id, phone number (+49…) or user id")->required();
  command->footer("Example: stentor customer show +4915112345678");
  command->callback([=] {
    context->chosen = [=] {
      return perform(
          *context, *call, {"GET", "/api/whatsapp/people/" + core::percent_encode(*key), ""},
          [&](const json& answer) {
            if (is_known_person(answer.dump()))
              context->to.out << person_text(answer.dump());
            else
              context->to.err << "Nobody is known by this.\n";
          },
          [&](const json& answer) {
            return is_known_person(answer.dump()) ? exit_code::ok : exit_code::not_found;
          });
    };
  });
}

void add_customer_events(CLI::App& customer, const std::shared_ptr<command_context>& context) {
  auto* command = customer.add_subcommand("events", "Tell what customers did");
  const auto call = add_call(*command);
  const auto path = std::make_shared<std::string>();
  command->add_option("file", *path, "JSON: {\"events\":[…]}; - for the standard input")
      ->required();
  command->footer("An event that is known (sourceId and time) is stored once.\nExample: stentor "
                  "customer events "
                  "sales.json");
  command->callback([=] {
    context->chosen = [=] {
      std::ifstream file;
      const bool is_input = *path == "-" && context->to.in != nullptr;
      if (!is_input)
        file.open(*path, std::ios::binary);
      if (!is_input && !file.is_open())
        return report(context->to, core::error{core::errc::not_found, "can't read " + *path});
      auto& from = is_input ? *context->to.in : static_cast<std::istream&>(file);
      const std::string body{std::istreambuf_iterator<char>{from}, {}};
      return perform(*context, *call, {"POST", std::string{customers_path} + "/events", body},
                     [&](const json& answer) { context->to.out << events_text(answer.dump()); });
    };
  });
}

} // namespace

void add_customer_commands(CLI::App& program, std::shared_ptr<command_context> context) {
  auto* customer = program.add_subcommand("customer", "The people an organization knows");
  customer->require_subcommand(1);
  add_customer_import(*customer, context);
  add_customer_show(*customer, context);
  add_customer_events(*customer, context);
}

} // namespace stentor::app
