#include "adapters/postgres/audience/customer_recipients.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <utility>

namespace stentor::postgres {

namespace {

using nlohmann::json;

void fill(ports::contact_input& recipient, const row_reader& customer) {
  recipient.customer_id.clear();
  if (!customer.is_null("phone"))
    recipient.phone_number = "+" + customer.string("phone");
  if (!customer.is_null("user_id"))
    recipient.user_id = customer.string("user_id");
  if (recipient.name.empty())
    recipient.name = customer.string("name");
  auto all = json::parse(customer.text("attributes"), nullptr, false);
  auto own = json::parse(recipient.variables.empty() ? "{}" : recipient.variables, nullptr, false);
  if (!all.is_object() || !own.is_object()) // the import says what is wrong with it
    return;
  all.update(own);
  recipient.variables = all.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace

core::result<std::vector<ports::contact_input>>
with_customers(query_pool& pool, const ports::principal& who,
               std::vector<ports::contact_input> recipients) {
  std::vector<std::string> ids;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < recipients.size(); ++i)
    if (!recipients[i].customer_id.empty()) {
      ids.push_back(recipients[i].customer_id);
      places.push_back(i);
    }
  if (ids.empty())
    return recipients;
  auto r = pool.ask("list_customers_named",
                    std::move(params{}.integer(who.organization).text_array(ids)));
  if (!r)
    return r.error();
  for (const auto row : each(*r))
    fill(recipients[places[static_cast<std::size_t>(row.integer("place")) - 1]], row);
  return recipients;
}

} // namespace stentor::postgres
