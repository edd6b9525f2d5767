#include "api/audience/segments.hpp"

#include "api/http/handlers.hpp"
#include "api/http/json_reader.hpp"
#include "stentor/core/base/printable.hpp"
#include "stentor/ports/audience/segment_store.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <utility>
#include <variant>

namespace stentor::api {

namespace {

using nlohmann::json;

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t description_bytes_max = 10'000;

bool has_segment_id(const call& c) {
  if (is_uuid(c.ids[0]))
    return true;
  refuse(c, {core::errc::not_found, "There is no segment with this id; ids are UUIDs."});
  return false;
}

void read_query(json_reader& in, std::optional<core::json_text>& to) {
  std::optional<std::string> text;
  in.object("query", text);
  if (text)
    to = core::json_text{std::move(*text)};
}

/// @param creating name and query are required
input<ports::segment_input> read_segment_input(const call& c, bool creating) {
  auto parsed = parse_json(c.e->body(), c.head().target);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  json_reader in{std::get<json>(parsed), "", errors};
  ports::segment_input wanted;
  in.text("name", wanted.name, name_bytes_max);
  in.text("description", wanted.description, description_bytes_max);
  read_query(in, wanted.query);
  if ((creating && !wanted.name) || (wanted.name && wanted.name->empty()))
    in.wrong("name", "is required");
  if (wanted.name && core::has_control(*wanted.name, false))
    in.wrong("name", "holds a control character, such as a line break");
  const auto* query = in.raw("query");
  if (query == nullptr ? creating : query->is_null())
    in.wrong("query", "is required: an object with a list \"conditions\"");
  in.finish();
  return refuse_or(std::optional{std::move(wanted)}, errors, c.head().target);
}

/// 422 with the problems of a query.
void refuse_query(const call& c, std::vector<core::condition_problem> problems) {
  field_errors errors;
  for (auto& [path, sentence] : problems)
    errors.push_back({path.empty() ? "query" : "query." + path, std::move(sentence)});
  c.e->respond(refusal_of(errors, c.head().target));
}

void answer_saved_segment(const call& c, core::result<ports::saved_segment> saved, int status) {
  if (!saved)
    return refuse(c, saved.error());
  if (!saved->problems.empty())
    return refuse_query(c, std::move(saved->problems));
  auto r = json_answer(status, std::move(saved->segment.text));
  if (status == 201)
    r.headers.emplace_back("Location", "/api/whatsapp/segments/" + saved->id);
  c.e->respond(std::move(r));
}

} // namespace

void create_segment(call c) {
  auto wanted = read_segment_input(c, true);
  if (!wanted.value)
    return c.e->respond(std::move(wanted.refusal));
  answer_saved_segment(c, c.stores().segments->create(c.who, *wanted.value), 201);
}

void list_segments(call c) {
  const auto page = read_page(c.head());
  if (!page.value)
    return c.e->respond(page.refusal);
  answer(c, c.stores().segments->list(c.who, *page.value));
}

void show_segment(call c) {
  if (has_segment_id(c))
    answer(c, c.stores().segments->get(c.who, c.ids[0]));
}

void update_segment(call c) {
  if (!has_segment_id(c))
    return;
  auto wanted = read_segment_input(c, false);
  if (!wanted.value)
    return c.e->respond(std::move(wanted.refusal));
  answer_saved_segment(c, c.stores().segments->update(c.who, c.ids[0], *wanted.value), 200);
}

void remove_segment(call c) {
  if (!has_segment_id(c))
    return;
  if (auto gone = c.stores().segments->remove(c.who, c.ids[0]); !gone)
    return refuse(c, gone.error());
  c.e->respond({204, "", "", {}});
}

/// {"query": …} or {"segmentId": …}, whose count is kept with it.
void preview_segment(call c) {
  auto parsed = parse_json(c.e->body(), c.head().target);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return c.e->respond(std::move(*refusal));
  field_errors errors;
  json_reader in{std::get<json>(parsed), "", errors};
  std::optional<core::json_text> query;
  std::optional<std::string> id;
  read_query(in, query);
  in.text("segmentId", id, name_bytes_max);
  in.finish();
  if (errors.empty() && query.has_value() == id.has_value())
    in.wrong("query", "is required, or a segmentId in its place");
  if (errors.empty() && id && !is_uuid(*id))
    in.wrong("segmentId", "expected the id of a saved segment, a UUID");
  if (!errors.empty())
    return c.e->respond(refusal_of(errors, c.head().target));
  if (id) {
    const auto saved = c.stores().segments->get(c.who, *id);
    if (!saved)
      return refuse(c, saved.error());
    query = core::json_text{json::parse(*saved)["query"].dump()};
  }
  auto counted = c.stores().segments->preview(c.who, *query, id.value_or(""));
  if (!counted)
    return refuse(c, counted.error());
  if (!counted->problems.empty())
    return refuse_query(c, std::move(counted->problems));
  answer(c, 200, std::move(counted->answer.text));
}

void list_segment_fields(call c) {
  answer(c, c.stores().segments->fields(c.who));
}

} // namespace stentor::api
