#include "tests/simulation/run/operators.hpp"

namespace stentor::simulation {

using core::campaign_command;

void operators::press(const incident& one, node& at) {
  const auto campaign = plan_.campaigns[one.whom % plan_.campaigns.size()].terms.no;
  switch (one.kind) {
  case incident_kind::pause:
    return order(at, campaign, campaign_command::pause);
  case incident_kind::resume:
    return order(at, campaign, campaign_command::resume);
  case incident_kind::cancel:
    return order(at, campaign, campaign_command::cancel);
  case incident_kind::stop_person:
    return stop_a_person(at, one.whom);
  case incident_kind::lift_stop:
    return lift_a_stop(at, one.whom);
  case incident_kind::reload:
    of_rates_ = one.whom % 3 == 0 ? 0.5 : 1.0;
    limits_.push_back({time_.now(), of_rates_});
    return at.reload();
  case incident_kind::resume_number:
    return at.resume_number(std::to_string(1'000 + one.whom % plan_.rates.size()),
                            [](const core::status&) {});
  default:
    return;
  }
}

void operators::set_going(node& at) {
  for (const auto& [no, c] : world_.campaigns)
    if (c.terms.status == core::campaign_status::paused)
      order(at, no, campaign_command::resume);
  for (const auto& [no, reason] : world_.stopped_reasons)
    at.resume_number(std::to_string(999 + no.value()), [](const core::status&) {});
}

void operators::order(node& at, core::campaign_no campaign, campaign_command command) {
  const auto no = orders_.size();
  orders_.push_back({.campaign = campaign,
                     .command = command,
                     .asked = time_.now(),
                     .answered = {},
                     .ok = false,
                     .subject = "order " + std::to_string(no),
                     .node = at.no()});
  log_.say([&] {
    return "operator at node" + std::to_string(at.no()) + ": " +
           std::string{core::to_string(command)} + " campaign " + std::to_string(campaign);
  });
  at.command(campaign, command, orders_[no].subject, [this, no](const core::status& s) {
    orders_[no].answered = time_.now();
    orders_[no].ok = s.ok();
    log_.say([&] { return orders_[no].subject + " answered: " + (s ? "ok" : s.error().message); });
  });
}

/// Under the phone number, the user id or both.
void operators::stop_a_person(node& at, std::uint32_t whom) {
  const auto no = whom % plan_.people.size();
  auto named = plan_.people[no].who;
  if (named.phone != 0 && !named.user_id.empty()) {
    if (whom / 7 % 3 == 0)
      named.phone = 0;
    else if (whom / 7 % 3 == 1)
      named.user_id.clear();
  }
  log_.say([&] { return "operator stops person " + std::to_string(no); });
  at.suppress({.organization = 1,
               .person = named.key(),
               .user_id = named.user_id,
               .reason = "operator",
               .evidence = {},
               .at_ms = time_.wall_ms(),
               .lift = false},
              [this, no, named, node = at.no()](const core::status& s) {
                if (!s)
                  return;
                log_.say([&] { return "person " + std::to_string(no) + " is stopped"; });
                truth_.stops.push_back({.person = no,
                                        .by_phone = named.phone != 0,
                                        .by_user_id = !named.user_id.empty(),
                                        .from = time_.now(),
                                        .until = {},
                                        .by = "an operator's stop",
                                        .node = node});
              });
}

void operators::lift_a_stop(node& at, std::uint32_t whom) {
  if (truth_.stops.empty())
    return;
  const auto no = truth_.stops[whom % truth_.stops.size()].person;
  for (auto& s : truth_.stops)
    if (s.person == no && !s.until)
      s.until = time_.now();
  const auto& person = plan_.people[no].who;
  at.suppress({.organization = 1,
               .person = person.key(),
               .user_id = person.user_id,
               .reason = "operator",
               .evidence = {},
               .at_ms = time_.wall_ms(),
               .lift = true},
              [](const core::status&) {});
}

} // namespace stentor::simulation
