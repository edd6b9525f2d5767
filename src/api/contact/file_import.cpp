/// See file_import.hpp.

#include "api/contact/file_import.hpp"

#include "api/http/json_reader.hpp"
#include "api/http/sentence_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace stentor::api {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t column_name_bytes_max = 500;

void read_map(std::string_view value, core::column_choice& chosen, field_errors& errors) {
  const auto map = nlohmann::json::parse(value, nullptr, false);
  json_reader in{map, "map", errors};
  const std::pair<const char*, std::string*> roles[] = {
      {"phoneNumber", &chosen.phone},
      {"userId", &chosen.user_id},
      {"name", &chosen.name},
      {"language", &chosen.language},
      {"marketingOptIn", &chosen.marketing_opt_in}};
  for (const auto& [role, column] : roles) {
    std::optional<std::string> name;
    in.text(role, name, column_name_bytes_max);
    *column = name.value_or("");
  }
  in.finish();
}

bool is_region(std::string_view text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(),
                                         [](char each) { return each >= 'A' && each <= 'Z'; });
}

} // namespace

http_server::response wrong_parameter(const call& c, const field_errors& errors) {
  return problem_answer(
      400, "The parameter " + errors.front().field + " is wrong: " + errors.front().message + ".",
      c.head().target, errors);
}

input<core::column_choice> read_column_choice(const call& c) {
  field_errors errors;
  core::column_choice chosen;
  for (const auto& [key, value] : c.head().query) {
    if (key == "map")
      read_map(value, chosen, errors);
    else
      errors.push_back({key, "is no parameter of this address"});
  }
  if (errors.empty())
    return {std::move(chosen), {}};
  return {std::nullopt, wrong_parameter(c, errors)};
}

input<ports::import_choice> read_import_choice(const call& c) {
  field_errors errors;
  ports::import_choice chosen;
  for (const auto& [key, value] : c.head().query) {
    if (key == "map")
      read_map(value, chosen.columns, errors);
    else if (key == "region" && is_region(value))
      chosen.region = value;
    else if (key == "region")
      errors.push_back({key, "expected two capital letters, such as DE"});
    else if (key == "dryRun" && (value == "0" || value == "1"))
      chosen.dry_run = value == "1";
    else if (key == "dryRun")
      errors.push_back({key, "expected 0 or 1"});
    else
      errors.push_back({key, "is no parameter of this address"});
  }
  if (errors.empty())
    return {std::move(chosen), {}};
  return {std::nullopt, wrong_parameter(c, errors)};
}

void receive_file(call c, std::unique_ptr<ports::file_import> import,
                  std::string (*shown)(const ports::import_report&)) {
  struct progress {
    std::unique_ptr<ports::file_import> import;
    core::status fed{core::ok{}};
  };
  auto p = std::make_shared<progress>();
  p->import = std::move(import);
  const auto e = c.e;
  e->receive(
      [p](std::string_view piece) {
        p->fed = p->import->feed(piece);
        return p->fed.ok();
      },
      [p, shown, c = std::move(c)](const core::status& how) {
        const auto report = !p->fed ? core::result<ports::import_report>{p->fed.error()}
                            : !how  ? core::result<ports::import_report>{how.error()}
                                    : p->import->finish();
        p->import.reset(); // before the answer: whoever reads it may send the next list at once
        if (!report)
          return refuse(c, report.error());
        answer(c, 200, shown(*report));
      });
}

std::string people_report(const ports::import_report& report) {
  ordered_json out;
  out["id"] = report.id.empty() ? ordered_json{} : ordered_json(report.id);
  out["rowsRead"] = report.rows_read;
  out["rowsAdded"] = report.rows_added;
  out["rowsUpdated"] = report.rows_updated;
  out["rowsUnchanged"] = report.rows_unchanged;
  out["rowsBad"] = report.rows_bad;
  out["problems"] = ordered_json::array();
  for (const auto& p : report.problems)
    out["problems"].push_back({{"line", p.line}, {"problem", stentor::api::shown(p.what)}});
  out["columns"] = ordered_json::object();
  for (const auto& [role, name] : report.columns)
    out["columns"][role] = name;
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

} // namespace stentor::api
