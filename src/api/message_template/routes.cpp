/// Templates as Meta has them.

#include "api/http/handlers.hpp"

namespace stentor::api {

namespace {

void templates(call c) {
  answer(c, c.store().list_templates(c.who));
}

void sync_templates(call c) {
  auto& engine = c.engine();
  engine.sync_templates([c = std::move(c)](core::status how) {
    const auto e = c.e;
    e->defer([c, how = std::move(how)] {
      if (!how)
        return refuse(c, how.problem());
      audit(c, "templates.sync", "");
      answer(c, c.store().list_templates(c.who));
    });
  });
}

} // namespace

std::span<const route> template_routes() {
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/templates", role::viewer, body_kind::none, templates},
      {"POST", "/api/whatsapp/templates/sync", role::campaign_operator, body_kind::none,
       sync_templates},
  };
  return table;
}

} // namespace stentor::api
