/// Customers and suppressions.

#include "api/contact/event_input.hpp"
#include "api/contact/file_import.hpp"
#include "api/contact/input.hpp"
#include "api/contact/path_person.hpp"
#include "api/http/handlers.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "stentor/ports/contact/attribute_store.hpp"
#include "stentor/ports/contact/contact_store.hpp"
#include "stentor/ports/contact/event_store.hpp"
#include "stentor/ports/contact/import_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace stentor::api {

namespace {

void import_customers(call c) {
  auto chosen = read_import_choice(c);
  if (!chosen.value)
    return c.e->respond(std::move(chosen.refusal));
  auto opened = c.stores().contacts->import_customers(c.who, std::move(*chosen.value));
  if (!opened)
    return refuse(c, opened.error());
  receive_file(std::move(c), std::move(*opened), people_report);
}

void customers(call c) {
  if (c.e->planned().streamed)
    return import_customers(std::move(c));
  const auto people = read_customers(c.e->body(), c.c->now(), c.head().target);
  if (!people.value)
    return c.e->respond(people.refusal);
  answer(c, c.stores().contacts->upsert_customers(c.who, *people.value));
}

void list_customers(call c) {
  const auto page = read_page(c.head(), {"phone", "userId"});
  if (!page.value)
    return c.e->respond(page.refusal);
  ports::customer_filter filter;
  filter.user_id = c.head().parameter("userId").value_or("");
  if (const auto text = c.head().parameter("phone").value_or(""); !text.empty()) {
    const auto phone = c.c->s.phones->parse(text, c.c->options.default_region);
    if (phone.problem != ports::phone_problem::none)
      return c.e->respond(
          problem_answer(400, "The parameter phone is no phone number.", c.head().target,
                         {{"phone", std::string{ports::to_string(phone.problem)}}}));
    filter.phone = core::one_spelling(phone.digits);
  }
  answer(c, c.stores().contacts->list_customers(c.who, filter, *page.value));
}

bool has_customer_id(const call& c) {
  if (is_uuid(c.ids[0]))
    return true;
  refuse(c, {core::errc::not_found, "There is no such customer: an id is a UUID."});
  return false;
}

void customer(call c) {
  if (has_customer_id(c))
    answer(c, c.stores().contacts->get_customer(c.who, c.ids[0]));
}

void change_customer(call c) {
  if (!has_customer_id(c))
    return;
  const auto patch = read_customer_patch(c.e->body(), c.c->now(), c.head().target);
  if (!patch.value)
    return c.e->respond(patch.refusal);
  answer(c, c.stores().contacts->change_customer(c.who, c.ids[0], *patch.value));
}

void remove_customer(call c) {
  if (!has_customer_id(c))
    return;
  const auto done = c.stores().contacts->remove_customer(c.who, c.ids[0]);
  if (!done)
    return refuse(c, done.error());
  c.e->respond({204, "", "", {}});
}

void list_imports(call c) {
  const auto page = read_page(c.head(), {"kind"});
  if (!page.value)
    return c.e->respond(page.refusal);
  const auto kind = c.head().parameter("kind").value_or("");
  if (!kind.empty() && kind != "recipients" && kind != "customers" && kind != "events")
    return c.e->respond(wrong_parameter(c, {{"kind", "expected recipients, customers or events"}}));
  answer(c, c.stores().imports->list(c.who, kind, *page.value));
}

bool has_import_id(const call& c) {
  if (is_uuid(c.ids[0]))
    return true;
  refuse(c, {core::errc::not_found, "There is no such import: an id is a UUID."});
  return false;
}

void show_import(call c) {
  if (has_import_id(c))
    answer(c, c.stores().imports->show(c.who, c.ids[0]));
}

void list_import_problems(call c) {
  const auto page = read_page(c.head());
  if (!page.value)
    return c.e->respond(page.refusal);
  if (has_import_id(c))
    answer(c, c.stores().imports->problems(c.who, c.ids[0], *page.value));
}

void events(call c) {
  auto told = read_events(c.e->body(), c.head().target);
  if (!told.value)
    return c.e->respond(std::move(told.refusal));
  answer(c, c.stores().events->add(c.who, told.value->events, std::move(told.value->problems)));
}

void list_attributes(call c) {
  answer(c, c.stores().attributes->list(c.who));
}

void put_attribute(call c) {
  const auto wish = read_attribute(c.e->body(), c.ids[0], c.head().target);
  if (!wish.value)
    return c.e->respond(wish.refusal);
  answer(c, c.stores().attributes->put(c.who, c.ids[0], wish.value->type, wish.value->required));
}

void suppressions(call c) {
  const auto page = read_page(c.head());
  if (!page.value)
    return c.e->respond(page.refusal);
  answer(c, c.stores().contacts->list_suppressions(c.who, *page.value));
}

/// "+49***12": audit and answers name people no more than this.
std::string masked(std::string_view phone) {
  return phone.size() < 6 ? std::string{"***"}
                          : std::string{phone.substr(0, 3)} + "***" +
                                std::string{phone.substr(phone.size() - 2)};
}

void suppress(call c, const suppression_input& wish, bool lift) {
  ports::suppression_row row;
  row.organization = c.who.organization;
  row.user_id = wish.user_id;
  row.reason = wish.reason;
  row.evidence = c.who.actor;
  row.at_ms = c.c->now_ms();
  row.lift = lift;
  if (!wish.phone_number.empty()) {
    const auto phone = c.c->s.phones->parse(wish.phone_number, c.c->options.default_region);
    if (phone.problem != ports::phone_problem::none)
      return c.e->respond(problem_answer(
          422, "This is no phone number that can exist.", c.head().target,
          {{"phoneNumber", "expected an international number such as +4915112345678"}}));
    row.person = core::one_spelling(phone.digits);
  }
  const auto subject =
      wish.phone_number.empty() ? std::string{"user id"} : masked("+" + std::to_string(row.person));
  ports::audit_entry entry{c.who, lift ? "suppression.lift" : "suppression.add", subject, ""};
  auto& engine = c.engine();
  engine.suppress(std::move(row), std::move(entry), [c = std::move(c)](core::status how) {
    const auto e = c.e;
    e->defer([c, how = std::move(how)] {
      if (!how)
        return refuse(c, how.error());
      c.e->respond({204, "", "", {}});
    });
  });
}

void add_suppression(call c) {
  auto wish = read_suppression(c.e->body(), c.head().target);
  if (!wish.value)
    return c.e->respond(std::move(wish.refusal));
  suppress(std::move(c), *wish.value, false);
}

/// Lifting what is not there is no mistake: afterwards nobody is stopped under this key.
void lift_suppression(call c) {
  auto person = path_person_of(*c.c, c.ids[0]);
  suppression_input wish;
  wish.phone_number = std::move(person.phone_number);
  wish.user_id = std::move(person.user_id);
  suppress(std::move(c), wish, true);
}

} // namespace

