/// The business numbers that send.

#include "api/http/handlers.hpp"
#include "stentor/ports/business_number/number_directory.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace stentor::api {

namespace {

using nlohmann::json;

double rounded(double per_second) {
  return std::round(per_second * 10) / 10;
}

/// With how fast each number of this daemon sends now; of others the list has what their daemon
/// told last, with its lease.
core::result<std::string> numbers_with_rates(const call& c) {
  auto listed = c.stores().numbers->list(c.who);
  if (!listed)
    return listed;
  auto list = json::parse(*listed, nullptr, false);
  if (!list.is_object() || !list["data"].is_array())
    return listed;
  const auto here = c.engine().metrics().numbers;
  for (auto& number : list["data"]) {
    const auto at = std::find_if(here.begin(), here.end(), [&](const ports::number_metrics& n) {
      return number.value("phoneNumberId", "") == n.phone_number_id;
    });
    if (at != here.end()) {
      number["rateNow"] = at->stopped ? 0.0 : at->per_second;
      number["rateCeiling"] = at->ceiling;
      number["pace"] = core::to_string(at->pace);
    }
    for (const auto* rate : {"rateNow", "rateCeiling"})
      if (number[rate].is_number())
        number[rate] = rounded(number[rate].get<double>());
  }
  return list.dump(-1, ' ', false, json::error_handler_t::replace);
}

void numbers(call c) {
  answer(c, numbers_with_rates(c));
}

/// The daemons that send from them.
void nodes(call c) {
  answer(c, c.stores().numbers->nodes(c.who));
}

/// Meta's messaging limit, and how much of it is used.
void portfolios(call c) {
  answer(c, c.stores().numbers->portfolios(c.who));
}

/// What Meta changed about them, about templates and limits.
void quality_history(call c) {
  const auto page = read_page(c.head(), {"subject", "name"});
  if (!page.value)
    return c.e->respond(page.refusal);
  const ports::quality_filter filter{.subject =
                                         std::string{c.head().parameter("subject").value_or("")},
                                     .name = std::string{c.head().parameter("name").value_or("")}};
  const auto& known = ports::quality_subjects;
  if (!filter.subject.empty() &&
      std::find(std::begin(known), std::end(known), filter.subject) == std::end(known))
    return c.e->respond(
        problem_answer(400, "There is no quality of \"" + filter.subject + "\".", c.head().target,
                       field_errors{{"subject", "expected number, template or portfolio"}}));
  answer(c, c.stores().numbers->quality_history(c.who, filter, *page.value));
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
      answer(c, numbers_with_rates(c));
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
      {"GET", "/api/whatsapp/portfolios", right::read, body_kind::none, portfolios},
      {"GET", "/api/whatsapp/quality-history", right::read, body_kind::none, quality_history},
  };
  return table;
}

} // namespace stentor::api
