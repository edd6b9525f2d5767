/// The business numbers that send.

#include "api/http/handlers.hpp"

namespace stentor::api {

namespace {

void numbers(call c) {
  answer(c, c.store().list_numbers(c.who));
}

} // namespace

std::span<const route> number_routes() {
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/numbers", role::viewer, body_kind::none, numbers},
  };
  return table;
}

} // namespace stentor::api
