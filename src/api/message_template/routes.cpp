/// Templates as Meta has them.

#include "api/http/handlers.hpp"
#include "api/message_template/changes.hpp"
#include "api/message_template/media.hpp"
#include "api/message_template/preview.hpp"
#include "api/message_template/slots.hpp"
#include "stentor/ports/message_template/template_directory.hpp"

namespace stentor::api {

namespace {

using nlohmann::ordered_json;

constexpr std::int32_t after_sync = 1000; ///< so many templates are shown to who fetched them

ports::template_filter filter_of(const call& c) {
  const auto text = [&](std::string_view name) {
    return std::string{c.head().parameter(name).value_or("")};
  };
  return {text("name"), text("status"), text("category"), text("language")};
}

void answer_list(const call& c, const ports::template_filter& wanted, core::page page) {
  const auto found = c.stores().templates->list(c.who, wanted, page);
  if (!found)
    return refuse(c, found.error());
  auto list = ordered_json::parse(*found);
  for (auto& one : list["data"])
    add_slots(one, *c.stores().previewer);
  answer(c, 200, list.dump());
}

void templates(call c) {
  const auto page = read_page(c.head(), {"name", "status", "category", "language"});
  if (!page.value)
    return c.e->respond(page.refusal);
  answer_list(c, filter_of(c), *page.value);
}

void show_template(call c) {
  const auto found = c.stores().templates->get(c.who, c.ids[0]);
  if (!found)
    return refuse(c, found.error());
  auto it = ordered_json::parse(found->text);
  add_slots(it, *c.stores().previewer);
  answer(c, 200, it.dump());
}

void sync_templates(call c) {
  auto& engine = c.engine();
  engine.sync_templates(c.who.organization, [c = std::move(c)](core::status how) {
    const auto e = c.e;
    e->defer([c, how = std::move(how)] {
      if (!how)
        return refuse(c, how.error());
      audit(c, "templates.sync", "");
      answer_list(c, {}, {.limit = after_sync});
    });
  });
}

} // namespace

std::span<const route> template_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/templates", right::read, body_kind::none, templates},
      {"POST", "/api/whatsapp/templates/sync", right::send, body_kind::none, sync_templates},
      {"POST", "/api/whatsapp/templates", right::send, body_kind::json, create_template},
      {"GET", "/api/whatsapp/templates/{id}", right::read, body_kind::none, show_template},
      {"PUT", "/api/whatsapp/templates/{id}", right::send, body_kind::json, edit_template},
      {"DELETE", "/api/whatsapp/templates/{id}", right::send, body_kind::none, delete_template},
      {"POST", "/api/whatsapp/templates/{id}/unpause", right::send, body_kind::none,
       unpause_template},
      {"POST", "/api/whatsapp/templates/{id}/preview", right::read, body_kind::json,
       preview_template},
      {"POST", "/api/whatsapp/media", right::write, body_kind::file, upload_media},
      {"GET", "/api/whatsapp/media", right::read, body_kind::none, list_media},
      {"GET", "/api/whatsapp/media/{id}", right::read, body_kind::none, show_media},
      {"DELETE", "/api/whatsapp/media/{id}", right::write, body_kind::none, remove_media},
  };
  return table;
}

} // namespace stentor::api
