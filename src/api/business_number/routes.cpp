/// The business numbers that send.

#include "api/http/handlers.hpp"
#include "stentor/ports/business_number/number_directory.hpp"

namespace stentor::api {

namespace {

void numbers(call c) {
  answer(c, c.stores().numbers->list(c.who));
}

} // namespace

std::span<const route> number_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/numbers", right::read, body_kind::none, numbers},
  };
  return table;
}

} // namespace stentor::api
