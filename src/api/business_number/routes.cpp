/// The business numbers that send.

#include "api/http/handlers.hpp"
#include "stentor/ports/business_number/number_directory.hpp"

namespace stentor::api {

namespace {

void numbers(call c) {
  answer(c, c.stores().numbers->list(c.who));
}

/// The daemons that send from them.
void nodes(call c) {
  answer(c, c.stores().numbers->nodes(c.who));
}

using number_command = void (ports::control::*)(std::string, std::optional<ports::audit_entry>,
                                                std::function<void(core::status)>);

/// Only a number of the caller's organization: the engine says not_found of another.
void command_number(call c, const char* action, number_command command) {
  ports::audit_entry entry{c.who, action, c.ids[0], ""};
  auto id = c.ids[0];
  auto& engine = c.engine();
  (engine.*command)(std::move(id), std::move(entry), [c = std::move(c)](core::status how) {
    const auto e = c.e;
    e->defer([c, how = std::move(how)] {
      if (!how)
        return refuse(c, how.error());
      answer(c, c.stores().numbers->list(c.who));
    });
  });
}

/// It sends nothing more until it is resumed.
void pause_number(call c) {
  command_number(std::move(c), "number.pause", &ports::control::pause_number);
}

/// A number that was stopped, for a fault or by an operator, tries again.
void resume_number(call c) {
  command_number(std::move(c), "number.resume", &ports::control::resume_number);
}

} // namespace

std::span<const route> number_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/nodes", right::read, body_kind::none, nodes},
      {"GET", "/api/whatsapp/numbers", right::read, body_kind::none, numbers},
      {"POST", "/api/whatsapp/numbers/{phoneNumberId}/pause", right::send, body_kind::none,
       pause_number},
      {"POST", "/api/whatsapp/numbers/{phoneNumberId}/resume", right::send, body_kind::none,
       resume_number},
  };
  return table;
}

} // namespace stentor::api
