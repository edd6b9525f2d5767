/// /api/whatsapp/people/{key}: one person, whether he is a customer or not.

#include "api/audience/people.hpp"

#include "api/contact/file_import.hpp"
#include "api/contact/path_person.hpp"
#include "api/http/handlers.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "stentor/core/contact/limits.hpp"
#include "stentor/ports/audience/person_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

namespace stentor::api {

void show_person(call c) {
  const auto page = read_page(c.head());
  if (!page.value)
    return c.e->respond(page.refusal);
  if (c.head().parameter("page"))
    return c.e->respond(wrong_parameter(c, {{"page", "is no parameter of this address: go on with "
                                                     "cursor, the nextCursor of an answer"}}));
  ports::person_named person;
  const auto named = path_person_of(*c.c, c.ids[0]);
  if (is_uuid(c.ids[0])) {
    person.customer_id = c.ids[0];
  } else if (!named.phone_number.empty()) {
    const auto phone = phone_key_of(*c.c, named);
    if (!phone)
      return refuse(c, phone.error());
    person.phone = *phone;
  } else if (named.user_id.size() <= core::contact_limits::user_id_bytes_max) {
    person.user_id = named.user_id;
  } else {
    return refuse(c, {core::errc::not_found, "This is neither a customer's id, nor a phone number, "
                                             "nor a user id."});
  }
  answer(c, c.stores().persons->show(c.who, person, *page.value));
}

} // namespace stentor::api
