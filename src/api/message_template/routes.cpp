/// Templates as Meta has them.

#include "api/http/handlers.hpp"
#include "stentor/ports/message_template/template_directory.hpp"

namespace stentor::api {

namespace {

void templates(call c) {
  answer(c, c.stores().templates->list(c.who));
}

void sync_templates(call c) {
  auto& engine = c.engine();
  engine.sync_templates(c.who.organization, [c = std::move(c)](core::status how) {
    const auto e = c.e;
    e->defer([c, how = std::move(how)] {
      if (!how)
        return refuse(c, how.error());
      audit(c, "templates.sync", "");
      answer(c, c.stores().templates->list(c.who));
    });
  });
}

} // namespace

std::span<const route> template_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/templates", right::read, body_kind::none, templates},
      {"POST", "/api/whatsapp/templates/sync", right::send, body_kind::none, sync_templates},
  };
  return table;
}

} // namespace stentor::api
