/// The audit log.

#include "api/http/handlers.hpp"

namespace stentor::api {

namespace {

void audit_log(call c) {
  const auto page = read_page(c.head());
  if (!page.value)
    return c.e->respond(page.refusal);
  answer(c, c.stores().audit->list(c.who, *page.value));
}

} // namespace

std::span<const route> access_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/audit", right::administer, body_kind::none, audit_log},
  };
  return table;
}

} // namespace stentor::api
