#include "api/audience/held.hpp"

#include "api/http/handlers.hpp"
#include "api/http/json_reader.hpp"
#include "stentor/ports/audience/recipient_store.hpp"

#include <nlohmann/json.hpp>

#include <variant>

namespace stentor::api {

namespace {

constexpr std::size_t named_max = 1'000; ///< each is looked up by itself

struct order {
  ports::settlement how = ports::settlement::give_up;
  ports::held_choice choice;
};

void read_named(json_reader& in, ports::held_choice& choice) {
  const auto* list = in.raw("recipients");
  if (list == nullptr)
    return;
  if (!list->is_array() || list->empty() || list->size() > named_max)
    return in.wrong("recipients", "expected a list of 1 to 1000 texts: ids, places on the list or "
                                  "phone numbers");
  for (const auto& one : *list) {
    if (!one.is_string())
      return in.wrong("recipients", "expected texts: ids, places on the list or phone numbers");
    choice.recipients.push_back(one.get<std::string>());
  }
}

order read_order(const nlohmann::json& body, field_errors& errors) {
  json_reader in{body, "", errors};
  order o;
  std::optional<std::string> action;
  std::optional<bool> all;
  in.text("action", action, 10);
  in.boolean("all", all);
  read_named(in, o.choice);
  in.finish();
  o.choice.all = all.value_or(false);
  if (action == "resend")
    o.how = ports::settlement::resend;
  else if (action != "fail")
    in.wrong("action", "expected resend (at the risk of a second message) or fail (it counts as "
                       "not sent)");
  if (o.choice.all != o.choice.recipients.empty())
    in.wrong("all", "give either all: true or recipients");
  return o;
}

} // namespace

void list_held(call c) {
  const auto page = read_page(c.head(), {});
  if (!page.value)
    return c.e->respond(page.refusal);
  if (has_campaign_id(c))
    answer(c, c.stores().recipients->list(c.who, c.ids[0], "held", *page.value));
}

void settle_held(call c) {
  if (!has_campaign_id(c))
    return;
  auto parsed = parse_json(c.e->body(), c.head().target);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return c.e->respond(std::move(*refusal));
  field_errors errors;
  const auto wanted = read_order(std::get<nlohmann::json>(parsed), errors);
  if (!errors.empty())
    return c.e->respond(refusal_of(errors, c.head().target));
  const auto done = c.stores().recipients->settle_held(c.who, c.ids[0], wanted.how, wanted.choice);
  if (!done)
    return refuse(c, done.error());
  answer(c, 200, nlohmann::ordered_json{{"settled", done->count}, {"more", done->more}}.dump());
}

} // namespace stentor::api
