/// /api/whatsapp/campaigns/{id}/recipients and export: lists in, lists out, both in constant memory
/// where they are long.

#include "api/audience/held.hpp"
#include "api/audience/people.hpp"
#include "api/audience/segments.hpp"
#include "api/contact/file_import.hpp"
#include "api/contact/input.hpp"
#include "api/http/handlers.hpp"
#include "api/http/json_reader.hpp"
#include "api/http/sentence_json.hpp"
#include "stentor/ports/audience/recipient_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

namespace stentor::api {

namespace {

using nlohmann::ordered_json;

std::string to_json(const ports::import_report& report) {
  ordered_json out;
  out["id"] = report.id;
  out["rowsRead"] = report.rows_read;
  out["rowsAdded"] = report.rows_added;
  out["rowsBad"] = report.rows_bad;
  out["sendable"] = report.sendable;
  out["screened"] = ordered_json::object();
  for (const auto& [reason, count] : report.screened)
    out["screened"][reason] = count;
  out["problems"] = ordered_json::array();
  for (const auto& p : report.problems)
    out["problems"].push_back({{"line", p.line}, {"problem", shown(p.what)}});
  if (!report.columns.empty()) {
    out["columns"] = ordered_json::object();
    for (const auto& [role, name] : report.columns)
      out["columns"][role] = name;
  }
  return out.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

/// ?raw=1: cells as they are.
input<ports::export_cells> read_export_cells(const call& c) {
  auto cells = ports::export_cells::guarded;
  field_errors errors;
  for (const auto& [key, value] : c.head().query) {
    if (key != "raw")
      errors.push_back({key, "is no parameter of this address"});
    else if (value == "1")
      cells = ports::export_cells::raw;
    else if (value != "0")
      errors.push_back({key, "expected 0 or 1"});
  }
  if (errors.empty())
    return {cells, {}};
  return {std::nullopt, wrong_parameter(c, errors)};
}

void finish_import(const call& c, const core::result<ports::import_report>& report) {
  if (!report)
    return refuse(c, report.error());
  answer(c, 200, to_json(*report));
}

void list_recipients(call c) {
  const auto page = read_page(c.head(), {"status"});
  if (!page.value)
    return c.e->respond(page.refusal);
  if (!has_campaign_id(c))
    return;
  auto found = c.stores().recipients->list(c.who, c.ids[0],
                                           c.head().parameter("status").value_or(""), *page.value);
  // A parameter is part of the address, not of a body: 400 as for lists of campaigns.
  if (!found && found.error().code == core::errc::invalid)
    return c.e->respond(problem_answer(400, found.error().message, c.head().target));
  answer(c, std::move(found));
}

void import_csv(call c) {
  auto chosen = read_column_choice(c);
  if (!chosen.value)
    return c.e->respond(std::move(chosen.refusal));
  auto opened = c.stores().recipients->import_csv(c.who, c.ids[0], std::move(*chosen.value));
  if (!opened)
    return refuse(c, opened.error());
  receive_file(std::move(c), std::move(*opened), to_json);
}

void add(call c) {
  if (!has_campaign_id(c))
    return;
  if (c.e->planned().streamed)
    return import_csv(std::move(c));
  const auto people = read_recipients(c.e->body(), c.head().target);
  if (!people.value)
    return c.e->respond(people.refusal);
  finish_import(c, c.stores().recipients->add(c.who, c.ids[0], *people.value));
}

/// A list of whole numbers; nothing when the key is absent.
std::vector<std::int32_t> integers(json_reader& in, const char* key) {
  std::vector<std::int32_t> all;
  const auto* list = in.raw(key);
  if (list == nullptr)
    return all;
  const bool is_list =
      list->is_array() && list->size() <= static_cast<std::size_t>(ports::retry_failed_max);
  const auto fits = [](const nlohmann::json& one) {
    return one.is_number_integer() && one.get<std::int64_t>() >= -1'000 &&
           one.get<std::int64_t>() <= std::numeric_limits<std::int32_t>::max();
  };
  if (!is_list || !std::all_of(list->begin(), list->end(), fits)) {
    in.wrong(key, "expected a list of at most 100000 whole numbers");
    return all;
  }
  for (const auto& one : *list)
    all.push_back(one.get<std::int32_t>());
  return all;
}

void retry(call c) {
  if (!has_campaign_id(c))
    return;
  auto parsed = parse_json(c.e->body(), c.head().target);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return c.e->respond(std::move(*refusal));
  field_errors errors;
  json_reader in{std::get<nlohmann::json>(parsed), "", errors};
  ports::failed_choice choice;
  choice.codes = integers(in, "codes");
  choice.seqs = integers(in, "seqs");
  in.finish();
  if (errors.empty() && choice.codes.empty() && choice.seqs.empty())
    in.wrong("codes", "name error codes here, or places on the list in seqs");
  if (!errors.empty())
    return c.e->respond(refusal_of(errors, c.head().target));
  const auto queued = c.stores().recipients->retry_failed(c.who, c.ids[0], choice);
  if (!queued)
    return refuse(c, queued.error());
  answer(c, 200, ordered_json{{"queued", *queued}}.dump());
}

void timeline(call c) {
  if (has_campaign_id(c))
    answer(c, c.stores().recipients->timeline(c.who, c.ids[0], c.ids[1]));
}

void export_csv(call c) {
  if (!has_campaign_id(c))
    return;
  auto cells = read_export_cells(c);
  if (!cells.value)
    return c.e->respond(std::move(cells.refusal));
  bool begun = false;
  const auto begin = [&] {
    http_server::response head;
    head.content_type = "text/csv; charset=utf-8";
    head.headers.emplace_back("Content-Disposition",
                              "attachment; filename=\"recipients-" + c.ids[0] + ".csv\"");
    head.headers.emplace_back("Cache-Control", "no-store");
    head.headers.emplace_back("X-Content-Type-Options", "nosniff");
    c.e->begin(std::move(head));
    begun = true;
  };
  if (c.head().method == "HEAD") { // the same head without reading the list
    const auto there = c.stores().recipients->list(c.who, c.ids[0], "", {1, 1});
    if (!there)
      return refuse(c, there.error());
    begin();
    return c.e->end(true);
  }
  // The head waits for the first bytes, so that a campaign that does not exist is still a plain
  // 404.
  const auto how =
      c.stores().recipients->export_csv(c.who, c.ids[0], *cells.value, [&](std::string_view piece) {
        if (!begun)
          begin();
        return c.e->write(piece);
      });
  if (!how && !begun)
    return refuse(c, how.error());
  if (!begun)
    begin();
  c.e->end(how.ok());
}

} // namespace

std::span<const route> audience_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/campaigns/{id}/recipients", right::read, body_kind::none,
       list_recipients},
      {"POST", "/api/whatsapp/campaigns/{id}/recipients", right::write, body_kind::list, add},
      {"POST", "/api/whatsapp/campaigns/{id}/recipients/retry", right::send, body_kind::json,
       retry},
      {"GET", "/api/whatsapp/campaigns/{id}/held", right::read, body_kind::none, list_held},
      {"POST", "/api/whatsapp/campaigns/{id}/held", right::send, body_kind::json, settle_held},
      {"GET", "/api/whatsapp/campaigns/{id}/recipients/{recipient}", right::read, body_kind::none,
       timeline},
      {"GET", "/api/whatsapp/campaigns/{id}/export", right::read, body_kind::none, export_csv,
       false, true},
      {"GET", "/api/whatsapp/people/{key}", right::read, body_kind::none, show_person},
      {"POST", "/api/whatsapp/segments", right::write, body_kind::json, create_segment},
      {"GET", "/api/whatsapp/segments", right::read, body_kind::none, list_segments},
      {"POST", "/api/whatsapp/segments/preview", right::read, body_kind::json, preview_segment,
       false, true},
      {"GET", "/api/whatsapp/segments/fields", right::read, body_kind::none, list_segment_fields},
      {"GET", "/api/whatsapp/segments/{id}", right::read, body_kind::none, show_segment},
      {"PUT", "/api/whatsapp/segments/{id}", right::write, body_kind::json, update_segment},
      {"DELETE", "/api/whatsapp/segments/{id}", right::write, body_kind::none, remove_segment},
  };
  return table;
}

} // namespace stentor::api
