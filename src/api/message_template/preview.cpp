/// See preview.hpp.

#include "api/message_template/preview.hpp"

#include "api/http/handlers.hpp"
#include "api/http/json_reader.hpp"
#include "api/message_template/slots.hpp"
#include "stentor/ports/message_template/template_directory.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace stentor::api {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t address_bytes_max = 200;
/// Nobody's: of the range that is kept for films and examples.
constexpr const char* example_address = "+12025550123";

struct preview_input {
  std::optional<std::string> variables; ///< slots and texts; none: the examples
  std::optional<std::string> values;    ///< what a recipient brings
  std::optional<std::string> to;
};

input<preview_input> read_preview(const call& c) {
  auto parsed = parse_json(c.e->body(), c.head().target);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return {std::nullopt, std::move(*refusal)};
  field_errors errors;
  json_reader in{std::get<json>(parsed), "", errors};
  preview_input wanted;
  in.object("variables", wanted.variables);
  in.object("values", wanted.values);
  in.text("to", wanted.to, address_bytes_max);
  in.finish();
  return refuse_or(std::optional{std::move(wanted)}, errors, c.head().target);
}

/// The examples of a template's slots as their texts.
std::string examples_of(const ordered_json& shown_template,
                        const ports::template_previewer& previewer) {
  auto texts = ordered_json::object();
  if (const auto slots = previewer.slots(template_of(shown_template)))
    for (const auto& slot : *slots)
      if (!slot.example.empty())
        texts[slot.name] = slot.example;
  return texts.dump();
}

} // namespace

void preview_template(call c) {
  const auto found = c.stores().templates->get(c.who, c.ids[0]);
  if (!found)
    return refuse(c, found.error());
  auto wanted = read_preview(c);
  if (!wanted.value)
    return c.e->respond(std::move(wanted.refusal));
  const auto it = ordered_json::parse(found->text);
  const auto& previewer = *c.stores().previewer;
  auto variables =
      wanted.value->variables ? std::move(*wanted.value->variables) : examples_of(it, previewer);
  const auto made = previewer.preview(template_of(it, std::move(variables)),
                                      wanted.value->to.value_or(example_address),
                                      wanted.value->values.value_or(""));
  if (!made)
    return refuse(c, made.error());
  auto sent = ordered_json::parse(made->body, nullptr, false);
  if (sent.is_object())
    sent.erase("biz_opaque_callback_data"); // that of no message
  const ordered_json out{{"rendered", shown(made->shown)},
                         {"message", made->body.empty() ? ordered_json{} : std::move(sent)},
                         {"problems", shown(made->problems)}};
  answer(c, 200, out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

} // namespace stentor::api