std::span<const route> contact_routes() {
  using core::right;
  static constexpr route table[] = {
      {"GET", "/api/whatsapp/customers", right::read, body_kind::none, list_customers},
      {"GET", "/api/whatsapp/customers/{id}", right::read, body_kind::none, customer},
      {"PATCH", "/api/whatsapp/customers/{id}", right::write, body_kind::json, change_customer},
      {"DELETE", "/api/whatsapp/customers/{id}", right::write, body_kind::none, remove_customer},
      {"POST", "/api/whatsapp/customers", right::write, body_kind::list, customers},
      {"POST", "/api/whatsapp/customers/events", right::write, body_kind::large, events},
      {"GET", "/api/whatsapp/attributes", right::read, body_kind::none, list_attributes},
      {"PUT", "/api/whatsapp/attributes/{name}", right::administer, body_kind::json, put_attribute},
      {"GET", "/api/whatsapp/imports", right::read, body_kind::none, list_imports},
      {"GET", "/api/whatsapp/imports/{id}", right::read, body_kind::none, show_import},
      {"GET", "/api/whatsapp/imports/{id}/problems", right::read, body_kind::none,
       list_import_problems},
      {"GET", "/api/whatsapp/suppressions", right::read, body_kind::none, suppressions},
      {"POST", "/api/whatsapp/suppressions", right::write, body_kind::json, add_suppression},
      {"DELETE", "/api/whatsapp/suppressions/{key}", right::administer, body_kind::none,
       lift_suppression},
  };
  return table;
}

} // namespace stentor::api
