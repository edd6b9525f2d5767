/// The business numbers that send.

#include "api/http/handlers.hpp"
#include "stentor/ports/business_number/number_directory.hpp"

namespace stentor::api {

namespace {

void numbers(call c) {
  answer(c, c.stores().numbers->list(c.who));
}

/// A number that was stopped for a fault tries again. Only a number of the caller's organization:
/// the engine says not_found of another.
void resume_number(call c) {
  ports::audit_entry entry{c.who, "number.resume", c.ids[0], ""};
  auto id = c.ids[0];
  auto& engine = c.engine();
  engine.resume_number(std::move(id), std::move(entry), [c = std::move(c)](core::status how) {
    const auto e = c.e;
    e->defer([c, how = std::move(how)] {
      if (!how)
        return refuse(c, how.error());
      answer(c, c.stores().numbers->list(c.who));
    });
  });
}

} // namespace

std::span<const route> number_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/numbers", right::read, body_kind::none, numbers},
      {"POST", "/api/whatsapp/numbers/{phoneNumberId}/resume", right::send, body_kind::none,
       resume_number},
  };
  return table;
}

} // namespace stentor::api
